package rules

import (
	"fmt"
	"strings"

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
			Aliases: []string{"DL3025", "JSONArgsRecommended", "prefer-json-notation"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if i.JSON {
					return
				}
				var aliases []string
				if !i.Trigger {
					aliases = append(aliases, "DL3025", "prefer-json-notation")
				}
				if !setsShell(i) && (!i.Trigger || inherited(p, i)) {
					aliases = append(aliases, "JSONArgsRecommended")
				}
				p.Report(lint.At(i), fmt.Sprintf("%s is in shell form", i.Name), lint.Aliases(aliases...),
					lint.Repair(func() []lint.Edit { return asJSON(i) }))
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

// asJSON writes a CMD in JSON form, where the shell form is one plain command:
// words that a shell takes as they are. With an ENTRYPOINT a CMD is its arguments,
// and the form makes a difference.
func asJSON(i *dockerfile.Instruction) []lint.Edit {
	if i.Name != "CMD" || i.Trigger || !isOneLine(i) || setsShell(i) || i.Script == nil || !i.Script.Chain || len(i.Script.Commands) == 0 || contains(shellBuiltins[:], i.Script.Commands[0].Name) {
		return nil
	}
	words := strings.Fields(i.Text)
	for _, word := range words {
		if strings.Trim(word, plainCharacters) != "" || strings.Contains(words[0], "=") {
			return nil
		}
	}
	for stage := i.Stage; stage != nil; stage = stage.Parent {
		for _, other := range stage.Instructions {
			if other.Name == "ENTRYPOINT" {
				return nil
			}
		}
	}
	return []lint.Edit{{Position: i.TextAt(0), Old: i.Text, New: `["` + strings.Join(words, `", "`) + `"]`}}
}

const plainCharacters = nameCharacters + "-./:=@%+,"

// shellBuiltins are commands that a shell has and that are no programs of their own.
var shellBuiltins = [...]string{".", ":", "cd", "command", "eval", "exec", "exit", "export", "set", "source", "trap", "ulimit", "umask", "unset", "wait"}
