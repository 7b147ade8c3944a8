package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func shellFormCmd() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "shell-form-cmd", Title: "CMD or ENTRYPOINT in shell form", Severity: gate.SeverityMedium,
			Why:     "In shell form a shell is the first process, and the program never sees the signal that asks it to stop: the container is killed after the grace period instead.",
			Fix:     "Write the JSON form: CMD [\"program\", \"argument\"].",
			Aliases: []string{"DL3025", "JSONArgsRecommended"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if i.JSON {
					return
				}
				aliases := []string{"DL3025"}
				if !setsShell(i) {
					aliases = append(aliases, "JSONArgsRecommended")
				}
				p.Report(lint.At(i), fmt.Sprintf("%s is in shell form", i.Name), outsideTrigger(i, aliases...))
			}, "CMD", "ENTRYPOINT")
		},
	}
}

// setsShell reports whether SHELL was used before the instruction, in its stage
// or in one that it is built on: BuildKit then takes the shell form for intended.
func setsShell(i *dockerfile.Instruction) bool {
	for stage := i.Stage; stage != nil; stage = stage.Parent {
		for _, other := range stage.Instructions {
			if other.Name == "SHELL" && other.Line < i.Line {
				return true
			}
		}
	}
	return false
}
