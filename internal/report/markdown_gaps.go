package report

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// gaps lists what could not be examined, and what to do about it.
func (p *page) gaps(title string, gaps []gate.Gap) {
	if len(gaps) == 0 {
		return
	}
	p.paragraph(title)
	const most = 10
	for _, g := range upTo(gaps, most) {
		p.gap(g)
	}
	p.line()
	p.leftOut(len(gaps)-most, "reason", "reasons")
}

func (p *page) gap(g gate.Gap) {
	const most, length, paths = 10, 400, 5
	text := "- **" + plain.Escape(plain.Word(string(g.Guard))) + "**"
	if about := aboutImage(p.view, g.Image, g.Platform); about != "" {
		text += " (" + plain.Escape(plain.Word(about)) + ")"
	}
	p.line(text, ": ", plain.Escape(plain.Cut(plain.Text(g.Message), length)))
	if g.Next != "" {
		p.line("  - **Next** ", plain.Escape(plain.Cut(plain.Text(g.Next), length)))
	}
	if p.brief {
		return
	}
	if len(g.Paths) > 0 {
		files := plain.Codes(plain.Words(upTo(g.Paths, paths)))
		if rest := len(g.Paths) - paths; rest > 0 {
			files += fmt.Sprintf(" and %d more", rest)
		}
		p.line("  - ", files)
	}
	if len(g.Output) > 0 {
		var lines []string
		for _, line := range g.Output[max(0, len(g.Output)-most):] {
			lines = append(lines, plain.Code(plain.Cut(plain.Text(line), length)))
		}
		p.line("  - ", strings.Join(lines, "<br>"))
	}
}
