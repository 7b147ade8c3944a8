package deliver

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// nameMost is how many characters of a foreign name are shown.
	nameMost = 120
	// saidMost is how many characters of GitHub's own words are shown.
	saidMost = 400
)

// marksInARow is how many combining marks a character may carry. More would
// pile up over other lines.
const marksInARow = 4

// plain makes foreign text one line of visible characters, at most so many. What
// would steer a terminal, turn the direction of text or hide in it becomes a
// replacement character; the runner's old command mark ##[ is broken up.
func plain(text string, most int) string {
	var b strings.Builder
	marks := 0
	for i, word := range strings.Fields(text) {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, r := range word {
			if marks++; !unicode.Is(unicode.M, r) {
				marks = 0
			}
			switch {
			case marks > marksInARow:
			case !unicode.IsPrint(r) || blank(r):
				b.WriteRune(utf8.RuneError)
			default:
				b.WriteRune(r)
			}
		}
	}
	return cut(strings.ReplaceAll(b.String(), "##[", "# #["), most)
}

// blank reports whether the character counts as printable but shows nothing.
func blank(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u2800', '\u3164', '\uffa0':
		return true
	}
	return r >= '\ufe00' && r <= '\ufe0f' || r >= 0xe0100 && r <= 0xe01ef // variation selectors
}

// cut shortens text to so many characters, of which the last is then an ellipsis.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
