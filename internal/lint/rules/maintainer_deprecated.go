package rules

import (
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
			Aliases: []string{"CKV_DOCKER_6", "DL4000", "DS-0022", "MaintainerDeprecated"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				p.Report(lint.At(i), "MAINTAINER is deprecated", outsideTrigger(i, "DL4000", "DS-0022", "CKV_DOCKER_6", "MaintainerDeprecated"))
			}, "MAINTAINER")
		},
	}
}
