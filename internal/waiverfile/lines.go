package waiverfile

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// line is one line of a text: its bytes are text[start:end], and the next line
// begins at next, after the line break.
type line struct{ start, end, next int }

// split finds the lines as YAML counts them, whose line breaks are CR, LF, CR
// LF, NEL, LS and PS.
func split(text []byte) []line {
	var lines []line
	start := 0
	for i := 0; i < len(text); {
		width := breakAt(text[i:])
		if width == 0 {
			i++
			continue
		}
		lines = append(lines, line{start, i, i + width})
		i += width
		start = i
	}
	if start < len(text) {
		lines = append(lines, line{start, len(text), len(text)})
	}
	return lines
}

// breakAt is the length of the line break that the text begins with, if it does.
func breakAt(text []byte) int {
	for _, end := range [...]string{"\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"} {
		if len(text) >= len(end) && string(text[:len(end)]) == end {
			return len(end)
		}
	}
	return 0
}

// lineEnd is the line break that the text uses, by its first line.
func lineEnd(text []byte) string {
	i := bytes.IndexAny(text, "\r\n")
	switch {
	case i < 0 || text[i] == '\n':
		return "\n"
	case i+1 < len(text) && text[i+1] == '\n':
		return "\r\n"
	}
	return "\r"
}

// text is the line with a 0-based number, without its break.
func (d *document) text(number int) string {
	return string(d.data[d.lines[number].start:d.lines[number].end])
}

// offset is where a place of the parser's (1-based line and column, in
// characters) is in the text, and false where there is no such place.
func (d *document) offset(number, column int) (int, bool) {
	if number < 1 || number > len(d.lines) {
		return 0, false
	}
	at := d.lines[number-1]
	i := at.start
	for range column - 1 {
		if i >= at.end {
			return 0, false
		}
		_, width := utf8.DecodeRune(d.data[i:at.end])
		i += width
	}
	return i, true
}

// idle reports whether a line holds nothing for the parser: it is blank, a
// comment that is indented by at most so many spaces, or a document marker.
func (d *document) idle(number, indent int) bool {
	text := d.text(number)
	bare := strings.TrimLeft(text, " \t")
	if bare == "" || strings.TrimRight(text, " \t") == "..." {
		return true
	}
	return bare[0] == '#' && len(text)-len(bare) <= indent
}

func (d *document) blank(number int) bool { return strings.TrimLeft(d.text(number), " \t") == "" }

// contentEnd is the number of the line after the last that is not idle, of the
// lines from first up to but without end; first+1 at least.
func (d *document) contentEnd(first, end, indent int) int {
	for end-1 > first && d.idle(end-1, indent) {
		end--
	}
	return end
}
