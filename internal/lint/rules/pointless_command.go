package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pointlessCommand() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pointless-command", Title: "A command that makes no sense in a build", Severity: gate.SeverityLow,
			Why:     "A build has no terminal, no services and no process or mount that outlives its RUN: what such a command does is gone or wrong.",
			Fix:     "Leave it out. What is to run with the container belongs into CMD or ENTRYPOINT.",
			Aliases: []string{"DL3001", "nonsensical-command"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if contains(pointless[:], c.Name) {
					p.Report(lint.AtCommand(i, c), c.Name+" makes no sense in a build", direct(c, "DL3001", "nonsensical-command"))
				}
			})
		},
	}
}

var pointless = [...]string{"free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim"}
