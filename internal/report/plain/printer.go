package plain

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Style is an ANSI "select graphic rendition" parameter list.
type Style string

// The styles of a terminal report. They keep their meaning on dark and light
// backgrounds alike.
const (
	StyleNone   Style = ""
	StyleBold   Style = "1"
	StyleDim    Style = "2"
	StyleRed    Style = "31"
	StyleGreen  Style = "32"
	StyleYellow Style = "33"
	StyleCyan   Style = "36"
	StyleAlarm  Style = "1;31"
	StyleGood   Style = "1;32"
	StyleCare   Style = "1;33"
)

// SeverityStyle makes the worst stand out most.
func SeverityStyle(s gate.Severity) Style {
	switch s {
	case gate.SeverityCritical:
		return StyleAlarm
	case gate.SeverityHigh:
		return StyleRed
	case gate.SeverityMedium:
		return StyleYellow
	case gate.SeverityLow:
		return StyleCyan
	default:
		return StyleDim
	}
}

// Segment is a piece of a line in one style. Its text is already plain.
type Segment struct {
	Style Style
	Text  string
}

// Of is the text in this style.
func (s Style) Of(text string) Segment { return Segment{s, text} }

// Bare is text in no style.
func Bare(text string) Segment { return StyleNone.Of(text) }

// Bold is text that stands out.
func Bold(text string) Segment { return StyleBold.Of(text) }

// Dim is text that stands back.
func Dim(text string) Segment { return StyleDim.Of(text) }

// Printer builds a terminal report line by line.
type Printer struct {
	Columns
	width int
	color bool
	b     strings.Builder
}

// NewPrinter begins a report for a terminal that is so many columns wide; 0
// means that there is no limit. Without color, styles show nothing.
func NewPrinter(width int, color bool) *Printer {
	return &Printer{Columns: NewColumns(), width: width, color: color}
}

// String is what was written so far.
func (p *Printer) String() string { return p.b.String() }

// Line writes one line, cut to the terminal's width. No line begins with "::",
// which the Actions runner would take for a command.
func (p *Printer) Line(indent int, segments ...Segment) {
	room := p.width - indent
	var text strings.Builder
	command := true
	for _, s := range segments {
		if command {
			s.Text = disarm(s.Text)
			command = strings.TrimSpace(s.Text) == ""
		}
		if p.width > 0 {
			if room <= 0 {
				break
			}
			s.Text = p.Cut(s.Text, room)
			room -= p.Width(s.Text)
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

// Gap writes an empty line.
func (p *Printer) Gap() { p.b.WriteByte('\n') }

// Wrapped writes the first segments and after them the text, continued on
// further lines below where it began.
func (p *Printer) Wrapped(indent int, lead []Segment, text Segment) {
	hang := indent
	for _, s := range lead {
		hang += p.Width(s.Text)
	}
	room := 0
	if p.width > 0 {
		const narrowest = 24
		room = p.width - hang
		if room < narrowest { // begin on a line of its own
			if len(lead) > 0 {
				p.Line(indent, lead...)
			}
			lead, hang = nil, indent
			room = max(1, p.width-indent)
		}
	}
	for i, piece := range p.Wrap(text.Text, room) {
		if i == 0 && len(lead) > 0 {
			p.Line(indent, append(lead, text.Style.Of(piece))...)
			continue
		}
		p.Line(hang, text.Style.Of(piece))
	}
}

func (p *Printer) paint(s Segment) string {
	if !p.color || s.Style == StyleNone || s.Text == "" {
		return s.Text
	}
	return "\x1b[" + string(s.Style) + "m" + s.Text + "\x1b[0m"
}
