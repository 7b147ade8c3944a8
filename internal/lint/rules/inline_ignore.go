package rules

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func inlineIgnore() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "inline-ignore", Title: "A finding is silenced in the file", Severity: gate.SeverityNegligible,
			Why:     "What is silenced in the file is decided by whoever edits it.",
			Fix:     "Put exceptions into the configuration, with a reason and an end.",
			Aliases: []string{"DL1001"},
		},
		Profiles: []lint.Profile{lint.Strict},
		// hadolint has the rule, but ignores it by default.
		Optional: []lint.Profile{lint.Hadolint},
		Check: func(p *lint.Pass) {
			for _, comment := range p.File.Comments {
				words := strings.Fields(strings.ReplaceAll(comment.Text, "=", " = "))
				if comment.Inside == nil && len(words) > 3 && words[0] == "hadolint" && words[1] == "ignore" && words[2] == "=" {
					p.Report(lint.AtLine(comment.Position), "a comment silences "+strings.Join(words[3:], " "), lint.Aliases("DL1001"))
				}
			}
		},
	}
}
