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
					p.Report(lint.AtCommand(i, c), "wget without --progress, -q or -nv", direct(c, "DL3047"), lint.Repair(func() []lint.Edit { return quieter(i, c) }))
				}
			})
		},
	}
}

// quieter asks for the short progress, which only the wget of GNU knows: that of
// images whose packages come by apt-get, yum or dnf.
func quieter(i *dockerfile.Instruction, c *dockerfile.Command) []lint.Edit {
	for stage := i.Stage; stage != nil; stage = stage.Parent {
		for _, other := range stage.Instructions {
			if other.Script == nil {
				continue
			}
			for _, manager := range other.Script.Commands {
				if contains([]string{"apt-get", "yum", "dnf"}, manager.Name) && !c.Exec && c.Word != "" {
					return []lint.Edit{{Position: c.Position, Old: c.Word, New: c.Word + " --progress=dot:giga"}}
				}
			}
		}
	}
	return nil
}
