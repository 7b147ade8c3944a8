package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func maintainerDeprecated() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "maintainer-deprecated", Title: "MAINTAINER is deprecated", Severity: gate.SeverityHigh,
			Why:     "Builders will drop it, and labels say more.",
			Fix:     "Write LABEL org.opencontainers.image.authors=….",
			Aliases: []string{"CKV_DOCKER_6", "DL4000", "DS-0022", "MaintainerDeprecated", "maintainer-is-deprecated"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				p.Report(lint.At(i), "MAINTAINER is deprecated", outsideTrigger(i, "DL4000", "DS-0022", "CKV_DOCKER_6", "MaintainerDeprecated", "maintainer-is-deprecated"),
					lint.Repair(func() []lint.Edit { return asLabel(i) }))
			}, "MAINTAINER")
		},
	}
}

// asLabel writes the label in place of MAINTAINER.
func asLabel(i *dockerfile.Instruction) []lint.Edit {
	name := i.Text
	if len(name) > 1 && strings.HasPrefix(name, `"`) && strings.HasSuffix(name, `"`) {
		name = name[1 : len(name)-1]
	}
	if i.Trigger || !isOneLine(i) || name == "" || strings.ContainsAny(name, "\"\\$`") || i.Text != strings.TrimSpace(i.Text) {
		return nil
	}
	keyword := "LABEL"
	if i.Keyword == strings.ToLower(i.Keyword) {
		keyword = "label"
	}
	return []lint.Edit{
		{Position: i.Start(), Old: i.Keyword, New: keyword},
		{Position: i.TextAt(0), Old: i.Text, New: `org.opencontainers.image.authors="` + name + `"`},
	}
}
