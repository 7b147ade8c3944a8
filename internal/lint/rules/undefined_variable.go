package rules

import (
	"fmt"
	"slices"
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
			if p.Profile() != lint.Strict && !slices.ContainsFunc(p.File.Stages, func(stage *dockerfile.Stage) bool { return knowsBase(p, stage) }) {
				return
			}
			triggers := map[*dockerfile.Instruction]bool{}
			p.EachWithValues(func(i *dockerfile.Instruction, values *dockerfile.Values) {
				if again(triggers, i) {
					return
				}
				if expandsVariables(i.Name) && (values.Closed() || p.Profile() == lint.Strict) {
					checkVariables(p, i, values)
				}
			})
		},
	}
}

// again reports whether a trigger was seen before: several stages can have it.
func again(seen map[*dockerfile.Instruction]bool, i *dockerfile.Instruction) bool {
	before := seen[i]
	if i.Trigger {
		seen[i] = true
	}
	return before
}

func knowsBase(p *lint.Pass, stage *dockerfile.Stage) bool {
	_, known := p.Base(stage)
	return known
}

// checkVariables reports the variables of an instruction that nothing has set,
// each of them once.
func checkVariables(p *lint.Pass, i *dockerfile.Instruction, values *dockerfile.Values) {
	reported := map[string]bool{}
	for _, name := range usedVariables(p.File, i, values) {
		if name == "PATH" || reported[name] {
			continue
		}
		reported[name] = true
		// BuildKit does not look at EXPOSE with this check.
		named := when(i.Name != "EXPOSE", "UndefinedVar")
		if values.Closed() {
			p.Report(lint.At(i), fmt.Sprintf("%s uses %s, which nothing sets", i.Name, name), named)
		} else {
			p.Report(lint.At(i), fmt.Sprintf("%s uses %s, which nothing here sets; the base image may", i.Name, name), named, lint.Tags("unverified"))
		}
	}
}

// usedVariables are the variables of an instruction that are not set where it
// stands.
func usedVariables(file *dockerfile.File, i *dockerfile.Instruction, values *dockerfile.Values) []string {
	if i.Name == "ARG" {
		return usedByArg(file, i, values)
	}
	names := variableNames(expandedText(i), file.Escape)
	if i.Name == "ADD" || i.Name == "COPY" {
		for _, heredoc := range i.Heredocs {
			if heredoc.Expand {
				names = append(names, heredocVariables(heredoc.Content)...)
			}
		}
	}
	return slices.DeleteFunc(names, values.Set)
}

// usedByArg is that for ARG, each of whose variables sees those before it.
func usedByArg(file *dockerfile.File, i *dockerfile.Instruction, values *dockerfile.Values) []string {
	var names []string
	declared := map[string]bool{}
	for n, pair := range i.Pairs {
		if n < len(i.Args) && pair.HasValue {
			for _, name := range variableNames(i.Args[n], file.Escape) {
				if !declared[name] && !values.Set(name) {
					names = append(names, name)
				}
			}
		}
		declared[pair.Name] = true
	}
	return names
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
