package rules

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func redundantTargetPlatform() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "redundant-target-platform", Title: "FROM asks for the platform that it gets anyway", Severity: gate.SeverityMedium,
			Why:     "$TARGETPLATFORM is what a stage is built for when nothing is said.",
			Fix:     "Leave --platform=$TARGETPLATFORM out.",
			Aliases: []string{"DL3065", "RedundantTargetPlatform"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				platform, _ := stage.From.Flag("platform")
				bare := strings.Trim(platform, `"'`)
				if !isTargetPlatform(bare) || strings.HasPrefix(platform, "'") {
					continue
				}
				aliases := []string{"RedundantTargetPlatform"}
				if bare == platform && !strings.Contains(bare, ":") {
					aliases = append(aliases, "DL3065")
				}
				p.Report(lint.AtPosition(stage.From, stage.From.Flags[0].Position), "--platform="+platform+" is the default", lint.Aliases(aliases...),
					inPlaceOf(stage.From.Flags[0].Position, "--platform="+platform+" ", ""))
			}
		},
	}
}

// isTargetPlatform reports whether a text is the variable and nothing else. A
// default is of no use to it, as it is always set.
func isTargetPlatform(text string) bool {
	if text == "$TARGETPLATFORM" || text == "${TARGETPLATFORM}" {
		return true
	}
	rest, isDefault := strings.CutPrefix(text, "${TARGETPLATFORM:-")
	return isDefault && strings.HasSuffix(rest, "}") && !strings.Contains(rest, "$")
}
