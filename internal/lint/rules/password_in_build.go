package rules

import (
	"slices"
	"strings"

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
			Aliases: []string{"CIS 4.10", "CKV2_DOCKER_17", "D06"},
			Tags:    []string{"CIS 4.10", "CWE-259", "OWASP D06"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if writesShadow(c) {
					p.Report(lint.AtCommand(i, c), c.Name+" writes a password into /etc/shadow", lint.Aliases())
				}
				switch {
				case c.Name == "chpasswd":
					p.Report(lint.AtCommand(i, c), "chpasswd sets a password in the image", lint.Aliases("CKV2_DOCKER_17"))
				case c.Name == "passwd" && (c.HasFlag("stdin", "d", "delete") || readsPipe(i, c)):
					p.Report(lint.AtCommand(i, c), "passwd sets or removes a password in the image", lint.Aliases())
				case (c.Name == "useradd" || c.Name == "usermod") && c.HasFlag("p", "password"):
					p.Report(lint.AtCommand(i, c), c.Name+" sets a password in the image", lint.Aliases())
				}
			})
		},
	}
}

// readsPipe reports whether a command gets what another one prints.
func readsPipe(i *dockerfile.Instruction, c *dockerfile.Command) bool {
	for _, pipe := range i.Script.Pipes {
		if slices.Contains(pipe.To, c) {
			return true
		}
	}
	return false
}

// writesShadow holds for commands that put text into the file of passwords.
func writesShadow(c *dockerfile.Command) bool {
	for _, r := range c.Redirects {
		if (r.Op == ">" || r.Op == ">>") && r.Target.Text == "/etc/shadow" {
			return contains([]string{"echo", "printf", "cat"}, c.Name)
		}
	}
	switch c.Name {
	case "sed":
		return c.HasFlag("i", "in-place") && c.Has("/etc/shadow") && strings.Contains(c.Args[0].Text+c.Args[len(c.Args)-2].Text, "root:")
	case "tee":
		return c.Has("/etc/shadow")
	}
	return false
}
