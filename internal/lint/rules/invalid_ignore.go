package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func invalidIgnore() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "invalid-ignore", Title: "A comment that is to silence findings can't", Severity: gate.SeverityLow,
			Why: "It names a rule that does not exist, or is written in a way that nothing understands: its author believes that something is silenced, which is not.",
			Fix: "Write # gate ignore=ID reason=\"…\" until=YYYY-MM-DD, with the name of a rule; gate rules lists them.",
		},
		Profiles: []lint.Profile{lint.Recommended, lint.Strict},
		Last:     true,
		Check: func(p *lint.Pass) {
			reported := map[dockerfile.Position]bool{}
			for _, ignore := range p.Ignores() {
				switch {
				case ignore.Fault != "" && !reported[ignore.Position]:
					reported[ignore.Position] = true
					p.Report(lint.AtLine(ignore.Position), "this comment has no effect: "+ignore.Fault)
				case ignore.Fault == "" && ignore.Unknown:
					p.Report(lint.AtLine(ignore.Position), fmt.Sprintf("no rule has the name %q", ignore.ID))
				}
			}
		},
	}
}
