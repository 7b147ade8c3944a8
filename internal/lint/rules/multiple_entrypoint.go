package rules

import (
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func multipleEntrypoint() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "multiple-entrypoint", Title: "A stage has more than one ENTRYPOINT", Severity: gate.SeverityHigh,
			Why:     "Only the last one counts; the others mislead readers.",
			Fix:     "Keep the one that is meant.",
			Aliases: []string{"DL4004", "DS-0007", "MultipleInstructionsDisallowed", "multiple-entrypoint-instructions"},
		},
		Check: func(p *lint.Pass) { reportRepeated(p, "ENTRYPOINT") },
	}
}
