package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func legacyKeyValue() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "legacy-key-value", Title: "A variable is set with a blank in place of the equals sign", Severity: gate.SeverityMedium,
			Why:     "In this form the rest of the line is the value: a second variable in it becomes part of the first.",
			Fix:     "Write NAME=value.",
			Aliases: []string{"LegacyKeyValueFormat"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if len(i.Pairs) > 0 && i.Pairs[0].Legacy {
					p.Report(lint.AtPosition(i, i.Pairs[0].Position), fmt.Sprintf("%s sets %s without an equals sign", i.Name, i.Pairs[0].Name), byBuildKit(p, i, "LegacyKeyValueFormat"),
						lint.Repair(func() []lint.Edit { return withEquals(i) }))
				}
			}, "ENV", "LABEL")
		},
	}
}

// withEquals writes NAME=value in place of NAME value, where the value has no
// quotes in it that would have to be judged.
func withEquals(i *dockerfile.Instruction) []lint.Edit {
	blank := strings.IndexAny(i.Text, " \t")
	if blank < 0 || !isOneLine(i) {
		return nil
	}
	name, value := i.Text[:blank], strings.TrimSpace(i.Text[blank:])
	bare := strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`)
	switch quoted := len(bare)+2 == len(value); {
	case strings.ContainsAny(bare, "\"'\\`=") || strings.ContainsAny(name, `"'=`) || bare != value && !quoted:
		return nil
	case !quoted && strings.ContainsAny(value, " \t"):
		value = `"` + value + `"`
	}
	return []lint.Edit{{Position: i.TextAt(0), Old: i.Text, New: name + "=" + value}}
}
