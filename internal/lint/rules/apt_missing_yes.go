package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func aptMissingYes() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "apt-missing-yes", Title: "apt-get install asks a question that nobody can answer", Severity: gate.SeverityMedium,
			Why:     "A build has no keyboard: where apt-get asks before it installs, the build fails.",
			Fix:     "Write apt-get install -y.",
			Aliases: []string{"DL3014", "DS-0021", "missing-assume-yes-switch"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "apt-get" && c.Has("install") && !aptAnswersYes(c) {
					p.Report(lint.AtCommand(i, c), "apt-get install without -y waits for an answer", also(c, []string{"DL3014", "missing-assume-yes-switch"}, "DS-0021"), behindWord(c, " -y", "install"))
				}
			})
		},
	}
}

// aptAnswersYes holds for -y, and for two levels of quiet, which imply it.
func aptAnswersYes(c *dockerfile.Command) bool {
	return c.HasFlag("y", "yes", "qq", "assume-yes") || c.CountFlag("q") == 2 || c.CountFlag("quiet") == 2 || c.Has("-q=2")
}
