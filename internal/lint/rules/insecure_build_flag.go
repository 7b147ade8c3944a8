package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func insecureBuildFlag() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "insecure-build-flag", Title: "A RUN asks for the rights of the host", Severity: gate.SeverityHigh,
			Why:     "With --security=insecure a build step is not confined, and with --network=host it reaches what listens on the builder: what it runs can take over the builder.",
			Fix:     "Leave the flag out, or move the step out of the build.",
			Aliases: []string{"D05"},
			Tags:    []string{"CWE-250", "OWASP D05"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for _, flag := range i.Flags {
					switch {
					case flag.Name == "security" && flag.Value == "insecure":
						p.Report(lint.AtPosition(i, flag.Position), "this step runs without confinement")
					case flag.Name == "network" && flag.Value == "host":
						p.Report(lint.AtPosition(i, flag.Position), "this step runs in the network of the builder", lint.Severe(gate.SeverityMedium))
					}
				}
			}, "RUN")
		},
	}
}
