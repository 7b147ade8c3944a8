package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func invalidPort() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "invalid-port", Title: "EXPOSE names a port that does not exist", Severity: gate.SeverityHigh,
			Why:     "Ports end at 65535: the instruction fails or means nothing.",
			Fix:     "Name the port that the service listens on.",
			Aliases: []string{"DL3011", "DS-0008"},
			Tags:    []string{"OWASP D03"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for n, arg := range i.Args {
					if port, bad := beyondPorts(arg); bad {
						p.Report(lint.AtPosition(i, i.ArgAt(n)), fmt.Sprintf("port %s does not exist: ports range from 0 to 65535", port),
							outsideTrigger(i, "DL3011", "DS-0008"))
					}
				}
			}, "EXPOSE")
		},
	}
}

// beyondPorts returns the port of an argument that is larger than ports can be.
func beyondPorts(arg string) (port string, bad bool) {
	const last = 65535
	ports, _, _ := strings.Cut(arg, "/")
	for _, port := range strings.Split(ports, "-") {
		if port == "" || strings.Trim(port, "0123456789") != "" {
			continue
		}
		if number, err := strconv.Atoi(port); err != nil || number > last {
			return port, true
		}
	}
	return "", false
}
