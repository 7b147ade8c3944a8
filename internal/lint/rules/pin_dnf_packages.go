package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinDnfPackages() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-dnf-packages", Title: "dnf installs a package without a version", Severity: gate.SeverityMedium,
			Why:     "Without a version the build installs whatever the mirror has that day: two builds of one commit differ, and nobody can say later what was in the image.",
			Fix:     "Write dnf install name-version.",
			Aliases: []string{"DL3041"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			eachCommandInScope(p, func(i *dockerfile.Instruction, c *dockerfile.Command, known func(string) bool) {
				if c.Name == "dnf" || c.Name == "microdnf" {
					checkRpmVersions(p, i, c, known, "DL3041", "group")
				}
			})
		},
	}
}
