package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func unusedIgnore() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "unused-ignore", Title: "A comment silences nothing", Severity: gate.SeverityNegligible,
			Why: "What it was written for is gone; it will silence the next fault of that kind, which nobody has looked at.",
			Fix: "Delete the comment, or the name in it.",
		},
		Profiles: []lint.Profile{lint.Recommended, lint.Strict},
		Last:     true,
		Check: func(p *lint.Pass) {
			for _, ignore := range p.Ignores() {
				if ignore.Unused {
					p.Report(lint.AtLine(ignore.Position), fmt.Sprintf("there is no finding of %s here to silence", ignore.ID), lint.Repair(func() []lint.Edit { return withoutIgnore(p, ignore) }))
				}
			}
		},
	}
}

// withoutIgnore deletes a comment that silences nothing with any of its names.
func withoutIgnore(p *lint.Pass, ignore lint.Ignore) []lint.Edit {
	for _, other := range p.Ignores() {
		if other.Position == ignore.Position && !other.Unused {
			return nil
		}
	}
	line := p.File.Lines[ignore.Line-1]
	if !strings.HasPrefix(strings.TrimSpace(line), "#") {
		return nil
	}
	return []lint.Edit{{Position: dockerfile.Position{Line: ignore.Line, Column: 1}, Old: line + "\n"}}
}
