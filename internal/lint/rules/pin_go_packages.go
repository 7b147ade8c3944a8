package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinGoPackages() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-go-packages", Title: "go installs a package without a version", Severity: gate.SeverityMedium,
			Why:     "Without a version, or with latest, the build takes the newest release: two builds of one commit differ, and a hijacked release gets in unseen.",
			Fix:     "Write go install path@v1.2.3.",
			Aliases: []string{"DL3062"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "go" && c.Has("install", "get", "run") {
					checkGoPackages(p, i, c)
				}
			})
		},
	}
}

func checkGoPackages(p *lint.Pass, i *dockerfile.Instruction, c *dockerfile.Command) {
	var open []string
	ours := false
	for n, arg := range c.Operands() {
		name := arg.Text
		if contains([]string{"install", "get", "run", "tool"}, name) || c.Has("run") && n > 1 || goPinned(name) {
			continue
		}
		open = append(open, name)
		ours = ours || endsWith(name, "@latest", "@none") || isModulePath(name)
	}
	if ours || parity(p) {
		unpinned{names: open, seen: len(open) > 0}.report(p, i, c, "DL3062")
	}
}

// goPinned holds for path@version and for what lies in the build's own tree.
func goPinned(name string) bool {
	return startsWith(name, "/", ".") || strings.Contains(name, "@") && !endsWith(name, "@latest", "@none")
}

// isModulePath reports whether a name is that of a package on the network, and
// no source file, pattern or variable.
func isModulePath(name string) bool {
	host, _, isPath := strings.Cut(name, "/")
	return isPath && strings.Contains(host, ".") && !strings.HasSuffix(name, ".go") && !strings.Contains(name, "$")
}
