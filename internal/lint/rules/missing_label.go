package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func missingLabel() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "missing-label", Title: "A label that is required is missing", Severity: gate.SeverityLow,
			Why:     "The configuration asks for the label.",
			Fix:     "Add it with LABEL.",
			Aliases: []string{"DL3049"},
		},
		Check: func(p *lint.Pass) {
			for _, label := range p.Labels() {
				for _, stage := range stagesWithout(p.File, label.Name) {
					p.Report(lint.At(stage.From), fmt.Sprintf("the label %s is missing", label.Name))
				}
			}
		},
	}
}

// stagesWithout lists the stages that lack a label. Those that only serve
// others, as the source of a COPY, need none.
func stagesWithout(file *dockerfile.File, label string) []*dockerfile.Stage {
	has, excused := map[*dockerfile.Stage]bool{}, map[*dockerfile.Stage]bool{}
	labelled, named := map[string]bool{}, map[string][]*dockerfile.Stage{}
	for _, stage := range file.Stages {
		has[stage] = labelled[imageName(stage.RawBase)]
		for _, i := range stage.Instructions {
			from, copies := i.Flag("from")
			switch {
			case i.Name == "COPY" && copies:
				for _, source := range named[from] {
					excused[source] = true
				}
				delete(named, from)
			case i.Name == "LABEL" && hasLabel(i, label):
				has[stage] = true
			}
		}
		if stage.Name != "" {
			labelled[stage.Name] = labelled[stage.Name] || has[stage]
			named[stage.Name] = append(named[stage.Name], stage)
		}
	}
	var without []*dockerfile.Stage
	for _, stage := range file.Stages {
		if !has[stage] && !excused[stage] {
			without = append(without, stage)
		}
	}
	return without
}

func hasLabel(i *dockerfile.Instruction, label string) bool {
	for _, pair := range i.Pairs {
		if strings.Trim(pair.Name, `"'`) == label {
			return true
		}
	}
	return false
}
