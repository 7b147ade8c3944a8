package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func dockerSocket() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "docker-socket", Title: "The container engine's socket is mounted or copied", Severity: gate.SeverityHigh,
			Why:     "Whoever can write to that socket is root on the host.",
			Fix:     "Do without it: build images with a rootless builder outside the container.",
			Aliases: []string{"D05", "dockerfile-dockerd-socket-mount"},
			Tags:    []string{"CWE-250", "CWE-269", "CWE-862", "OWASP D05"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for n, arg := range i.Known() {
					if isEngineSocket(arg) {
						p.Report(lint.AtPosition(i, i.ArgAt(n)), i.Name+" names the socket of the container engine",
							when(i.Name == "VOLUME" && !i.Trigger, "dockerfile-dockerd-socket-mount"))
					}
				}
			}, "VOLUME", "COPY", "ADD")
			p.Instructions(func(i *dockerfile.Instruction) {
				for _, m := range i.Mounts() {
					if isEngineSocket(m.Source) || isEngineSocket(m.Target) {
						p.Report(lint.AtPosition(i, m.Position), "RUN mounts the socket of the container engine", lint.Aliases())
					}
				}
			}, "RUN")
		},
	}
}

func isEngineSocket(path string) bool {
	path = strings.Trim(path, `"'`)
	return endsWith(path, "/docker.sock", "/containerd.sock", "/podman.sock", "/crio.sock") || path == "docker.sock"
}
