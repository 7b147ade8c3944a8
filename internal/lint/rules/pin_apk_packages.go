package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinApkPackages() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-apk-packages", Title: "apk adds a package without a version", Severity: gate.SeverityMedium,
			Why:     "Without a version the build installs whatever the mirror has that day: two builds of one commit differ, and nobody can say later what was in the image.",
			Fix:     "Write apk add name=version, or name~=version to take fixes of that version.",
			Aliases: []string{"DL3018"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "apk" && c.Has("add") {
					findUnpinned(c, apkPinned, []string{"add"}, []string{"t", "virtual", "repository", "X"}).report(p, i, c, "DL3018")
				}
			})
		},
	}
}

// apkPinned holds for name=version, name~version and files.
func apkPinned(name string) bool {
	return hasAny(name, "=", "~") || strings.HasSuffix(name, ".apk")
}
