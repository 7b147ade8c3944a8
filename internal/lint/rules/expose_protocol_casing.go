package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func exposeProtocolCasing() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "expose-protocol-casing", Title: "The protocol of a port is not in lower case", Severity: gate.SeverityMedium,
			Why:     "Tools that compare ports do not find the one they look for.",
			Fix:     "Write tcp or udp.",
			Aliases: []string{"ExposeProtoCasing"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for n, port := range i.Known() {
					_, protocol, _ := strings.Cut(port, "/")
					if protocol != strings.ToLower(protocol) && !strings.Contains(protocol, "$") {
						p.Report(lint.AtPosition(i, i.ArgAt(n)), fmt.Sprintf("the protocol of %s is not in lower case", port), byBuildKit(p, i, "ExposeProtoCasing"),
							inPlaceOf(i.ArgAt(n), port, strings.ToLower(port)))
					}
				}
			}, "EXPOSE")
		},
	}
}
