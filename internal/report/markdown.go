package report

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// writeMarkdown writes the report for a job summary or a comment. When it is
// longer than allowed, the least important rows are left out, and how many.
func writeMarkdown(w io.Writer, r gate.Report, opts Options) error {
	v := newView(r)
	text := renderPage(v, opts, len(r.Decisions))
	if opts.MaxBytes > 0 && len(text) > opts.MaxBytes {
		over := func(rows int) bool { return len(renderPage(v, opts, rows)) > opts.MaxBytes }
		first := sort.Search(len(r.Decisions), over)
		text = renderPage(v, opts, max(0, first-1))
	}
	if opts.MaxBytes > 0 && len(text) > opts.MaxBytes {
		text = tooLong(v)
	}
	_, err := io.WriteString(w, text)
	return err
}

// tooLong is the report when nothing but the verdict fits.
func tooLong(v view) string {
	p := page{view: v}
	p.title()
	p.line("The report is too long to be shown here: its JSON and SARIF files have all of it.")
	return p.b.String()
}

// page builds one Markdown document.
type page struct {
	view
	opts Options
	b    strings.Builder
	// left is how many more rows may be written; what comes first is the most
	// important.
	left int
}

func renderPage(v view, opts Options, rows int) string {
	p := &page{view: v, opts: opts, left: rows}
	p.title()
	p.subjects()
	p.counts()
	p.gaps("What is missing", v.Verdict.Gaps)
	shown := p.blocking()
	p.waivers(shown)
	p.folded("Warnings", v.Warnings, false)
	p.folded("Waived", v.Waived, true)
	p.policyRemarks()
	p.basis()
	return p.b.String()
}

func (p *page) line(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
	p.b.WriteByte('\n')
}

// paragraph writes a block with an empty line after it.
func (p *page) paragraph(parts ...string) {
	p.line(parts...)
	p.line()
}

// take reports whether one more row may be written, and counts it.
func (p *page) take() bool {
	if p.left <= 0 {
		return false
	}
	p.left--
	return true
}

// leftOut says how many things were left out.
func (p *page) leftOut(n int, one, many string) {
	if n > 0 {
		p.line()
		p.paragraph(fmt.Sprintf("*%d more %s left out.*", n, pick(n, one, many)))
	}
}

func (p *page) title() {
	icon := map[string]string{wordPass: "✅", wordFail: "❌", wordIncomplete: "⚠️"}[verdictWord(p.Verdict)]
	p.paragraph("## ", icon, " gate: ", strings.ToLower(verdictWord(p.Verdict)), " – ", strings.Join(headline(p.Verdict), dot))
}

func (p *page) subjects() {
	const most, length = 20, 60
	for i, s := range p.Subjects {
		if i == most {
			p.leftOut(len(p.Subjects)-most, "image", "images")
			return
		}
		facts := p.subjectFacts(s)
		for i, fact := range facts {
			facts[i] = literal(cutRunes(fact, length))
		}
		if s.Image != "" {
			facts = append([]string{"**" + escape(word(s.Image)) + "**"}, facts...)
		}
		p.paragraph(strings.Join(facts, dot))
	}
	if n := filesOf(p.Report); n > 0 && len(p.Subjects) == 0 {
		p.paragraph(count(n, "Dockerfile", "Dockerfiles"), " linted")
	}
}

// counts is the table of actions by severity. Rows and columns that are all
// empty are left out.
func (p *page) counts() {
	table := map[gate.Action]map[gate.Severity]int{}
	used := map[gate.Severity]bool{}
	for _, d := range p.Decisions {
		if d.Change.Status == gate.StatusFixed {
			continue
		}
		if table[d.Action] == nil {
			table[d.Action] = map[gate.Severity]int{}
		}
		table[d.Action][d.Change.Finding.Severity]++
		used[d.Change.Finding.Severity] = true
	}
	if len(table) == 0 {
		return
	}
	head, rule := "| |", "|:--|"
	for _, s := range worstFirst() {
		if used[s] {
			head, rule = head+" "+icon(s)+" "+s.String()+" |", rule+"--:|"
		}
	}
	p.line(head)
	p.line(rule)
	for _, row := range []struct {
		action gate.Action
		name   string
	}{{gate.ActionBlock, "**blocks**"}, {gate.ActionWarn, "warns"}, {gate.ActionWaived, "waived"}, {gate.ActionIgnore, "ignored"}} {
		if table[row.action] == nil {
			continue
		}
		cells := "| " + row.name + " |"
		for _, s := range worstFirst() {
			if used[s] {
				cells += " " + numberOrNothing(table[row.action][s]) + " |"
			}
		}
		p.line(cells)
	}
	p.line()
}

func numberOrNothing(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// icon is a coloured dot, so that a table can be read from afar.
func icon(s gate.Severity) string {
	return [...]string{"⚫", "⚪", "🔵", "🟡", "🟠", "🔴"}[min(max(s, gate.SeverityUnknown), gate.SeverityCritical)]
}

func (p *page) gaps(title string, gaps []gate.Gap) {
	if len(gaps) == 0 {
		return
	}
	p.paragraph("### ", title)
	const most, length, paths = 10, 400, 5
	for i, g := range gaps {
		if i == most {
			p.leftOut(len(gaps)-most, "reason", "reasons")
			return
		}
		text := "- **" + escape(word(string(g.Guard))) + "**"
		if about := aboutImage(p.view, g.Image, g.Platform); about != "" {
			text += " (" + escape(word(about)) + ")"
		}
		text += ": " + escape(cutRunes(plain(g.Message), length))
		for _, line := range g.Output[max(0, len(g.Output)-most):] {
			text += "<br>" + codes([]string{cutRunes(plain(line), length)})
		}
		if g.Next != "" {
			text += "<br>Next: " + escape(cutRunes(plain(g.Next), length))
		}
		if len(g.Paths) > 0 {
			text += "<br>" + codes(words(g.Paths[:min(paths, len(g.Paths))]))
			if rest := len(g.Paths) - paths; rest > 0 {
				text += fmt.Sprintf(" and %d more", rest)
			}
		}
		p.line(text)
	}
	p.line()
}
