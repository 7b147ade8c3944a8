package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func emptyContinuation() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "empty-continuation", Title: "An empty line inside an instruction", Severity: gate.SeverityMedium,
			Why:     "Builders skip it for now, and will take it for the end of the instruction one day.",
			Fix:     "Delete the empty line, or make it a comment.",
			Aliases: []string{"NoEmptyContinuation"},
		},
		Check: func(p *lint.Pass) {
			for _, i := range p.File.Instructions {
				if blank := i.BlankLines(); len(blank) > 0 {
					p.Report(lint.AtPosition(i, dockerfile.Position{Line: blank[0], Column: 1}), "an empty line inside "+i.Name, lint.Repair(func() []lint.Edit {
						var edits []lint.Edit
						for _, line := range blank {
							edits = append(edits, lint.Edit{Position: dockerfile.Position{Line: line, Column: 1}, Old: p.File.Lines[line-1] + "\n"})
						}
						return edits
					}))
				}
			}
		},
	}
}
