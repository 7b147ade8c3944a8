package rules

import (
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func multipleHealthcheck() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "multiple-healthcheck", Title: "A stage has more than one HEALTHCHECK", Severity: gate.SeverityHigh,
			Why:     "Only the last one counts; the others mislead readers.",
			Fix:     "Keep the one that is meant.",
			Aliases: []string{"DL3012", "DS-0023", "MultipleInstructionsDisallowed"},
		},
		Check: func(p *lint.Pass) { reportRepeated(p, "HEALTHCHECK") },
	}
}
