package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MarksInARow is how many combining marks a character may carry. More of them
// have no width of their own and would pile up over other lines.
const MarksInARow = 4

// Text makes text from outside safe to show on one line of a terminal or log:
// white space becomes single spaces, and whatever would move the cursor,
// change colours, reorder or hide text is replaced by something visible. The
// sequence ##[, with which a line could speak to the Actions runner, is broken
// up. What it has made stays as it is, so Text(Text(s))
// equals Text(s).
func Text(text string) string {
	if clean(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	space, marks := false, 0
	for _, r := range text {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if unicode.Is(unicode.M, r) {
			if marks++; marks > MarksInARow {
				continue
			}
		} else {
			marks = 0
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteString(Visible(r))
	}
	return strings.ReplaceAll(b.String(), "##[", "# #[")
}

// WordMost is how many characters a name, version or path may have in a
// report for people. Longer ones are somebody's joke.
const WordMost = 120

// Word is Text for a name, version or path, cut when it is absurdly long.
func Word(text string) string { return Cut(Text(text), WordMost) }

// Words are the texts, each as a Word.
func Words(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = Word(t)
	}
	return out
}

// Cut shortens the text to n characters, the last of which is then an ellipsis.
func Cut(text string, n int) string {
	if len(text) <= n || utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}

// clean reports whether text is printable ASCII that Text would not change,
// which nearly all text is.
func clean(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c > '~':
			return false
		case c == ' ' && (i == 0 || i == len(text)-1 || text[i-1] == ' '):
			return false
		case c == '[' && strings.HasSuffix(text[:i], "##"):
			return false
		}
	}
	return true
}

// Visible returns the character, or what stands for it when a terminal would
// act on it or not show it.
func Visible(r rune) string {
	switch {
	case r == utf8.RuneError:
		return "\uFFFD"
	case r < ' ':
		return string('\u2400' + r) // the pictures of control characters: ␛ for escape
	case r == '\x7f':
		return "\u2421"
	case !unicode.IsPrint(r) || blank(r):
		return fmt.Sprintf("⟨U+%04X⟩", r)
	default:
		return string(r)
	}
}

// blank reports whether the character counts as printable but shows nothing.
func blank(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u2800', '\u3164', '\uffa0':
		return true
	}
	return r >= '\ufe00' && r <= '\ufe0f' || r >= 0xe0100 && r <= 0xe01ef // variation selectors
}

// Sentence returns the first sentence of the text, as Text and without its full stop.
func Sentence(text string) string {
	text = Text(text)
	for i := 0; i+1 < len(text); i++ {
		if text[i] == '.' && text[i+1] == ' ' && i > 0 && !abbreviation(text[:i]) {
			return text[:i]
		}
	}
	return strings.TrimSuffix(text, ".")
}

// abbreviation reports whether the text ends in one, so that its full stop
// does not end the sentence.
func abbreviation(text string) bool {
	word := text[strings.LastIndexByte(text, ' ')+1:]
	switch strings.ToLower(strings.TrimLeft(word, "(")) {
	case "e.g", "i.e", "etc", "vs", "cf", "approx", "no", "a.k.a", "aka":
		return true
	}
	return len(word) == 1
}

// Acts reports whether a terminal might act on the character, or hide it:
// everything that Visible would replace, but for the white space of a file.
func Acts(r rune) bool {
	return r != '\n' && r != ' ' && r >= '\x7f' && r != utf8.RuneError && (!unicode.IsPrint(r) || blank(r))
}
