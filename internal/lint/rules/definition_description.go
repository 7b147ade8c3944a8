package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func definitionDescription() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "definition-description", Title: "The comment above is no description", Severity: gate.SeverityNegligible,
			Why:     "Builders show the comment above a stage or an argument as its description when it begins with the name.",
			Fix:     "Begin the comment with the name, or put an empty line with # behind it.",
			Aliases: []string{"InvalidDefinitionDescription"},
		},
		// BuildKit has the check, but as an experiment that is off by default.
		Profiles: []lint.Profile{lint.Strict},
		Check: func(p *lint.Pass) {
			comments := p.File.Comments
			directives := directiveLines(p.File)
			for _, i := range p.File.Instructions {
				last := ""
				for len(comments) > 0 && comments[0].Line < i.Line {
					if comments[0].Inside == nil && comments[0].Line > directives {
						last = comments[0].Text
					}
					comments = comments[1:]
				}
				names := definedNames(i)
				first, _, _ := strings.Cut(last, " ")
				if last != "" && len(names) > 0 && !contains(names, first) {
					p.Report(lint.At(i), fmt.Sprintf("the comment above does not begin with %s", names[0]))
				}
			}
		},
	}
}

// definedNames are the names that an instruction defines and that can have a
// description: its arguments, or its stage.
func definedNames(i *dockerfile.Instruction) []string {
	var names []string
	switch {
	case i.Name == "FROM" && len(i.Args) == 3:
		names = []string{strings.ToLower(i.Args[2])}
	case i.Name == "ARG":
		for _, pair := range i.Pairs {
			names = append(names, pair.Name)
		}
	}
	return names
}

// directiveLines counts the lines at the top of the file that are parser directives.
func directiveLines(file *dockerfile.File) int {
	for n, line := range file.Lines {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
		name, _, assigns := strings.Cut(comment, "=")
		if !ok || !assigns || !contains([]string{"syntax", "escape", "check"}, strings.ToLower(strings.TrimSpace(name))) {
			return n
		}
	}
	return len(file.Lines)
}
