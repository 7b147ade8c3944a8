package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// dot separates facts on one line.
const dot = " · "

// writeTerminal writes the report for a person: first the verdict, then what
// blocks by the thing to change, what is missing, and last what may wait.
func writeTerminal(w io.Writer, r gate.Report, opts Options) error {
	p, v := newPrinter(opts), newView(r)
	p.verdict(v)
	p.subjects(v)
	p.compared(v)
	p.blocking(v)
	p.gaps(v)
	p.warnings(v)
	p.waived(v)
	p.excused(v)
	p.edits(v)
	p.remarks(v)
	p.footer(v)
	_, err := io.WriteString(w, p.String())
	return err
}

func (p *printer) verdict(v view) {
	word := verdictWord(v.Verdict)
	look := map[string]plain.Style{wordPass: plain.StyleGood, wordFail: plain.StyleAlarm, wordIncomplete: plain.StyleCare}[word]
	lead := []plain.Segment{look.Of(word), plain.Bare("  ")}
	p.wrapped(0, lead, plain.Bold(strings.Join(headline(v.Verdict), dot)))
	// The gaps' own words follow under "What is missing".
	blocks := v.Verdict.Reasons[:max(0, len(v.Verdict.Reasons)-len(v.Verdict.Gaps))]
	for _, reason := range blocks {
		p.Line(len(word)+2, plain.Bare(plain.Text(reason)))
	}
	var guards []string
	for _, g := range v.Verdict.Gaps {
		guards = append(guards, plain.Text(string(g.Guard)))
	}
	if len(guards) > 0 {
		p.Line(len(word)+2, plain.Bare("incomplete: "+strings.Join(distinct(guards), ", ")))
	}
}

func (p *printer) subjects(v view) {
	p.Gap()
	for _, s := range v.Subjects {
		name := plain.Text(s.Image)
		facts := strings.Join(v.subjectFacts(s), dot)
		if name == "" {
			p.wrapped(0, nil, plain.Dim(facts))
			continue
		}
		p.wrapped(0, []plain.Segment{plain.Bold(name), plain.Bare("  ")}, plain.Dim(facts))
	}
	if n := filesOf(v.Report); n > 0 {
		p.Line(0, plain.Dim(count(n, "Dockerfile", "Dockerfiles")+" linted"))
	}
	if len(v.Subjects) == 0 && filesOf(v.Report) == 0 {
		p.Line(0, plain.Dim("Nothing was examined."))
	}
}

// compared counts the findings against the baseline.
func (p *printer) compared(v view) {
	if parts := v.statuses(); len(parts) > 0 {
		p.wrapped(0, nil, plain.Bare(strings.Join(parts, dot)))
	}
}

// edits says what the pull request changes about its own judging.
func (p *printer) edits(v view) {
	if len(v.Edits) == 0 {
		return
	}
	const most = 5
	p.heading("This pull request changes how it is judged", plain.StyleCare, nil)
	for _, e := range v.Edits {
		details := e.Details
		if !p.opts.All && !p.opts.Verbose {
			details = upTo(details, most)
		}
		p.Line(2, plain.Bold(plain.Word(e.Path)), plain.Bare("  "+plain.Word(e.Change)))
		for _, detail := range details {
			p.wrapped(4, nil, plain.Bare(plain.Text(detail)))
		}
		p.more(4, len(e.Details)-len(details), "change", "changes")
	}
}

func (p *printer) blocking(v view) {
	if len(v.Blocking) == 0 {
		return
	}
	p.heading("What blocks", plain.StyleAlarm, severityCounts(v.Blocking))
	told := map[string]bool{}
	const most, places = 25, 25
	p.groups(v, v.Blocking, limit{rows: most, groups: places, apart: true}, func(r row) {
		rule := r.Change.Finding.Rule
		if fix := v.fixOf(rule); fix != "" && r.Change.Finding.Package == nil && !told[rule] {
			told[rule] = true
			p.wrapped(rowIndent+2, []plain.Segment{plain.Dim("fix: ")}, plain.Dim(fix))
		}
	})
	p.wrapped(groupIndent, []plain.Segment{plain.Dim("decided: ")}, plain.Dim(strings.Join(deciders(v.Blocking), dot)))
}

func (p *printer) warnings(v view) {
	if len(v.Warnings) == 0 {
		return
	}
	p.heading("Warnings", plain.StyleCare, severityCounts(v.Warnings))
	const most, places = 3, 8
	p.groups(v, v.Warnings, limit{rows: most, groups: places}, nil)
}

func (p *printer) waived(v view) {
	if len(v.Waived) == 0 {
		return
	}
	p.heading("Waived", plain.StyleBold, severityCounts(v.Waived))
	const most, places = 5, 8
	p.groups(v, v.Waived, limit{rows: most, groups: places}, func(r row) {
		if !p.opts.Verbose {
			p.why(r)
		}
	})
}

func (p *printer) excused(v view) {
	if len(v.Excused) == 0 {
		return
	}
	p.heading("Not affected, as VEX says", plain.StyleBold, severityCounts(v.Excused))
	const most, places = 5, 8
	p.groups(v, v.Excused, limit{rows: most, groups: places}, func(r row) {
		if !p.opts.Verbose {
			p.why(r)
		}
	})
}

func (p *printer) gaps(v view) {
	if len(v.Verdict.Gaps) > 0 {
		p.heading("What is missing", plain.StyleCare, nil)
		for _, g := range v.Verdict.Gaps {
			p.oneGap(v, g)
		}
	}
	if len(v.Verdict.Allowed) > 0 {
		p.heading("Missing, but allowed by the policy", plain.StyleBold, nil)
		for _, g := range v.Verdict.Allowed {
			p.oneGap(v, g)
		}
	}
}

func (p *printer) oneGap(v view, g gate.Gap) {
	text := plain.Text(g.Message)
	if about := aboutImage(v, g.Image, g.Platform); about != "" {
		text += " (" + about + ")"
	}
	p.wrapped(2, []plain.Segment{plain.StyleYellow.Of(plain.Text(string(g.Guard))), plain.Bare("  ")}, plain.Bare(text))
	for _, line := range g.Output {
		if text := plain.Text(line); text != "" {
			p.Line(4, plain.Dim("| "), plain.Bare(text))
		}
	}
	if g.Next != "" {
		p.wrapped(4, []plain.Segment{plain.Dim("next: ")}, plain.Bare(plain.Text(g.Next)))
	}
	const most = 10
	shown := g.Paths
	if !p.opts.All && !p.opts.Verbose && len(shown) > most {
		shown = shown[:most]
	}
	for _, path := range shown {
		p.Line(4, plain.Dim(plain.Text(path)))
	}
	p.more(4, len(g.Paths)-len(shown), "file", "files")
}

// aboutImage names an image where a report has several, and the platform.
func aboutImage(v view, image, platform string) string {
	if !v.ManyImages {
		image = ""
	}
	return plain.Text(strings.TrimSpace(image + " " + platform))
}

func (p *printer) remarks(v view) {
	if len(v.Remarks) == 0 {
		return
	}
	p.heading("About the policy", plain.StyleBold, []string{count(len(v.Remarks), "warning", "warnings")})
	for _, d := range v.Remarks {
		f := d.Change.Finding
		where := group{Path: f.Location.Path, Line: f.Location.Line}
		lead := []plain.Segment{}
		if f.Location.Path != "" {
			lead = append(lead, plain.Bold(where.where()), plain.Bare("  "))
		}
		p.wrapped(2, lead, plain.Bare(plain.Text(f.Message)))
	}
}

// footer holds what the result rests on.
func (p *printer) footer(v view) {
	p.Gap()
	if lines := bars(v.Policy); len(lines) > 0 {
		p.facts("policy", []string{strings.Join(lines, dot)})
	}
	if v.Organisation != nil {
		p.facts("organisation", []string{strings.Join(append([]string{plain.Text(v.Organisation.Source)}, bars(v.Organisation.Policy)...), dot)})
	}
	if text := v.basePolicy(plain.Text); text != "" {
		p.facts("base", []string{text})
		if lines := bars(v.Base.Policy); len(lines) > 0 && len(v.Base.Files) > 0 {
			p.facts("base", []string{strings.Join(lines, dot)})
		}
	}
	p.facts("data", v.data())
	p.facts("written", v.artifacts())
	p.facts("note", v.notes())
	p.wrapped(0, nil, plain.Dim(v.baseline()))
}

func (p *printer) facts(label string, lines []string) {
	for _, line := range lines {
		p.wrapped(0, []plain.Segment{plain.Dim(label + ": ")}, plain.Dim(line))
	}
}

func (p *printer) heading(title string, look plain.Style, facts []string) {
	p.Gap()
	segments := []plain.Segment{look.Of(title)}
	if len(facts) > 0 {
		segments = append(segments, plain.Bare("  "), plain.Dim(strings.Join(facts, dot)))
	}
	p.Line(0, segments...)
}

// more says how many things were folded and how to see them.
func (p *printer) more(indent, n int, one, many string) {
	if n <= 0 {
		return
	}
	hint := p.opts.More
	if hint == "" {
		hint = "--format json has them all"
	}
	p.Line(indent, plain.Dim(fmt.Sprintf("… %d more %s: %s", n, pick(n, one, many), plain.Text(hint))))
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
