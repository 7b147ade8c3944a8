package rules

import (
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func onbuildNesting() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "onbuild-nesting", Title: "ONBUILD holds what it can not", Severity: gate.SeverityHigh,
			Why:     "ONBUILD, FROM and MAINTAINER can not be triggers: the build fails.",
			Fix:     "Leave it out.",
			Aliases: []string{"DL3043"},
		},
		Check: func(p *lint.Pass) {
			for _, i := range p.File.Instructions {
				if i.OnBuild != nil && contains([]string{"ONBUILD", "FROM", "MAINTAINER"}, i.OnBuild.Name) {
					p.Report(lint.At(i), "ONBUILD can't hold "+i.OnBuild.Name, lint.Aliases("DL3043"))
				}
			}
		},
	}
}
