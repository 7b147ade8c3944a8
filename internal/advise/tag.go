package advise

import (
	"regexp"
	"slices"
	"strings"
)

// tag is a tag in its parts. Words are in lower case.
type tag struct {
	text string
	// prefix is what stands before the version: v, release-.
	prefix  string
	version version
	// date is that of a dated tag (jammy-20240111), as year, month and day in
	// one number.
	date   int
	distro distro
	// slim are the words that say that much is left out, sorted.
	slim []string
	// java is jdk or jre.
	java string
	// words are all others, in their order, joined by hyphens. They say what
	// the image is for, and never change.
	words string
}

// tagForm is what a registry takes for a tag.
var tagForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)

const latest = "latest"

// parseTag reads a tag. latest, and no tag at all, are a tag without words.
func parseTag(text string) tag {
	t := tag{text: text}
	if text == "" || text == latest {
		t.text = latest
		return t
	}
	var words []string
	for _, part := range t.lead(strings.Split(strings.ToLower(text), "-")) {
		if !t.take(part) {
			words = append(words, part)
		}
	}
	slices.Sort(t.slim)
	t.words = strings.Join(words, "-")
	return t
}

// lead takes the version or the date at the beginning, and returns the rest.
func (t *tag) lead(parts []string) []string {
	if parts[0] == latest {
		return parts[1:]
	}
	rest := parts
	if len(parts) > 1 && (parts[0] == "release" || parts[0] == "version") {
		t.prefix, rest = parts[0]+"-", parts[1:]
	}
	if date, n := leadingDate(rest); n > 0 {
		t.date = date
		return rest[n:]
	}
	text := rest[0]
	if strings.HasPrefix(text, "v") && startsWithDigit(text[1:]) {
		t.prefix, text = t.prefix+"v", text[1:]
	}
	v, ok := parseVersion(text)
	if !ok {
		t.prefix = ""
		return parts
	}
	t.version, rest = v, rest[1:]
	if len(rest) > 0 && v.pre == (preRelease{}) {
		// b08 behind a version is a build, and no beta.
		if pre, ok := parsePreRelease(rest[0]); ok && strings.TrimRight(rest[0], "0123456789") != "b" {
			t.version.pre, t.version.text, rest = pre, v.text+"-"+rest[0], rest[1:]
		}
	}
	return rest
}

// take reads one of the words that follow; false is for one that says what the
// image is for.
func (t *tag) take(word string) bool {
	if d, ok := parseDistro(word); ok && t.distro.name == "" {
		t.distro = d
		return true
	}
	if date := parseDate(word); date > 0 && t.date == 0 {
		t.date = date
		return true
	}
	switch {
	case slimness(word) > 0:
		t.slim = append(t.slim, word)
		return true
	case (word == "jdk" || word == "jre") && t.java == "":
		t.java = word
		return true
	case t.version.text != "" && len(word) > 1 && (word[0] == 'b' || word[0] == 'r'):
		return t.build(word)
	}
	return false
}

// build reads a word that counts builds or revisions: b08, r0.
func (t *tag) build(word string) bool {
	number, rest, ok := cutNumber(word[1:])
	if !ok || rest != "" || len(t.version.build) == maxParts {
		return false
	}
	t.version.build, t.version.style = append(t.version.build, number), t.version.style+word[:1]
	t.version.text += "-" + word
	return true
}

// leadingDate reads 20240211, or 2024-02-11 over three parts.
func leadingDate(parts []string) (date, used int) {
	if date = parseDate(parts[0]); date > 0 {
		return date, 1
	}
	const pieces = 3
	if len(parts) >= pieces && len(parts[1]) == 2 && len(parts[2]) == 2 {
		if date = parseDate(parts[0] + parts[1] + parts[2]); date > 0 {
			return date, pieces
		}
	}
	return 0, 0
}

// parseDate reads eight digits that are a day of these decades, or gives 0.
func parseDate(word string) int {
	const digits, first, last, months, days = 8, 20000000, 21000000, 12, 31
	number, rest, ok := cutNumber(word)
	month, day := number/100%100, number%100
	if !ok || rest != "" || len(word) != digits || number < first || number >= last ||
		month < 1 || month > months || day < 1 || day > days {
		return 0
	}
	return number
}

// slimness weighs the words that say that something is left out.
func slimness(word string) int {
	switch word {
	case "slim", "minimal", "tiny":
		return 1
	case "micro":
		return 2
	case "chiseled", "distroless":
		return 3
	}
	return 0
}

// weight says how much a variant leaves out.
func (t tag) weight() int {
	weight := 0
	for _, word := range t.slim {
		weight += slimness(word)
	}
	if t.musl() {
		weight += 2
	}
	if t.java == "jre" {
		weight++
	}
	return weight
}

// musl reports whether the image has musl for its C library.
func (t tag) musl() bool { return t.distro.family == familyAlpine }

// sameVariant reports whether two tags differ at most in version, date and
// release of the distribution.
func (t tag) sameVariant(other tag) bool {
	return t.words == other.words && t.java == other.java && t.distro.family == other.distro.family &&
		slices.Equal(t.slim, other.slim) && t.sameForm(other)
}

// sameForm reports whether two tags write versions in the same way.
func (t tag) sameForm(other tag) bool {
	return t.prefix == other.prefix && t.version.style == other.version.style &&
		(t.version.text == "") == (other.version.text == "") && (t.date == 0) == (other.date == 0) &&
		t.version.precise(other.version)
}
