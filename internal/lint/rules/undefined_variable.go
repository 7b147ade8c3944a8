package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func undefinedVariable() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "undefined-variable", Title: "A variable is used that nothing sets", Severity: gate.SeverityMedium,
			Why:     "It is replaced by nothing: a path becomes another one without anybody noticing. Only the base image can still set it, which the Dockerfile does not tell.",
			Fix:     "Declare it with ARG or ENV in the stage.",
			Aliases: []string{"UndefinedVar"},
		},
		Check: func(p *lint.Pass) {
			scopes := map[*dockerfile.Stage]*scope{}
			for _, stage := range p.File.Stages {
				variables := newScope(scopes[stage.Parent])
				scopes[stage] = variables
				// What an image sets is not known, but scratch sets nothing.
				known := rootBase(stage) == "scratch"
				if known || p.Profile() == lint.Strict {
					checkVariables(p, stage, variables, known)
				}
			}
		},
	}
}

func rootBase(stage *dockerfile.Stage) string {
	for stage.Parent != nil {
		stage = stage.Parent
	}
	return stage.BaseName
}

// checkVariables reports the variables of a stage that nothing has set, once
// each, and adds to the variables what the stage sets.
func checkVariables(p *lint.Pass, stage *dockerfile.Stage, variables *scope, known bool) {
	reported := map[string]bool{}
	for _, i := range stage.Instructions {
		if i.Name == "ARG" {
			variables.declare(i)
		}
		if !expandsVariables(i.Name) {
			continue
		}
		for _, name := range variableNames(i.Text, p.File.Escape) {
			if name == "PATH" || variables.has(name) || reported[name] {
				continue
			}
			reported[name] = true
			if known {
				p.Report(lint.At(i), fmt.Sprintf("%s uses %s, which nothing sets", i.Name, name))
			} else {
				p.Report(lint.At(i), fmt.Sprintf("%s uses %s, which nothing here sets; the base image may", i.Name, name), lint.Tags("unverified"))
			}
		}
		if i.Name == "ENV" {
			variables.declare(i)
		}
	}
}

// expandsVariables reports whether builders expand variables in an instruction.
func expandsVariables(name string) bool {
	return contains([]string{"ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}, name)
}
