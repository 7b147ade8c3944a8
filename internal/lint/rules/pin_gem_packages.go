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
				if c.Name != "gem" || !c.Has("install", "i") {
					return
				}
				names, hadolints := unpinnedGems(c), gemsForHadolint(c)
				if len(names) == 0 && parity(p) {
					names = hadolints
				}
				unpinned{names: names, seen: len(hadolints) > 0}.report(p, i, c, "DL3028")
			})
		},
	}
}

// gemValued are the flags of gem install that take a value.
var gemValued = [...]string{
	"v", "version", "i", "install-dir", "n", "bindir", "P", "trust-policy", "g", "file", "s", "source",
	"platform", "build-root", "B", "bulk-threshold", "without", "config-file",
}

// unpinnedGems are the gems that are installed in any version. What stands
// behind "--" is for the compiler, and a file is one version.
func unpinnedGems(c *dockerfile.Command) []string {
	own := *c
	for n, arg := range c.Args {
		if arg.Text == "--" {
			own.Args = c.Args[:n]
			break
		}
		if strings.HasPrefix(arg.Text, "-v") || arg.Text == "--version" || strings.HasPrefix(arg.Text, "--version=") {
			return nil
		}
	}
	var names []string
	for n, arg := range own.Operands(gemValued[:]...) {
		verb := n == 0 && (arg.Text == "install" || arg.Text == "i")
		if !verb && !strings.Contains(arg.Text, ":") && !strings.HasSuffix(arg.Text, ".gem") {
			names = append(names, arg.Text)
		}
	}
	return names
}

// gemsForHadolint are the words that hadolint takes for such gems: the values
// of flags, files, and what is for the compiler too.
func gemsForHadolint(c *dockerfile.Command) []string {
	var names []string
	for _, arg := range c.Args {
		switch {
		case arg.Text == "-v" || arg.Text == "--version" || strings.HasPrefix(arg.Text, "--version="):
			return nil
		case strings.HasPrefix(arg.Text, "-") || arg.Text == "install" || arg.Text == "i" || strings.Contains(arg.Text, ":"):
		default:
			names = append(names, arg.Text)
		}
	}
	return names
}
