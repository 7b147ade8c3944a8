package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func zypperDistUpgrade() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "zypper-dist-upgrade", Title: "The build moves the system to another release", Severity: gate.SeverityMedium,
			Why:     "A distribution upgrade inside a build gives an image that matches no release, and another one every day.",
			Fix:     "Take the base image of the release that is wanted.",
			Aliases: []string{"DL3035"},
			Tags:    []string{"OWASP D02"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "zypper" && c.Has("dist-upgrade", "dup") {
					p.Report(lint.AtCommand(i, c), "zypper dist-upgrade changes the release of the system", direct(c, "DL3035"))
				}
			})
		},
	}
}
