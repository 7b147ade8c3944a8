package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func wgetProgress() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "wget-progress", Title: "wget fills the log with its progress bar", Severity: gate.SeverityLow,
			Why:     "Without a terminal wget prints a line for every 50 kilobytes: large downloads bury the rest of the build log.",
			Fix:     "Write wget --progress=dot:giga, or -q or -nv.",
			Aliases: []string{"DL3047"},
		},
		Profiles: []lint.Profile{lint.Strict, lint.Hadolint},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "wget" && !c.Has("-nv") && !c.HasFlag("progress", "q", "quiet", "o", "output-file", "a", "append-output", "no-verbose") {
					p.Report(lint.AtCommand(i, c), "wget without --progress, -q or -nv", direct(c, "DL3047"))
				}
			})
		},
	}
}
