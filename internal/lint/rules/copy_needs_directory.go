package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func copyNeedsDirectory() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "copy-needs-directory", Title: "Several sources, and a destination that is no directory", Severity: gate.SeverityHigh,
			Why:     "With more than one source the destination has to be a directory, which is told by the slash at its end: the build fails without it.",
			Fix:     "End the destination with a slash.",
			Aliases: []string{"DL3021", "DS-0011"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if len(i.Args) < 3 {
					return
				}
				target := strings.Trim(i.Args[len(i.Args)-1], `"'`)
				if strings.HasSuffix(target, "/") || !parity(p) && (target == "." || endsWith(target, "/.", `\\`) || strings.Contains(target, "$")) {
					return
				}
				p.Report(lint.At(i), fmt.Sprintf("%s has several sources, but its destination %s does not end with a slash", i.Name, target),
					when(i.Name == "COPY" && !i.Trigger, "DL3021", "DS-0011"),
					lint.Repair(func() []lint.Edit { return withSlash(i, target) }))
			}, "COPY", "ADD")
		},
	}
}

// withSlash ends the destination with a slash, which is what a builder demands.
func withSlash(i *dockerfile.Instruction, target string) []lint.Edit {
	last := len(i.Args) - 1
	if i.JSON || i.Args[last] != target || strings.ContainsAny(target, `$\\`) || len(i.Heredocs) > 0 {
		return nil
	}
	return []lint.Edit{{Position: i.ArgAt(last), Old: target, New: target + "/"}}
}
