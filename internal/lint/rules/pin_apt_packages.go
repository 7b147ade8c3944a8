package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinAptPackages() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-apt-packages", Title: "apt-get installs a package without a version", Severity: gate.SeverityMedium,
			Why:     "Without a version the build installs whatever the mirror has that day: two builds of one commit differ, and nobody can say later what was in the image.",
			Fix:     "Write apt-get install name=version, or build from a base image that is pinned by digest and a snapshot mirror.",
			Aliases: []string{"DL3008"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "apt-get" && c.Has("install") {
					findUnpinned(c, aptPinned, []string{"install"}, []string{"t", "target-release"}).report(p, i, c, "DL3008")
				}
			})
		},
	}
}

// aptPinned holds for name=version, name/release and files.
func aptPinned(name string) bool {
	return hasAny(name, "=", "/") || strings.HasSuffix(name, ".deb")
}
