package plain

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// Columns measures and cuts text by the columns it takes on a terminal. It
// holds its own settings, because the library's depend on the environment.
type Columns struct{ condition *runewidth.Condition }

// NewColumns measures as most terminals do.
func NewColumns() Columns {
	return Columns{&runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}}
}

// Width is how many columns the text takes.
func (c Columns) Width(text string) int { return c.condition.StringWidth(text) }

// Cut shortens the text to n columns, the last of which is then an ellipsis. A
// width of 0 or less means that there is no limit.
func (c Columns) Cut(text string, n int) string {
	if n <= 0 || c.Width(text) <= n {
		return text
	}
	return c.condition.Truncate(text, n, "…")
}

// Pad fills the text with spaces up to n columns.
func (c Columns) Pad(text string, n int) string {
	return text + strings.Repeat(" ", max(0, n-c.Width(text)))
}

// Wrap breaks the text between words into lines of at most n columns. A word
// that is longer is broken anywhere. A width of 0 or less gives one line.
func (c Columns) Wrap(text string, n int) []string {
	if n <= 0 || c.Width(text) <= n {
		return []string{text}
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		for _, piece := range c.pieces(word, n) {
			switch {
			case line == "":
				line = piece
			case c.Width(line)+1+c.Width(piece) <= n:
				line += " " + piece
			default:
				lines = append(lines, line)
				line = piece
			}
		}
	}
	return append(lines, line)
}

// pieces breaks a word that is wider than n columns.
func (c Columns) pieces(word string, n int) []string {
	if c.Width(word) <= n {
		return []string{word}
	}
	var pieces []string
	for c.Width(word) > n {
		head := c.condition.Truncate(word, n, "")
		if head == "" {
			break // one character wider than the line
		}
		pieces = append(pieces, head)
		word = word[len(head):]
	}
	return append(pieces, word)
}
