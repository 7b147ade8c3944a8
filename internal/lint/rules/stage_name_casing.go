package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func stageNameCasing() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "stage-name-casing", Title: "The name of a stage is not in lower case", Severity: gate.SeverityMedium,
			Why:     "Builders write the names of stages in lower case: others then find another name in the output than in the file.",
			Fix:     "Write the name in lower case.",
			Aliases: []string{"StageNameCasing"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				if stage.Name != strings.ToLower(stage.Name) && len(stage.From.Args) == 3 {
					p.Report(lint.AtPosition(stage.From, stage.From.ArgAt(2)), fmt.Sprintf("the stage name %s is not in lower case", stage.Name))
				}
			}
		},
	}
}
