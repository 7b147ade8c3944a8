package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func passwordInBuild() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "password-in-build", Title: "A build sets or removes a password", Severity: gate.SeverityMedium,
			Why:     "The password stands in the history of the image and is the same in every container made of it.",
			Fix:     "Leave accounts without a password, and log in from outside with docker exec.",
			Aliases: []string{"CKV2_DOCKER_17"},
			Tags:    []string{"CIS 4.10", "CWE-259", "OWASP D06"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				switch {
				case c.Name == "chpasswd":
					p.Report(lint.AtCommand(i, c), "chpasswd sets a password in the image", lint.Aliases("CKV2_DOCKER_17"))
				case c.Name == "passwd" && c.HasFlag("stdin", "d", "delete"):
					p.Report(lint.AtCommand(i, c), "passwd sets or removes a password in the image", lint.Aliases())
				case (c.Name == "useradd" || c.Name == "usermod") && c.HasFlag("p", "password"):
					p.Report(lint.AtCommand(i, c), c.Name+" sets a password in the image", lint.Aliases())
				}
			})
		},
	}
}
