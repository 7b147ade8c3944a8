package rules

import (
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func instructionBeforeFrom() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "instruction-before-from", Title: "An instruction stands before FROM", Severity: gate.SeverityHigh,
			Why:     "There is no image yet that the instruction could work on: the build fails.",
			Fix:     "Begin with FROM. Only ARG and comments may stand before it.",
			Aliases: []string{"DL3061"},
		},
		Check: func(p *lint.Pass) {
			if p.File.Loose == nil {
				return
			}
			for _, i := range p.File.Loose.Instructions {
				if i.Name != "ARG" && contains(instructionNames[:], i.Name) {
					p.Report(lint.At(i), i.Name+" stands before the first FROM", lint.Aliases("DL3061"))
				}
			}
		},
	}
}

// instructionNames are those that can be read at all.
var instructionNames = [...]string{
	"ADD", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER",
	"ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}
