package gate

import (
	"cmp"
	"slices"
	"strings"
)

// mavenToken is a number or a qualifier, with what separates it from the one
// before; where digits and letters meet, that is a hyphen.
type mavenToken struct {
	text string
	dot  bool
}

// compareMaven orders by Maven's version order specification.
func compareMaven(a, b string) int {
	tokensA, tokensB := mavenTokens(a), mavenTokens(b)
	for i := range max(len(tokensA), len(tokensB)) {
		if c := compareMavenTokens(mavenAt(tokensA, tokensB, i), mavenAt(tokensB, tokensA, i)); c != 0 {
			return c
		}
	}
	return 0
}

// mavenAt is a token, or the one that means nothing beside the other's.
func mavenAt(tokens, others []mavenToken, i int) mavenToken {
	if i < len(tokens) {
		return tokens[i]
	}
	other := others[i]
	if other.text != "" && digit(other.text[0]) {
		return mavenToken{"0", other.dot}
	}
	return mavenToken{"", other.dot}
}

func compareMavenTokens(a, b mavenToken) int {
	if c := cmp.Compare(mavenRank(a), mavenRank(b)); c != 0 {
		return c
	}
	if a.text != "" && digit(a.text[0]) {
		return compareNumbers(a.text, b.text)
	}
	return cmp.Or(cmp.Compare(mavenQualifier(a.text), mavenQualifier(b.text)), strings.Compare(a.text, b.text))
}

// mavenRank orders kinds: qualifiers, numbers after a hyphen, numbers after a dot.
func mavenRank(t mavenToken) int {
	switch {
	case t.text == "" || !digit(t.text[0]):
		return 0
	case !t.dot:
		return 1
	default:
		return 2
	}
}

// mavenQualifier orders the qualifiers that have a meaning, before all others.
func mavenQualifier(word string) int {
	known := []string{"alpha", "beta", "milestone", "rc", "snapshot", "", "sp"}
	if i := slices.Index(known, word); i >= 0 {
		return i
	}
	return len(known)
}

// mavenTokens cuts a version and leaves out what means nothing: zeros and words
// for the release before a hyphen or the end.
func mavenTokens(version string) []mavenToken {
	version = strings.ToLower(strings.TrimSpace(version))
	var tokens []mavenToken
	dot, hyphen := true, false
	for version != "" {
		if c := version[0]; c == '.' || c == '-' || c == '_' {
			dot, hyphen, version = c == '.', c == '-', version[1:]
			continue
		}
		same := notMark
		if digit(version[0]) {
			same = digit
		}
		var text string
		text, version = cutRun(version, same)
		token := mavenToken{mavenWord(text, version), dot && !hyphen}
		if !token.dot {
			tokens = withoutNulls(tokens)
		}
		tokens = append(tokens, token)
		// Where digits and letters meet without a mark.
		dot, hyphen = false, false
	}
	return withoutNulls(tokens)
}

func notMark(c byte) bool { return !digit(c) && c != '.' && c != '-' && c != '_' }

// mavenWord writes short qualifiers as the long ones; a, b and m only count
// when a digit follows.
func mavenWord(word, rest string) string {
	if rest != "" && digit(rest[0]) {
		switch word {
		case "a":
			return "alpha"
		case "b":
			return "beta"
		case "m":
			return "milestone"
		}
	}
	switch word {
	case "ga", "final", "release":
		return ""
	case "cr":
		return "rc"
	}
	return word
}

func withoutNulls(tokens []mavenToken) []mavenToken {
	for len(tokens) > 0 && strings.Trim(tokens[len(tokens)-1].text, "0") == "" {
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}
