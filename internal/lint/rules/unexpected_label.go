package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func unexpectedLabel() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "unexpected-label", Title: "A label is not among those that are allowed", Severity: gate.SeverityLow,
			Why:     "The configuration allows only the labels that it names.",
			Fix:     "Leave the label out, or add it to the configuration.",
			Aliases: []string{"DL3050"},
		},
		Check: func(p *lint.Pass) {
			if !p.StrictLabels() {
				return
			}
			allowed := map[string]bool{}
			for _, label := range p.Labels() {
				allowed[label.Name] = true
			}
			p.Instructions(func(i *dockerfile.Instruction) {
				for _, pair := range i.Pairs {
					if name := strings.Trim(pair.Name, `"'`); !allowed[name] {
						p.Report(lint.AtPosition(i, pair.Position), fmt.Sprintf("the label %s is not among those that are allowed", name), outsideTrigger(i, "DL3050"))
						return
					}
				}
			}, "LABEL")
		},
	}
}
