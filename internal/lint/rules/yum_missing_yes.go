package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func yumMissingYes() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "yum-missing-yes", Title: "yum asks a question that nobody can answer", Severity: gate.SeverityMedium,
			Why:     "A build has no keyboard: where yum asks before it installs, the build fails.",
			Fix:     "Write yum install -y.",
			Aliases: []string{"DL3030", "missing-yum-assume-yes-switch"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "yum" && c.Has("install", "groupinstall", "localinstall") && !c.HasFlag("y", "assumeyes") {
					p.Report(lint.AtCommand(i, c), c.Name+" without -y waits for an answer", direct(c, "DL3030", "missing-yum-assume-yes-switch"), behindWord(c, " -y", "install", "groupinstall", "localinstall"))
				}
			})
		},
	}
}
