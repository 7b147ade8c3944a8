package rules

import (
	"path"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pipeWithoutPipefail() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pipe-without-pipefail", Title: "A pipe hides the failure of its first command", Severity: gate.SeverityMedium,
			Why:     "A pipe succeeds when its last command does: a download that failed goes on as an empty file.",
			Fix:     "Write SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"] before it, or set -o pipefail in the RUN where the shell has it.",
			Aliases: []string{"DL4006", "set-pipefail"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.AllStages() {
				// hadolint forgets the shell at every FROM.
				safe := !parity(p) && inheritsPipefail(stage)
				for _, i := range stage.Instructions {
					switch {
					case i.Name == "SHELL":
						safe = shellFailsPipes(i.Args)
					case i.Name == "RUN" && !safe:
						checkPipes(p, i)
					}
				}
			}
		},
	}
}

func checkPipes(p *lint.Pass, i *dockerfile.Instruction) {
	if i.Script == nil || setsPipefail(i) && !parity(p) {
		return
	}
	for _, pipe := range i.Script.Pipes {
		if pipe.Direct() {
			p.Report(lint.AtPosition(i, pipe.Position), "a pipe without pipefail: only the failure of its last command counts", lint.Aliases("DL4006", "set-pipefail"))
			return
		}
	}
}

// setsPipefail holds when the script itself switches pipefail on, or the exec
// form starts its shell so.
func setsPipefail(i *dockerfile.Instruction) bool {
	if i.JSON && contains(i.Args, "pipefail") {
		return true
	}
	for _, c := range i.Script.Commands {
		if c.Name == "set" && c.Has("pipefail") {
			return true
		}
	}
	return false
}

func inheritsPipefail(stage *dockerfile.Stage) bool {
	return stage.From != nil && stage.Parent != nil && shellFailsPipes(stage.From.Shell)
}

// shellFailsPipes holds for shells started with pipefail, and for those that
// are no Unix shells.
func shellFailsPipes(shell []string) bool {
	if len(shell) == 0 {
		return false
	}
	if !dockerfile.IsUnixShell(shell[0]) {
		return true
	}
	option, pipefail := false, false
	for _, arg := range shell[1:] {
		option = option || strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") && strings.Contains(arg, "o")
		pipefail = pipefail || arg == "pipefail"
	}
	return option && pipefail && contains([]string{"bash", "zsh", "ash"}, path.Base(shell[0]))
}
