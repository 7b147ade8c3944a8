package rules

import (
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func multipleCmd() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "multiple-cmd", Title: "A stage has more than one CMD", Severity: gate.SeverityMedium,
			Why:     "Only the last one counts; the others mislead readers.",
			Fix:     "Keep the one that is meant.",
			Aliases: []string{"DL4003", "DS-0016", "MultipleInstructionsDisallowed"},
		},
		Check: func(p *lint.Pass) { reportRepeated(p, "CMD") },
	}
}
