package rules

import (
	"strings"

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
			Aliases: []string{"CKV2_DOCKER_1", "DKL-DI-0001", "DL3004", "DS-0010", "no-sudo-in-dockerfile"},
			Tags:    []string{"CWE-250", "OWASP D01"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "sudo" {
					always := []string{"CKV2_DOCKER_1", "DKL-DI-0001", "no-sudo-in-dockerfile"}
					if beginsPart(i, "sudo") {
						always = append(always, "DS-0010")
					}
					p.Report(lint.AtCommand(i, c), "sudo is used in a build", also(c, []string{"DL3004"}, always...),
						lint.Repair(func() []lint.Edit { return withoutSudo(i, c) }))
				}
			})
		},
	}
}

// withoutSudo takes sudo out where the build is root anyway, by a USER above.
func withoutSudo(i *dockerfile.Instruction, c *dockerfile.Command) []lint.Edit {
	if c.Exec || i.Trigger || len(c.Args) == 0 || !c.Args[0].Literal || c.Args[0].IsFlag() || strings.Contains(c.Args[0].Text, "=") || !isRoot(userBefore(i)) {
		return nil
	}
	return []lint.Edit{{Position: c.Position, Old: "sudo ", New: ""}}
}

// userBefore is the USER that holds where an instruction stands; empty when
// only the base image knows.
func userBefore(i *dockerfile.Instruction) string {
	user := ""
	for _, other := range i.Stage.Instructions {
		if other.Name == "USER" && other.Line < i.Line {
			user = other.Text
		}
	}
	if parent := effectiveUser(i.Stage.Parent); user == "" && parent != nil {
		return parent.Text
	}
	return user
}
