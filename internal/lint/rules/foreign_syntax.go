package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func foreignSyntax() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "foreign-syntax", Title: "A foreign image interprets the Dockerfile", Severity: gate.SeverityHigh,
			Why:  "The image behind # syntax= is a program that reads the whole build, its secrets included, and decides what is built.",
			Fix:  "Use docker/dockerfile or leave the line out; if another frontend is needed, review it and allow it by digest.",
			Tags: []string{"CWE-829", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			syntax := p.File.Syntax
			if syntax == nil || isDockersOwn(syntax.Value) {
				return
			}
			p.Report(lint.AtLine(syntax.Position), fmt.Sprintf("the frontend %s interprets this file, which is not Docker's own", syntax.Value))
		},
	}
}

// isDockersOwn holds for the frontends that Docker publishes.
func isDockersOwn(image string) bool {
	words := strings.Fields(image)
	if len(words) == 0 {
		return true
	}
	base := parseReference(words[0])
	if base.registry != "" && base.registry != "docker.io" && base.registry != "index.docker.io" {
		return false
	}
	return base.name == "docker/dockerfile" || base.name == "docker/dockerfile-upstream"
}
