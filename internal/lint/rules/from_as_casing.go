package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func fromAsCasing() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "from-as-casing", Title: "FROM and AS are in different cases", Severity: gate.SeverityMedium,
			Why:     "Mixed cases in one line are hard to read.",
			Fix:     "Write both in upper case.",
			Aliases: []string{"FromAsCasing"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				from := stage.From
				if len(from.Args) < 3 {
					continue
				}
				as, lower := from.Args[1], strings.ToLower(from.Keyword) == from.Keyword
				wanted := strings.ToUpper(as)
				if lower {
					wanted = strings.ToLower(as)
				}
				if as != wanted && (lower || from.Keyword == from.Name) {
					p.Report(lint.AtPosition(from, from.ArgAt(1)), fmt.Sprintf("%s is not in the case of %s", as, from.Keyword), inPlaceOf(from.ArgAt(1), as, wanted))
				}
			}
		},
	}
}
