package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func zypperMissingYes() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "zypper-missing-yes", Title: "zypper asks a question that nobody can answer", Severity: gate.SeverityMedium,
			Why:     "A build has no keyboard: where zypper asks before it installs, the build fails.",
			Fix:     "Write zypper install -y.",
			Aliases: []string{"DL3034"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "zypper" && c.Has("install", "in", "remove", "rm", "source-install", "si", "patch") && !c.HasFlag("non-interactive", "n", "no-confirm", "y") {
					p.Report(lint.AtCommand(i, c), c.Name+" without -y waits for an answer", direct(c, "DL3034"), behindName(c, " --non-interactive"))
				}
			})
		},
	}
}
