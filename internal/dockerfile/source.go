package dockerfile

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textMap is text taken from several source lines, which remembers where each
// piece of it came from.
type textMap struct {
	text   string
	pieces []piece
	lines  []string
}

// piece says that the text from offset at on stands in a line (1-based) from
// byte column col (0-based) on. ascii is true when the line has no other
// characters, so that bytes are columns.
type piece struct {
	at, line, col int
	ascii         bool
}

// position returns the place in the file of an offset into the text.
func (m textMap) position(offset int) Position {
	n := sort.Search(len(m.pieces), func(i int) bool { return m.pieces[i].at > offset }) - 1
	if n < 0 {
		return Position{}
	}
	p := m.pieces[n]
	line := m.lines[p.line-1]
	end := min(p.col+offset-p.at, len(line))
	if p.ascii {
		return Position{Line: p.line, Column: end + 1}
	}
	return Position{Line: p.line, Column: utf8.RuneCountInString(line[:end]) + 1}
}

// joinLines makes one logical line of the physical lines from first (1-based)
// on, the way BuildKit's parser does: continuation characters go, and so do
// comments and empty lines between. It returns the last line that belongs to it.
func joinLines(lines []string, first int, escape byte) (textMap, int) {
	m := textMap{lines: lines}
	var text strings.Builder
	last := first
	for n := first; n <= len(lines); n++ {
		last = n
		line, col := lines[n-1], 0
		if n == first {
			trimmed := strings.TrimLeftFunc(line, unicode.IsSpace)
			col = len(line) - len(trimmed)
		} else if isComment(line) || isBlank(line) {
			continue
		}
		content, more := cutContinuation(line[col:], escape)
		m.pieces = append(m.pieces, piece{at: text.Len(), line: n, col: col, ascii: isASCII(line)})
		text.WriteString(content)
		if !more {
			break
		}
	}
	m.text = text.String()
	return m, last
}

// cutContinuation takes the continuation character off a line, if it ends in one.
func cutContinuation(line string, escape byte) (string, bool) {
	trimmed := strings.TrimRight(line, " \t")
	if !strings.HasSuffix(trimmed, string(escape)) {
		return line, false
	}
	rest := trimmed[:len(trimmed)-1]
	if strings.HasSuffix(rest, string(escape)) {
		return line, false
	}
	return rest, true
}

// heredocText joins whole lines by newlines.
func heredocText(lines []string, first, count int) textMap {
	m := textMap{lines: lines}
	var text strings.Builder
	for n := first; n < first+count && n <= len(lines); n++ {
		m.pieces = append(m.pieces, piece{at: text.Len(), line: n, ascii: isASCII(lines[n-1])})
		text.WriteString(lines[n-1])
		text.WriteByte('\n')
	}
	m.text = text.String()
	return m
}

// append adds another text behind a newline.
func (m textMap) append(other textMap) textMap {
	shift := len(m.text) + 1
	joined := textMap{text: m.text + "\n" + other.text, lines: m.lines}
	joined.pieces = append(joined.pieces, m.pieces...)
	for _, p := range other.pieces {
		p.at += shift
		joined.pieces = append(joined.pieces, p)
	}
	return joined
}

func isASCII(line string) bool {
	for n := range len(line) {
		if line[n] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isComment(line string) bool {
	return strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "#")
}

func isBlank(line string) bool {
	return strings.TrimLeftFunc(line, unicode.IsSpace) == ""
}
