package report

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// writeMarkdown writes the report for a job summary or a comment. When it is
// longer than allowed, the least important rows are left out, and how many.
func writeMarkdown(w io.Writer, r gate.Report, opts Options) error {
	opts.SourceURL = strings.TrimSuffix(sarif.WebAddress(opts.SourceURL), "/")
	opts.RunURL = sarif.WebAddress(opts.RunURL)
	_, err := io.WriteString(w, fitting(newView(r), opts))
	return err
}

// fitting is the report with as many rows as there is room for.
func fitting(v view, opts Options) string {
	all := len(v.Decisions)
	text := renderPage(v, opts, all, false)
	if opts.MaxBytes <= 0 || len(text) <= opts.MaxBytes {
		return text
	}
	// What explains goes before what blocks.
	rows, brief := most(v, opts, false), false
	if rows < rowsOf(v.Blocking) {
		if tighter := most(v, opts, true); tighter > rows {
			rows, brief = tighter, true
		}
	}
	if rows >= 0 {
		return renderPage(v, opts, rows, brief)
	}
	p := &page{view: v, opts: opts}
	p.title()
	p.reported()
	p.line("The report is too long to be shown here: its JSON and SARIF files have all of it.")
	return p.b.String()
}

// most is how many rows there is room for; -1 when not even for none.
func most(v view, opts Options, brief bool) int {
	over := func(rows int) bool { return len(renderPage(v, opts, rows, brief)) > opts.MaxBytes }
	rows := sort.Search(len(v.Decisions)+1, over) - 1
	for rows >= 0 && over(rows) { // what says how many are left out has a length too
		rows--
	}
	return rows
}

// page builds one Markdown document.
type page struct {
	view
	opts Options
	b    strings.Builder
	// left is how many more rows may be written; what comes first is the most
	// important. missing counts the findings for which there was no room.
	left, missing int
	// brief leaves out what explains, so that something fits at all.
	brief bool
}

func renderPage(v view, opts Options, rows int, brief bool) string {
	p := &page{view: v, opts: opts, left: rows, brief: brief}
	p.title()
	p.reported()
	p.toDo()
	p.overview()
	if v.Verdict.Blocked == 0 {
		p.gaps("### What is missing", v.Verdict.Gaps)
	}
	shown := p.blocking()
	if v.Verdict.Blocked > 0 {
		p.gaps("### What is missing", v.Verdict.Gaps)
	}
	p.edits()
	p.waivers(shown)
	p.folded("Warnings", v.Warnings, p.rows)
	p.folded("Waived", v.Waived, p.decided)
	p.folded("Not affected, as VEX says", v.Excused, p.decided)
	p.folded("Fixed", v.Fixed, p.decided)
	p.policyRemarks()
	p.basis()
	p.foot()
	return p.b.String()
}

func (p *page) line(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
	p.b.WriteByte('\n')
}

// full reports whether the page is already longer than allowed. It will be
// thrown away then, so nothing more need be written.
func (p *page) full() bool { return p.opts.MaxBytes > 0 && p.b.Len() > p.opts.MaxBytes }

// paragraph writes a block with an empty line after it.
func (p *page) paragraph(parts ...string) {
	p.line(parts...)
	p.line()
}

// fold writes what body writes inside a fold. The title is ours.
func (p *page) fold(title string, facts []string, body func()) {
	summary := "<b>" + title + "</b>"
	if len(facts) > 0 {
		summary += dot + strings.Join(facts, dot)
	}
	p.paragraph("<details><summary>", summary, "</summary>")
	body()
	p.paragraph("</details>")
}

// takeUpTo says how many of n more rows may be written, and counts them.
func (p *page) takeUpTo(n int) int {
	n = min(n, p.left)
	p.left -= n
	return n
}

// leftOut says how many things were left out.
func (p *page) leftOut(n int, one, many string) {
	if n > 0 {
		p.paragraph(fmt.Sprintf("*%d more %s left out.*", n, pick(n, one, many)))
	}
}

// withoutRoom is leftOut for findings, which are summed up at the end.
func (p *page) withoutRoom(n int, where string) {
	p.missing += n
	p.leftOut(n, "finding"+where, "findings"+where)
}

func upTo[T any](items []T, n int) []T { return items[:min(n, len(items))] }

// literal shows text as it is: as text where that needs no escaping, so that it
// can be copied, and otherwise as a code span.
func literal(text string) string {
	if text = plain.Text(text); plain.Escape(text) == text {
		return text
	}
	return plain.Code(text)
}
