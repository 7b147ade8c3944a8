package report

import "github.com/containergate/gate/internal/report/plain"

// printer builds the terminal report line by line.
type printer struct {
	*plain.Printer
	opts Options
	// sources are the lines of the files that were asked for; nil where a file
	// can't be read.
	sources map[string][]string
}

func newPrinter(opts Options) *printer {
	return &printer{plain.NewPrinter(opts.Width, opts.Color), opts, map[string][]string{}}
}

// textMost is how many characters of one text are shown.
const textMost = 1000

// wrapped writes the first segments and after them the text, continued on
// further lines below where it began.
func (p *printer) wrapped(indent int, lead []plain.Segment, text plain.Segment) {
	p.Wrapped(indent, lead, text.Style.Of(plain.Cut(text.Text, textMost)))
}
