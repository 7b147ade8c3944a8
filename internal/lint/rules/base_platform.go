package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func basePlatform() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "base-platform", Title: "The base image is for another platform", Severity: gate.SeverityMedium,
			Why:     "The image then does not run where it is meant to, or only in emulation. Where the base image is not known, the strict profile says that nobody has checked it.",
			Fix:     "Take a base image that exists for the platform, or ask for the platform that it is for.",
			Aliases: []string{"InvalidBaseImagePlatform"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				if stage.Parent == nil && stage.BaseName != "" && stage.BaseName != "scratch" {
					checkBasePlatform(p, stage)
				}
			}
		},
	}
}

func checkBasePlatform(p *lint.Pass, stage *dockerfile.Stage) {
	asked := strings.Trim(stage.Platform, `"'`)
	wanted := asked
	if wanted == "" || strings.Contains(wanted, "TARGETPLATFORM") {
		wanted = p.Platform()
	}
	system, architecture, ok := splitPlatform(strings.ToLower(wanted))
	if !ok || strings.Contains(wanted, "$") {
		return
	}
	place := lint.AtPosition(stage.From, stage.From.ArgAt(0))
	base, known := p.Base(stage)
	switch {
	case !known && asked == wanted && p.Profile() == lint.Strict:
		p.Report(place, fmt.Sprintf("nobody has checked that the base image %s is for %s", stage.BaseName, wanted),
			lint.Aliases(), lint.Tags("unverified"), lint.Severe(gate.SeverityNegligible))
	case known && base.OS != "" && (base.OS != system || normalArchitecture(base.Architecture) != architecture):
		p.Report(place, fmt.Sprintf("the base image %s is for %s/%s and not for %s", stage.BaseName, base.OS, base.Architecture, wanted))
	}
}
