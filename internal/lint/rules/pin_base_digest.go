package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinBaseDigest() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-base-digest", Title: "The base image is not pinned by digest", Severity: gate.SeverityLow,
			Why:     "A tag can be moved, by its publisher or by whoever took over the account; a digest can't.",
			Fix:     "Write FROM name:tag@sha256:…, and let a bot renew it.",
			Aliases: []string{"D08", "dockerfile-source-not-pinned"},
			Tags:    []string{"CIS 4.2", "OWASP D08"},
		},
		Profiles: []lint.Profile{lint.Strict},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				base := parseReference(stage.BaseName)
				if stage.Parent != nil || base.digest != "" || base.name == "scratch" || stage.Unresolved() || base.name == "" {
					continue
				}
				p.Report(lint.AtPosition(stage.From, stage.From.ArgAt(0)),
					fmt.Sprintf("the base image %s is not pinned by digest", stage.BaseName))
			}
		},
	}
}
