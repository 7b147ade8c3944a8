package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func dnfMissingYes() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "dnf-missing-yes", Title: "dnf asks a question that nobody can answer", Severity: gate.SeverityMedium,
			Why:     "A build has no keyboard: where dnf asks before it installs, the build fails.",
			Fix:     "Write dnf install -y.",
			Aliases: []string{"DL3038", "missing-dnf-assume-yes-switch"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if (c.Name == "dnf" || c.Name == "microdnf") && c.Has("install", "groupinstall", "localinstall") && !c.HasFlag("y", "assumeyes") {
					p.Report(lint.AtCommand(i, c), c.Name+" without -y waits for an answer", direct(c, "DL3038", "missing-dnf-assume-yes-switch"), behindWord(c, " -y", "install", "groupinstall", "localinstall"))
				}
			})
		},
	}
}
