package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func expiredIgnore() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "expired-ignore", Title: "The time of a comment that silenced findings is over", Severity: gate.SeverityMedium,
			Why: "It was written to hold until a day that is past, so it silences nothing any more.",
			Fix: "Correct the fault, or set another day with a reason.",
		},
		Profiles: []lint.Profile{lint.Recommended, lint.Strict},
		Last:     true,
		Check: func(p *lint.Pass) {
			for _, ignore := range p.Ignores() {
				if ignore.Expired {
					p.Report(lint.AtLine(ignore.Position), fmt.Sprintf("the comment silenced %s until %s", ignore.ID, ignore.Until))
				}
			}
		},
	}
}
