package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func missingHealthcheck() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "missing-healthcheck", Title: "There is no HEALTHCHECK", Severity: gate.SeverityLow,
			Why:     "Without one, Docker can't tell a container that works from one that hangs.",
			Fix:     "Add HEALTHCHECK CMD with a command that fails when the service does. Where the orchestrator has its own probes, HEALTHCHECK NONE says so.",
			Aliases: []string{"CIS-DI-0006", "CKV_DOCKER_2", "DL3057", "DS-0026"},
			Tags:    []string{"CIS 4.6", "OWASP D07"},
		},
		// hadolint has the rule, but ignores it by default.
		Profiles: []lint.Profile{lint.Recommended, lint.Strict},
		Check: func(p *lint.Pass) {
			final := p.FinalStage()
			if final == nil {
				return
			}
			for stage := final; stage != nil; stage = stage.Parent {
				if hasHealthcheck(stage) {
					return
				}
			}
			p.Report(lint.At(final.From), "the image has no HEALTHCHECK")
		},
	}
}

func hasHealthcheck(stage *dockerfile.Stage) bool {
	for _, i := range stage.Instructions {
		if i.Name == "HEALTHCHECK" {
			return true
		}
	}
	return false
}
