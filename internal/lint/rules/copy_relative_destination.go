package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func copyRelativeDestination() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "copy-relative-destination", Title: "COPY to a relative destination without WORKDIR", Severity: gate.SeverityMedium,
			Why:     "Where the files end up then hangs on the base image, and moves with it.",
			Fix:     "Set WORKDIR, or write the whole path.",
			Aliases: []string{"DL3045"},
		},
		Check: func(p *lint.Pass) {
			eachRemembered(p.File, func(i *dockerfile.Instruction) bool { return i.Name == "WORKDIR" }, func(i *dockerfile.Instruction, set bool) {
				if i.Name != "COPY" || i.Trigger || set && parity(p) || len(i.Args) < 2 {
					return
				}
				target := strings.Trim(i.Args[len(i.Args)-1], `"'`)
				if isAbsolute(target) || !parity(p) && earlierWorkdir(i) {
					return
				}
				p.Report(lint.At(i), fmt.Sprintf("COPY to %s, and no WORKDIR is set", target), when(!set, "DL3045"))
			})
		},
	}
}
