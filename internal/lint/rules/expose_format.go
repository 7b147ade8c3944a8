package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func exposeFormat() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "expose-format", Title: "EXPOSE can not map ports", Severity: gate.SeverityMedium,
			Why:     "EXPOSE only tells which ports the container listens on. An address or a port of the host in it has no effect, and will be an error one day.",
			Fix:     "Write the port of the container, and map it with docker run -p.",
			Aliases: []string{"ExposeInvalidFormat"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for n, port := range i.Known() {
					mapped := port[:max(strings.LastIndexByte(maskVariables(port), ':'), 0)]
					if strings.Trim(mapped, ":") != "" {
						p.Report(lint.AtPosition(i, i.ArgAt(n)), fmt.Sprintf("EXPOSE %s maps a port, which EXPOSE does not do", port), byBuildKit(p, i, "ExposeInvalidFormat"),
							lint.Repair(func() []lint.Edit { return withoutMapping(i, n, port) }))
					}
				}
			}, "EXPOSE")
		},
	}
}

// withoutMapping leaves the container's port of a mapping.
func withoutMapping(i *dockerfile.Instruction, n int, port string) []lint.Edit {
	own := port[strings.LastIndexByte(port, ':')+1:]
	number, protocol, _ := strings.Cut(own, "/")
	if number == "" || strings.Trim(number, "0123456789-") != "" || strings.Contains(port+protocol, "$") {
		return nil
	}
	return []lint.Edit{{Position: i.ArgAt(n), Old: port, New: own}}
}
