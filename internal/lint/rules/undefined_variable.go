package rules

import (
	"fmt"
	"strings"

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
				// What an image sets is mostly not known, but scratch sets nothing.
				root := rootBase(stage)
				base, known := p.Base(root)
				for _, name := range base.Variables {
					variables.names[name] = true
				}
				known = known || root == "scratch"
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
// for each instruction, and adds to the variables what the stage sets.
func checkVariables(p *lint.Pass, stage *dockerfile.Stage, variables *scope, known bool) {
	for _, i := range stage.Instructions {
		if i.Name == "ARG" {
			variables.declare(i)
		}
		reported := map[string]bool{}
		if !expandsVariables(i.Name) {
			continue
		}
		for _, name := range variableNames(expandedText(i), p.File.Escape) {
			if name == "PATH" || variables.has(name) || reported[name] {
				continue
			}
			reported[name] = true
			// BuildKit does not look at EXPOSE with this check.
			named := when(i.Name != "EXPOSE", "UndefinedVar")
			if known {
				p.Report(lint.At(i), fmt.Sprintf("%s uses %s, which nothing sets", i.Name, name), named)
			} else {
				p.Report(lint.At(i), fmt.Sprintf("%s uses %s, which nothing here sets; the base image may", i.Name, name), named, lint.Tags("unverified"))
			}
		}
		if i.Name == "ENV" {
			variables.declare(i)
		}
	}
}

// expandedText is the text in which builders expand variables: the arguments,
// and those flags that may hold any.
func expandedText(i *dockerfile.Instruction) string {
	text := i.Text
	if i.Name == "RUN" {
		text = ""
	}
	for _, flag := range i.Flags {
		if contains([]string{"chown", "chmod", "checksum", "mount"}, flag.Name) && strings.Contains(flag.Value, "$") {
			text += " " + flag.Value
		}
	}
	return text
}

// expandsVariables reports whether builders expand variables in an instruction.
func expandsVariables(name string) bool {
	return contains([]string{"ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "RUN", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}, name)
}
