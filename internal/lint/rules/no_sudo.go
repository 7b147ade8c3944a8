package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func noSudo() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "no-sudo", Title: "sudo in a build", Severity: gate.SeverityHigh,
			Why:     "sudo needs a setuid program and rules that stay in the image as a way to become root, and it treats signals and terminals in ways that surprise.",
			Fix:     "Do privileged steps before USER, or switch with USER root and back. At run time use a program like gosu.",
			Aliases: []string{"CKV2_DOCKER_1", "DL3004", "DS-0010"},
			Tags:    []string{"CWE-250", "OWASP D01"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "sudo" {
					p.Report(lint.AtCommand(i, c), "sudo is used in a build", direct(c, "DL3004", "DS-0010", "CKV2_DOCKER_1"))
				}
			})
		},
	}
}
