package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func legacyKeyValue() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "legacy-key-value", Title: "A variable is set with a blank in place of the equals sign", Severity: gate.SeverityMedium,
			Why:     "In this form the rest of the line is the value: a second variable in it becomes part of the first.",
			Fix:     "Write NAME=value.",
			Aliases: []string{"LegacyKeyValueFormat"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if len(i.Pairs) > 0 && i.Pairs[0].Legacy {
					p.Report(lint.AtPosition(i, i.Pairs[0].Position), fmt.Sprintf("%s sets %s without an equals sign", i.Name, i.Pairs[0].Name), outsideTrigger(i, "LegacyKeyValueFormat"))
				}
			}, "ENV", "LABEL")
		},
	}
}
