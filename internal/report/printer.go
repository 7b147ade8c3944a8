package report

import "strings"

// style is an ANSI "select graphic rendition" parameter list.
type style string

// The styles of the terminal report. They keep their meaning on dark and
// light backgrounds alike.
const (
	styleNone   style = ""
	styleBold   style = "1"
	styleDim    style = "2"
	styleRed    style = "31"
	styleGreen  style = "32"
	styleYellow style = "33"
	styleCyan   style = "36"
	styleAlarm  style = "1;31"
	styleGood   style = "1;32"
	styleCare   style = "1;33"
)

// segment is a piece of a line in one style. Its text is already plain.
type segment struct {
	style style
	text  string
}

func bare(text string) segment { return segment{styleNone, text} }
func bold(text string) segment { return segment{styleBold, text} }
func dim(text string) segment  { return segment{styleDim, text} }

// printer builds the terminal report line by line.
type printer struct {
	columns
	opts Options
	b    strings.Builder
	// sources are the lines of the files that were asked for; nil where a file
	// can't be read.
	sources map[string][]string
}

func newPrinter(opts Options) *printer {
	return &printer{columns: newColumns(), opts: opts, sources: map[string][]string{}}
}

// line writes one line, cut to the terminal's width. No line begins with "::",
// which the Actions runner would take for a command.
func (p *printer) line(indent int, segments ...segment) {
	room := p.opts.Width - indent
	limited := p.opts.Width > 0
	var text strings.Builder
	command := true
	for _, s := range segments {
		if command {
			s.text = disarm(s.text)
			command = strings.TrimSpace(s.text) == ""
		}
		if limited {
			if room <= 0 {
				break
			}
			s.text = p.cut(s.text, room)
			room -= p.width(s.text)
		}
		text.WriteString(p.paint(s))
	}
	p.b.WriteString(strings.TrimRight(strings.Repeat(" ", indent)+text.String(), " "))
	p.b.WriteByte('\n')
}

// disarm breaks up a workflow command at the start of a line.
func disarm(text string) string {
	trimmed := strings.TrimLeft(text, " ")
	if strings.HasPrefix(trimmed, ":") {
		return text[:len(text)-len(trimmed)] + "⟨:⟩" + trimmed[1:]
	}
	return text
}

// gap writes an empty line.
func (p *printer) gap() { p.b.WriteByte('\n') }

// textMost is how many characters of one text are shown.
const textMost = 1000

// wrapped writes the first segments and after them the text, continued on
// further lines below where it began.
func (p *printer) wrapped(indent int, lead []segment, text segment) {
	hang := indent
	for _, s := range lead {
		hang += p.width(s.text)
	}
	room := 0
	if p.opts.Width > 0 {
		const narrowest = 24
		room = p.opts.Width - hang
		if room < narrowest { // begin on a line of its own
			p.line(indent, lead...)
			lead, hang = nil, indent
			room = max(1, p.opts.Width-indent)
		}
	}
	for i, line := range p.wrap(cutRunes(text.text, textMost), room) {
		if i == 0 && len(lead) > 0 {
			p.line(indent, append(lead, segment{text.style, line})...)
			continue
		}
		p.line(hang, segment{text.style, line})
	}
}

func (p *printer) paint(s segment) string {
	if !p.opts.Color || s.style == styleNone || s.text == "" {
		return s.text
	}
	return "\x1b[" + string(s.style) + "m" + s.text + "\x1b[0m"
}
