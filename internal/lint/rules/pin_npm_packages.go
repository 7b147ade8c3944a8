package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinNpmPackages() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-npm-packages", Title: "npm installs a package without a version", Severity: gate.SeverityMedium,
			Why:     "Without a version the build installs the newest release on the registry: two builds of one commit differ, and a hijacked release gets in unseen.",
			Fix:     "Write npm install name@version, or better npm ci with a lock file.",
			Aliases: []string{"DL3016"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name != "npm" {
					return
				}
				operands := c.Operands("loglevel")
				if len(operands) > 0 && operands[0].Text == "install" {
					findUnpinned(c, npmPinned, []string{"install"}, []string{"loglevel"}).report(p, i, c, "DL3016")
				}
			})
		},
	}
}

// npmPinned holds for name@version with or without a scope, tarballs, folders,
// and git addresses with a commit.
func npmPinned(name string) bool {
	switch {
	case startsWith(name, "git://", "git+ssh://", "git+http://", "git+https://"):
		return strings.Contains(name, "#")
	case endsWith(name, ".tar", ".tar.gz", ".tgz") || startsWith(name, "/", "./", "../", "~/"):
		return true
	}
	if strings.HasPrefix(name, "@") {
		_, name, _ = strings.Cut(name, "/")
	}
	return strings.Contains(name, "@")
}
