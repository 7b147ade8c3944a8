package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinZypperPackages() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-zypper-packages", Title: "zypper installs a package without a version", Severity: gate.SeverityMedium,
			Why:     "Without a version the build installs whatever the mirror has that day: two builds of one commit differ, and nobody can say later what was in the image.",
			Fix:     "Write zypper install name=version.",
			Aliases: []string{"DL3037"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "zypper" && c.Has("install", "in") {
					findUnpinned(c, zypperPinned, []string{"install", "in"}, nil).report(p, i, c, "DL3037")
				}
			})
		},
	}
}

// zypperPinned holds for name=version and its like, and for files.
func zypperPinned(name string) bool { return hasAny(name, "=", ">", "<") || endsWith(name, ".rpm") }
