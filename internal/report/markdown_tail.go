package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/report/plain"
)

// policyRemarks writes what gate found about the policy itself.
func (p *page) policyRemarks() {
	if len(p.Remarks) == 0 {
		return
	}
	p.fold("About the policy", []string{count(len(p.Remarks), "remark", "remarks")}, func() {
		for i, d := range p.Remarks {
			if p.takeUpTo(1) == 0 {
				p.withoutRoom(len(p.Remarks)-i, " about the policy")
				break
			}
			f := d.Change.Finding
			where := ""
			if f.Location.Path != "" {
				where = p.place(group{Path: f.Location.Path, Line: f.Location.Line}) + ": "
			}
			p.line("- ", where, plain.Escape(plain.Cut(plain.Text(f.Message), textMost)))
		}
		p.line()
	})
}

// basis writes what the result rests on, folded.
func (p *page) basis() {
	if p.brief {
		return
	}
	p.fold("What this rests on", nil, func() {
		p.subjects()
		p.list("Policy", bars(p.Policy))
		if p.Organisation != nil {
			p.list("Organisation", append([]string{plain.Text(p.Organisation.Source)}, bars(p.Organisation.Policy)...))
		}
		p.list("Decided", deciders(p.Blocking))
		if text := p.basePolicy(plain.Code); text != "" {
			p.line("- **Base** ", text)
			if len(p.Base.Files) > 0 {
				p.list("Base", bars(p.Base.Policy))
			}
		}
		p.list("Data", p.data())
		p.list("Written", p.artifacts())
		p.list("Note", p.notes())
		p.list("Baseline", []string{p.baseline()})
		p.line()
		p.gaps("**Missing, but allowed by the policy**", p.Verdict.Allowed)
	})
}

// list writes lines of one kind, as many as anybody reads.
func (p *page) list(label string, lines []string) {
	const most, length = 10, 300
	for _, text := range upTo(lines, most) {
		p.line("- **", label, "** ", plain.Escape(plain.Cut(text, length)))
	}
	if rest := len(lines) - most; rest > 0 {
		p.line("- **", label, "** and ", strconv.Itoa(rest), " more left out")
	}
}

// subjects are the facts of each image.
func (p *page) subjects() {
	const most, length = 20, 60
	for _, s := range upTo(p.Subjects, most) {
		facts := p.subjectFacts(s)
		for i, fact := range facts {
			facts[i] = literal(plain.Cut(fact, length))
		}
		name := "Subject"
		if s.Image != "" {
			name = "Image " + plain.Escape(plain.Word(s.Image))
		}
		p.line("- **", name, "** ", strings.Join(facts, dot))
	}
	if rest := len(p.Subjects) - most; rest > 0 {
		p.line("- and ", count(rest, "more image", "more images"))
	}
	if n := filesOf(p.Report); n > 0 {
		p.line("- **Lint** ", count(n, "Dockerfile", "Dockerfiles"))
	}
}

// foot says what was left out, and which gate, commit and run speak.
func (p *page) foot() {
	if p.missing > 0 {
		p.paragraph(fmt.Sprintf("*Shortened: %s not shown above. The report files of the run have all of them.*",
			count(p.missing, "finding is", "findings are")))
	}
	var facts []string
	if tool := strings.TrimSpace(plain.Word(p.Tool.Name) + " " + plain.Word(p.Tool.Version)); tool != "" {
		facts = append(facts, plain.Escape(tool))
	}
	if commit := shortCommit(p.opts.Commit); commit != "" {
		facts = append(facts, "commit "+plain.Code(commit))
	}
	if p.opts.RunURL != "" {
		facts = append(facts, "[the run]("+p.opts.RunURL+")")
	}
	if len(facts) > 0 {
		p.line("<sub>", strings.Join(facts, dot), "</sub>")
	}
}
