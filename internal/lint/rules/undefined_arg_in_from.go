package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func undefinedArgInFrom() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "undefined-arg-in-from", Title: "FROM uses a variable that is not declared", Severity: gate.SeverityMedium,
			Why:     "Only an ARG that stands before the first FROM can be used in FROM. Any other variable is empty there.",
			Fix:     "Declare it with ARG above the first FROM.",
			Aliases: []string{"UndefinedArgInFrom"},
		},
		Check: func(p *lint.Pass) {
			declared := map[string]bool{}
			for _, arg := range p.File.MetaArgs {
				for _, pair := range arg.Pairs {
					declared[pair.Name] = true
				}
			}
			for _, stage := range p.File.Stages {
				platform, _ := stage.From.Flag("platform")
				reported := map[string]bool{}
				for _, name := range variableNames(stage.RawBase+" "+platform, p.File.Escape) {
					if !declared[name] && !isBuilderVariable(name) && !reported[name] {
						reported[name] = true
						p.Report(lint.At(stage.From), fmt.Sprintf("FROM uses %s, which no ARG above the first FROM declares", name))
					}
				}
			}
		},
	}
}
