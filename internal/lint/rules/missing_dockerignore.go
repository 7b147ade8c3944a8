package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func missingDockerignore() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "missing-dockerignore", Title: "The whole build context is copied, .git included", Severity: gate.SeverityLow,
			Why:  "The history of the repository, with whatever was ever committed, gets into the image, and every commit breaks the cache.",
			Fix:  "Write a .dockerignore with .git in it, or name the files that are to be copied.",
			Tags: []string{"CIS 4.10", "OWASP D06"},
		},
		Check: func(p *lint.Pass) {
			matcher, ok := ignoreMatcher(p)
			if !ok {
				return
			}
			if left, err := matcher.MatchesOrParentMatches(".git"); err != nil || left {
				return
			}
			for _, stage := range p.File.Stages {
				for _, i := range stage.Instructions {
					if contains(contextSources(i), ".") && !excludesGit(i) {
						p.Report(lint.At(i), i.Name+" takes the whole build context, and no .dockerignore leaves .git out")
						return
					}
				}
			}
		},
	}
}

func excludesGit(i *dockerfile.Instruction) bool {
	for _, flag := range i.Flags {
		if flag.Name == "exclude" && strings.Contains(flag.Value, ".git") {
			return true
		}
	}
	return false
}
