package rules

import (
	"fmt"
	"path"

	"github.com/moby/patternmatcher"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func copyIgnoredFile() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "copy-ignored-file", Title: "COPY takes what .dockerignore leaves out", Severity: gate.SeverityMedium,
			Why:     "The file does not reach the builder: the build fails, or copies less than the line says.",
			Fix:     "Take the path out of .dockerignore, or the line out of the Dockerfile.",
			Aliases: []string{"CopyIgnoredFile"},
		},
		Check: func(p *lint.Pass) {
			matcher, ok := ignoreMatcher(p)
			if !ok || matcher.Exclusions() || len(matcher.Patterns()) == 0 {
				return
			}
			triggers := map[*dockerfile.Instruction]bool{}
			p.EachWithValues(func(i *dockerfile.Instruction, values *dockerfile.Values) {
				if again(triggers, i) {
					return
				}
				for _, source := range expandedSources(i, values) {
					if ignored(matcher, source) {
						p.Report(lint.At(i), fmt.Sprintf("%s takes %s, which .dockerignore leaves out", i.Name, source))
					}
				}
			})
		},
	}
}

// expandedSources are the paths in the build context that COPY or ADD takes,
// once their variables are replaced. Those whose variables are not known are
// left out.
func expandedSources(i *dockerfile.Instruction, values *dockerfile.Values) []string {
	var sources []string
	for _, arg := range copiedArgs(i, i.Args) {
		source, known := values.Expand(arg)
		if !known || i.Name == "ADD" && (isGitAddress(source) || isWebAddress(source)) {
			continue
		}
		sources = append(sources, path.Clean(source))
	}
	return sources
}

// ignored reports whether a path is left out. The root of the context is so
// only when everything in it is.
func ignored(matcher *patternmatcher.PatternMatcher, source string) bool {
	if source == "." || source == "/" {
		everything := false
		for _, pattern := range matcher.Patterns() {
			everything = everything || contains([]string{"*", "**", "**/*"}, pattern.String())
		}
		if !everything {
			return false
		}
	}
	matches, err := matcher.MatchesOrParentMatches(source)
	return err == nil && matches
}
