package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func useWorkdir() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "use-workdir", Title: "RUN changes the directory", Severity: gate.SeverityMedium,
			Why:     "A cd holds only to the end of its RUN. A RUN that does nothing else has no effect, and in a longer one readers have to follow where they are.",
			Fix:     "Use WORKDIR, or the options that tools have for another directory (make -C, git -C).",
			Aliases: []string{"DL3003", "DS-0013", "use-workdir"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if i.Script != nil {
					checkChangeDirectory(p, i)
				}
			}, "RUN")
		},
	}
}

func checkChangeDirectory(p *lint.Pass, i *dockerfile.Instruction) {
	commands := i.Script.Commands
	for n, c := range commands {
		if c.Name != "cd" {
			continue
		}
		alone := n == len(commands)-1 && !i.Script.Exec && n == 0
		if !alone && !stricter(p) {
			return
		}
		aliases := []string{"DL3003", "use-workdir"}
		if beginsPart(i, "cd ") {
			aliases = append(aliases, "DS-0013")
		}
		message := "cd holds only for this RUN"
		if alone {
			message = "this RUN has no effect: cd holds only to its end"
		}
		p.Report(lint.AtCommand(i, c), message, when(!i.Trigger && c.Direct(), aliases...))
		return
	}
}
