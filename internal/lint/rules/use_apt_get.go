package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func useAptGet() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "use-apt-get", Title: "apt is made for people, not for scripts", Severity: gate.SeverityMedium,
			Why:     "The options and the output of apt change from release to release, as its manual says.",
			Fix:     "Use apt-get or apt-cache.",
			Aliases: []string{"CKV_DOCKER_9", "DL3027", "prefer-apt-get"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "apt" {
					p.Report(lint.AtCommand(i, c), "apt has no stable interface for scripts: use apt-get or apt-cache", also(c, []string{"DL3027", "prefer-apt-get"}, "CKV_DOCKER_9"))
				}
			})
		},
	}
}
