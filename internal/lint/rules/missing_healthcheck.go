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
			Aliases: []string{"CIS 4.6", "CIS-DI-0006", "CKV_DOCKER_2", "D07", "DL3057", "DS-0026"},
			Tags:    []string{"CIS 4.6", "OWASP D07"},
		},
		Profiles: []lint.Profile{lint.Recommended, lint.Strict},
		// hadolint has the rule, but ignores it by default.
		Optional: []lint.Profile{lint.Hadolint},
		Check:    checkHealth,
	}
}

// checkHealth looks at the stage that becomes the image. hadolint looks at all
// of them.
func checkHealth(p *lint.Pass) {
	final, unhealthy := p.FinalStage(), stagesWithoutHealth(p.File)
	for _, stage := range p.File.Stages {
		switch {
		case stage == final && !inheritsHealth(final):
			aliases := []string{"CIS-DI-0006"}
			if unhealthy[stage] {
				aliases = append(aliases, "DL3057")
			}
			if !hasAnywhere(p.File, "HEALTHCHECK") {
				aliases = append(aliases, "CKV_DOCKER_2", "DS-0026")
			}
			p.Report(lint.At(stage.From), "the image has no HEALTHCHECK", lint.Aliases(aliases...))
		case unhealthy[stage] && stricter(p):
			p.Report(lint.At(stage.From), "this stage has no HEALTHCHECK", lint.Aliases("DL3057"), lint.Beside(), lint.Severe(gate.SeverityNegligible))
		}
	}
}

func inheritsHealth(stage *dockerfile.Stage) bool {
	for ; stage != nil; stage = stage.Parent {
		if hasHealthcheck(stage) {
			return true
		}
	}
	return false
}

// stagesWithoutHealth are those that hadolint reports: which have no HEALTHCHECK
// and whose base, by its name alone, is none that has.
func stagesWithoutHealth(file *dockerfile.File) map[*dockerfile.Stage]bool {
	healthy, without := map[string]bool{}, map[*dockerfile.Stage]bool{}
	for _, stage := range file.Stages {
		name := stage.Name
		if name == "" {
			name = imageName(stage.RawBase)
		}
		if hasHealthcheck(stage) || healthy[imageName(stage.RawBase)] {
			healthy[name] = true
		} else {
			without[stage] = true
		}
	}
	return without
}

func hasHealthcheck(stage *dockerfile.Stage) bool {
	for _, i := range stage.Instructions {
		if i.Name == "HEALTHCHECK" {
			return true
		}
	}
	return false
}
