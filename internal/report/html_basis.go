package report

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// htmlGap is one reason why the result is not the whole truth.
type htmlGap struct {
	Guard, About, Message, Next string
	Paths                       []string
	// Output is what a failed step printed last, line by line.
	Output string
	// Many is true for so many paths that they are folded.
	Many  bool
	Files string
}

func htmlGaps(v view, gaps []gate.Gap) []htmlGap {
	const many = 20
	var list []htmlGap
	for _, g := range gaps {
		gap := htmlGap{
			Guard: plain.Text(string(g.Guard)), About: aboutImage(v, g.Image, g.Platform), Message: plain.Text(g.Message), Next: plain.Text(g.Next),
			Many: len(g.Paths) > many, Files: count(len(g.Paths), "file", "files"),
		}
		for _, path := range g.Paths {
			gap.Paths = append(gap.Paths, plain.Text(path))
		}
		var lines []string
		for _, line := range g.Output {
			if text := plain.Text(line); text != "" {
				lines = append(lines, text)
			}
		}
		gap.Output = strings.Join(lines, "\n")
		list = append(list, gap)
	}
	return list
}

// htmlBasis is what the result rests on: the policies, the data and its age,
// and what was written and remarked on the way.
func htmlBasis(v view) []htmlFact {
	var facts []htmlFact
	add := func(label string, lines ...string) {
		for _, line := range lines {
			if line != "" {
				facts = append(facts, htmlFact{label, line})
			}
		}
	}
	add("policy", bars(v.Policy)...)
	if v.Organisation != nil {
		add("organisation", plain.Text(v.Organisation.Source))
		add("organisation", bars(v.Organisation.Policy)...)
	}
	if v.Base != nil {
		add("base", v.basePolicy(plain.Text))
		if len(v.Base.Files) > 0 {
			add("base", bars(v.Base.Policy)...)
		}
	}
	add("decided", deciders(v.Blocking)...)
	add("data", v.data()...)
	add("written", v.artifacts()...)
	add("note", v.notes()...)
	add("baseline", v.baseline())
	return facts
}
