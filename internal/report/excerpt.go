package report

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// excerpt shows the line of a file that a finding of lint is about, and below
// it what on that line is meant. Of a place of several lines it is the first.
// A file that can't be read, or that has no such line any more, gives nothing.
func (p *printer) excerpt(f gate.Finding) {
	if f.Package != nil || !p.opts.All && !p.opts.Verbose {
		return
	}
	line, ok := p.sourceLine(f.Location)
	if !ok {
		return
	}
	const indent, narrowest = rowIndent + 2, 16
	number := strconv.Itoa(f.Location.Line)
	room := 0
	if p.opts.Width > 0 {
		if room = p.opts.Width - indent - len(number) - len(" | "); room < narrowest {
			return
		}
	}
	text, before, length := p.marked(line, f.Location, room)
	p.Line(indent, plain.Dim(number+" | "), plain.Bare(text))
	if length > 0 {
		carets := plain.SeverityStyle(f.Severity).Of(strings.Repeat("^", length))
		p.Line(indent, plain.Dim(strings.Repeat(" ", len(number))+" | "), plain.Bare(strings.Repeat(" ", before)), carets)
	}
}

// sourceLine is the line that a location names. Lines that are so long that
// nobody wrote them are left out, and so are empty ones.
func (p *printer) sourceLine(l gate.Location) (string, bool) {
	const most = 4_000 // bytes
	if p.opts.Source == nil || !l.Known() {
		return "", false
	}
	lines, asked := p.sources[l.Path]
	if !asked {
		if data, err := p.opts.Source(l.Path); err == nil {
			lines = strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
		}
		p.sources[l.Path] = lines
	}
	if l.Line > len(lines) {
		return "", false
	}
	line := strings.TrimSuffix(lines[l.Line-1], "\r")
	return line, strings.TrimSpace(line) != "" && len(line) <= most
}

// marked is a line as it is shown, and the columns of it to mark: how many are
// before the mark, and how long it is; 0 where the column is not known. When
// the mark would lie outside of the room, the line begins later.
func (p *printer) marked(line string, l gate.Location, room int) (text string, before, length int) {
	cells := p.cells(line)
	start := l.Column - 1
	if start < 0 || start > len(cells) {
		return strings.Join(cells, ""), 0, 0
	}
	end := start + 1
	switch {
	case l.EndLine > l.Line:
		end = len(cells)
	case l.EndColumn > l.Column:
		end = l.EndColumn - 1
	}
	end = max(start, min(end, len(cells)))
	before = p.Width(strings.Join(cells[:start], ""))
	length = max(1, p.Width(strings.Join(cells[:end], ""))-before)
	if room > 0 && before+length > room {
		if from := p.later(cells[:start], room/3); from > 0 { // what is before helps to find the place
			before = 1 + p.Width(strings.Join(cells[from:start], ""))
			cells = append([]string{"…"}, cells[from:]...)
		}
		length = min(length, room-before)
	}
	return strings.Join(cells, ""), before, length
}

// later is the first of the cells from which on they have room.
func (p *printer) later(cells []string, room int) int {
	from, taken := len(cells), 0
	for from > 0 {
		if taken += p.Width(cells[from-1]); taken >= room {
			break
		}
		from--
	}
	return from
}

// cells are the characters of a line as they are shown, so that a column of the
// file can be found on the screen.
func (p *printer) cells(line string) []string {
	const tab = 4
	cells := make([]string, 0, len(line))
	at, marks := 0, 0
	for _, r := range line {
		cell := plain.Visible(r)
		if marks++; !unicode.Is(unicode.M, r) {
			marks = 0
		}
		switch {
		case marks > plain.MarksInARow:
			cell = ""
		case r == '\t':
			cell = strings.Repeat(" ", tab-at%tab)
		case r == '[' && endsInHashes(cells):
			cell = " ["
		}
		cells = append(cells, cell)
		at += p.Width(cell)
	}
	return cells
}

// endsInHashes reports whether a bracket would make ##[ of the cells, with
// which a line could speak to the runner.
func endsInHashes(cells []string) bool {
	n := len(cells)
	return n >= 2 && cells[n-1] == "#" && cells[n-2] == "#"
}
