package waiverfile

import (
	"fmt"
	"strings"
	"unicode"
)

// Scalar writes text as a YAML scalar that means exactly this text, on one
// line and in visible characters. Bytes that are not UTF-8 become U+FFFD.
func Scalar(text string) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == ' ' || (unicode.IsPrint(r) && !invisible(r)):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	// A command for the runner, were it printed, and a comment of HTML, were it
	// looked for.
	return strings.NewReplacer("##[", `\u0023#[`, "<!--", `\u003c!--`).Replace(b.String())
}

// plain reports whether the text is a string in YAML without quotes.
func plain(text string) bool {
	if text == "" || !letter(text[0]) {
		return false
	}
	for i := range len(text) {
		if c := text[i]; !letter(c) && (c < '0' || c > '9') && !strings.ContainsRune("-_./+", rune(c)) {
			return false
		}
	}
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return false
	}
	return true
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// invisible reports characters that count as printable and show nothing.
func invisible(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u2800', '\u3164', '\uffa0':
		return true
	}
	return r >= '\ufe00' && r <= '\ufe0f' || r >= 0xe0100 && r <= 0xe01ef // variation selectors
}
