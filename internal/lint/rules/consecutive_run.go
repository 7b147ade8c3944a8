package rules

import (
	"slices"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func consecutiveRun() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "consecutive-run", Title: "One RUN follows another", Severity: gate.SeverityLow,
			Why:     "Every RUN makes a layer. Short ones in a row can often be one.",
			Fix:     "Join them with && or in a heredoc, unless they are apart for the sake of the cache.",
			Aliases: []string{"DL3059"},
		},
		Profiles: []lint.Profile{lint.Strict, lint.Hadolint},
		Check: func(p *lint.Pass) {
			var before *dockerfile.Instruction
			for _, i := range p.File.Instructions {
				if i.Name != "RUN" {
					before = nil
					continue
				}
				if before == nil || !sameFlags(before, i) || countCommands(i) > 2 || countCommands(before) > 2 {
					before = i
					continue
				}
				p.Report(lint.At(i), "this RUN follows another short one", lint.Aliases("DL3059"))
			}
		},
	}
}

// sameFlags compares the flags of two instructions, in whatever order.
func sameFlags(a, b *dockerfile.Instruction) bool {
	return slices.Equal(flagTexts(a), flagTexts(b))
}

func flagTexts(i *dockerfile.Instruction) []string {
	var texts []string
	for _, f := range i.Flags {
		texts = append(texts, f.Name+"="+f.Value)
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// countCommands counts the commands that hadolint sees in a RUN.
func countCommands(i *dockerfile.Instruction) int {
	if i.Script == nil {
		return 0
	}
	count := 0
	for _, c := range i.Script.Commands {
		if c.Word != "" && len(c.Via) == 0 {
			count++
		}
	}
	return count
}
