package rules

import (
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func copyFromSelf() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "copy-from-self", Title: "COPY --from names its own stage", Severity: gate.SeverityHigh,
			Why:     "A stage is not finished while it is built, so nothing can be copied out of it: the build fails.",
			Fix:     "Name an earlier stage, or use RUN cp.",
			Aliases: []string{"DL3023", "DS-0006"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				from, ok := i.Flag("from")
				if !ok || from == "" || i.Stage == nil || i.Stage.From == nil {
					return
				}
				byName := i.Stage.Name != "" && strings.EqualFold(from, i.Stage.Name)
				if !byName && from != strconv.Itoa(i.Stage.Index) {
					return
				}
				if from == i.Stage.Name {
					p.Report(lint.At(i), "COPY --from="+from+" names the stage it is in", outsideTrigger(i, "DL3023", "DS-0006"))
					return
				}
				p.Report(lint.At(i), "COPY --from="+from+" means the stage it is in", lint.Aliases())
			}, "COPY")
		},
	}
}
