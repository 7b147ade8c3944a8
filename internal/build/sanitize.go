package build

import (
	"regexp"
	"strings"
	"unicode"
)

// escapes finds terminal control sequences: CSI, OSC and the two-character ones.
// A regexp is compiled per follower rather than kept as package state.
const escapes = `\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?`

// sanitizer makes text that a build printed harmless for a terminal and for
// the log of a workflow.
type sanitizer struct{ escape *regexp.Regexp }

func newSanitizer() sanitizer { return sanitizer{escape: regexp.MustCompile(escapes)} }

// block cleans text of several lines: carriage returns end a line, since a
// reader that takes them for one would see what follows as a line of its own.
func (s sanitizer) block(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	text = s.escape.ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	// The runner takes this for a command wherever it stands in a line.
	return strings.ReplaceAll(text, "##[", "## [")
}

// line cleans text that has to stay on one line.
func (s sanitizer) line(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s.block(text), "\n", " ")), " ")
}
