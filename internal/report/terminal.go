package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/containergate/gate/internal/gate"
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
	_, err := io.WriteString(w, p.b.String())
	return err
}

func (p *printer) verdict(v view) {
	word := verdictWord(v.Verdict)
	look := map[string]style{wordPass: styleGood, wordFail: styleAlarm, wordIncomplete: styleCare}[word]
	lead := []segment{{look, word}, bare("  ")}
	p.wrapped(0, lead, bold(strings.Join(headline(v.Verdict), dot)))
	// The gaps' own words follow under "What is missing".
	blocks := v.Verdict.Reasons[:max(0, len(v.Verdict.Reasons)-len(v.Verdict.Gaps))]
	for _, reason := range blocks {
		p.line(len(word)+2, bare(plain(reason)))
	}
	var guards []string
	for _, g := range v.Verdict.Gaps {
		guards = append(guards, plain(string(g.Guard)))
	}
	if len(guards) > 0 {
		p.line(len(word)+2, bare("incomplete: "+strings.Join(distinct(guards), ", ")))
	}
}

func (p *printer) subjects(v view) {
	p.gap()
	for _, s := range v.Subjects {
		name := plain(s.Image)
		facts := strings.Join(v.subjectFacts(s), dot)
		if name == "" {
			p.wrapped(0, nil, dim(facts))
			continue
		}
		p.wrapped(0, []segment{bold(name), bare("  ")}, dim(facts))
	}
	if n := filesOf(v.Report); n > 0 {
		p.line(0, dim(count(n, "Dockerfile", "Dockerfiles")+" linted"))
	}
	if len(v.Subjects) == 0 && filesOf(v.Report) == 0 {
		p.line(0, dim("Nothing was examined."))
	}
}

// compared counts the findings against the baseline.
func (p *printer) compared(v view) {
	if parts := v.statuses(); len(parts) > 0 {
		p.wrapped(0, nil, bare(strings.Join(parts, dot)))
	}
}

// edits says what the pull request changes about its own judging.
func (p *printer) edits(v view) {
	if len(v.Edits) == 0 {
		return
	}
	const most = 5
	p.heading("This pull request changes how it is judged", styleCare, nil)
	for _, e := range v.Edits {
		details := e.Details
		if !p.opts.All && !p.opts.Verbose {
			details = upTo(details, most)
		}
		p.line(2, bold(word(e.Path)), bare("  "+word(e.Change)))
		for _, detail := range details {
			p.wrapped(4, nil, bare(plain(detail)))
		}
		p.more(4, len(e.Details)-len(details), "change", "changes")
	}
}

func (p *printer) blocking(v view) {
	if len(v.Blocking) == 0 {
		return
	}
	p.heading("What blocks", styleAlarm, severityCounts(v.Blocking))
	told := map[string]bool{}
	const most, places = 25, 25
	p.groups(v, v.Blocking, limit{rows: most, groups: places, apart: true}, func(r row) {
		rule := r.Change.Finding.Rule
		if fix := v.fixOf(rule); fix != "" && r.Change.Finding.Package == nil && !told[rule] {
			told[rule] = true
			p.wrapped(rowIndent+2, []segment{dim("fix: ")}, dim(fix))
		}
	})
	p.wrapped(groupIndent, []segment{dim("decided: ")}, dim(strings.Join(deciders(v.Blocking), dot)))
}

func (p *printer) warnings(v view) {
	if len(v.Warnings) == 0 {
		return
	}
	p.heading("Warnings", styleCare, severityCounts(v.Warnings))
	const most, places = 3, 8
	p.groups(v, v.Warnings, limit{rows: most, groups: places}, nil)
}

func (p *printer) waived(v view) {
	if len(v.Waived) == 0 {
		return
	}
	p.heading("Waived", styleBold, severityCounts(v.Waived))
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
	p.heading("Not affected, as VEX says", styleBold, severityCounts(v.Excused))
	const most, places = 5, 8
	p.groups(v, v.Excused, limit{rows: most, groups: places}, func(r row) {
		if !p.opts.Verbose {
			p.why(r)
		}
	})
}

func (p *printer) gaps(v view) {
	if len(v.Verdict.Gaps) > 0 {
		p.heading("What is missing", styleCare, nil)
		for _, g := range v.Verdict.Gaps {
			p.oneGap(v, g)
		}
	}
	if len(v.Verdict.Allowed) > 0 {
		p.heading("Missing, but allowed by the policy", styleBold, nil)
		for _, g := range v.Verdict.Allowed {
			p.oneGap(v, g)
		}
	}
}

func (p *printer) oneGap(v view, g gate.Gap) {
	text := plain(g.Message)
	if about := aboutImage(v, g.Image, g.Platform); about != "" {
		text += " (" + about + ")"
	}
	p.wrapped(2, []segment{{styleYellow, plain(string(g.Guard))}, bare("  ")}, bare(text))
	for _, line := range g.Output {
		if text := plain(line); text != "" {
			p.line(4, dim("| "), bare(text))
		}
	}
	if g.Next != "" {
		p.wrapped(4, []segment{dim("next: ")}, bare(plain(g.Next)))
	}
	const most = 10
	shown := g.Paths
	if !p.opts.All && !p.opts.Verbose && len(shown) > most {
		shown = shown[:most]
	}
	for _, path := range shown {
		p.line(4, dim(plain(path)))
	}
	p.more(4, len(g.Paths)-len(shown), "file", "files")
}

// aboutImage names an image where a report has several, and the platform.
func aboutImage(v view, image, platform string) string {
	if !v.ManyImages {
		image = ""
	}
	return plain(strings.TrimSpace(image + " " + platform))
}

func (p *printer) remarks(v view) {
	if len(v.Remarks) == 0 {
		return
	}
	p.heading("About the policy", styleBold, []string{count(len(v.Remarks), "warning", "warnings")})
	for _, d := range v.Remarks {
		f := d.Change.Finding
		where := group{Path: f.Location.Path, Line: f.Location.Line}
		lead := []segment{}
		if f.Location.Path != "" {
			lead = append(lead, bold(where.where()), bare("  "))
		}
		p.wrapped(2, lead, bare(plain(f.Message)))
	}
}

// footer holds what the result rests on.
func (p *printer) footer(v view) {
	p.gap()
	if lines := bars(v.Policy); len(lines) > 0 {
		p.facts("policy", []string{strings.Join(lines, dot)})
	}
	if v.Organisation != nil {
		p.facts("organisation", []string{strings.Join(append([]string{plain(v.Organisation.Source)}, bars(v.Organisation.Policy)...), dot)})
	}
	if text := v.basePolicy(plain); text != "" {
		p.facts("base", []string{text})
		if lines := bars(v.Base.Policy); len(lines) > 0 && len(v.Base.Files) > 0 {
			p.facts("base", []string{strings.Join(lines, dot)})
		}
	}
	p.facts("data", v.data())
	p.facts("written", v.artifacts())
	p.facts("note", v.notes())
	p.wrapped(0, nil, dim(v.baseline()))
}

func (p *printer) facts(label string, lines []string) {
	for _, line := range lines {
		p.wrapped(0, []segment{dim(label + ": ")}, dim(line))
	}
}

func (p *printer) heading(title string, look style, facts []string) {
	p.gap()
	segments := []segment{{look, title}}
	if len(facts) > 0 {
		segments = append(segments, bare("  "), dim(strings.Join(facts, dot)))
	}
	p.line(0, segments...)
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
	p.line(indent, dim(fmt.Sprintf("… %d more %s: %s", n, pick(n, one, many), plain(hint))))
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
