package gate

import "strings"

// Wildcard reports whether a text is like a pattern, in any case: * stands for
// any characters but a slash, and ** for any at all. Nothing else is special,
// so that every text is a pattern of itself, or of more.
func Wildcard(pattern, text string) bool {
	return wild(strings.ToLower(pattern), strings.ToLower(text))
}

// wild matches from the left and goes back to the last star of each kind
// alone, which keeps it from taking exponential time.
func wild(pattern, text string) bool {
	type mark struct {
		pattern, text int
		set           bool
	}
	var one, many mark
	p, t := 0, 0
	for p < len(pattern) || t < len(text) {
		switch {
		case strings.HasPrefix(pattern[p:], "**"):
			many, one = mark{p, t, true}, mark{}
			p += 2
			continue
		case p < len(pattern) && pattern[p] == '*':
			one = mark{p, t, true}
			p++
			continue
		case p < len(pattern) && t < len(text) && pattern[p] == text[t]:
			p, t = p+1, t+1
			continue
		case one.set && one.text < len(text) && text[one.text] != '/':
			one.text++
			p, t = one.pattern+1, one.text
			continue
		case many.set && many.text < len(text):
			many.text++
			p, t, one = many.pattern+2, many.text, mark{}
			continue
		}
		return false
	}
	return true
}

// purlForms are the texts that a pattern over package URLs is held against: as
// it is, without qualifiers, and without its version.
func purlForms(purl string) []string {
	if purl == "" {
		return nil
	}
	bare, _, _ := strings.Cut(purl, "#")
	bare, _, _ = strings.Cut(bare, "?")
	return []string{purl, bare, stripVersion(purl)}
}
