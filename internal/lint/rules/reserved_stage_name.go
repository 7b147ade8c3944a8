package rules

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func reservedStageName() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "reserved-stage-name", Title: "A stage has a reserved name", Severity: gate.SeverityMedium,
			Why:     "scratch and context mean something of their own to a builder: a stage of that name can not be told from it.",
			Fix:     "Give the stage another name.",
			Aliases: []string{"DL3063", "ReservedStageName"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				lower := strings.ToLower(stage.Name)
				if lower != "scratch" && lower != "context" {
					continue
				}
				aliases := []string{"ReservedStageName"}
				if lower == stage.Name {
					aliases = append(aliases, "DL3063")
				}
				p.Report(lint.AtPosition(stage.From, stage.From.ArgAt(2)), stage.Name+" is a reserved word", lint.Aliases(aliases...))
			}
		},
	}
}
