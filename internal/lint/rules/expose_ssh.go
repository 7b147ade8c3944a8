package rules

import (
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func exposeSSH() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "expose-ssh", Title: "Port 22 is exposed", Severity: gate.SeverityMedium,
			Why:     "A login server in a container is one more service to patch and one more way in, and its keys or passwords are in the image.",
			Fix:     "Leave SSH out: use docker exec or kubectl exec to look into a container.",
			Aliases: []string{"CKV_DOCKER_1", "D03", "DS-0004"},
			Tags:    []string{"OWASP D03"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for n, arg := range i.Known() {
					ports, protocol, _ := strings.Cut(strings.ToLower(strings.Trim(arg, `"'`)), "/")
					// Of HOST:CONTAINER the last is what the container listens on.
					ports = ports[strings.LastIndexByte(ports, ':')+1:]
					switch {
					case protocol != "" && protocol != "tcp":
					case ports == "22":
						p.Report(lint.AtPosition(i, i.ArgAt(n)), "port 22 (SSH) is exposed", when(isBarePort(i, n), "DS-0004", "CKV_DOCKER_1"))
					case rangeHolds(ports, 22):
						p.Report(lint.AtPosition(i, i.ArgAt(n)), "the range "+ports+" exposes port 22 (SSH)", lint.Aliases())
					}
				}
			}, "EXPOSE")
		},
	}
}

// isBarePort holds for a port that stands there as a number, which is all that
// other linters look at.
func isBarePort(i *dockerfile.Instruction, n int) bool {
	return !i.Trigger && !strings.ContainsAny(i.Args[n], "$:\"'")
}

// rangeHolds reports whether a range like 20-25 holds a port.
func rangeHolds(ports string, port int) bool {
	from, to, ok := strings.Cut(ports, "-")
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	return ok && err1 == nil && err2 == nil && first <= port && port <= last
}
