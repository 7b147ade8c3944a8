package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinGemPackages() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-gem-packages", Title: "gem installs a gem without a version", Severity: gate.SeverityMedium,
			Why:     "Without a version the build installs the newest release on the index: two builds of one commit differ, and a hijacked release gets in unseen.",
			Fix:     "Write gem install name:version, or use Bundler with a lock file.",
			Aliases: []string{"DL3028"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "gem" && c.Has("install", "i") && !gemHasVersion(c) {
					findUnpinned(c, gemPinned, []string{"install", "i"}, nil).report(p, i, c, "DL3028")
				}
			})
		},
	}
}

func gemHasVersion(c *dockerfile.Command) bool {
	for _, arg := range c.Args {
		if arg.Text == "-v" || arg.Text == "--version" || strings.HasPrefix(arg.Text, "--version=") {
			return true
		}
	}
	return false
}

func gemPinned(name string) bool { return strings.Contains(name, ":") }
