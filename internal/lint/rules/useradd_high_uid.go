package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func useraddHighUID() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "useradd-high-uid", Title: "useradd with a high number makes a huge file", Severity: gate.SeverityMedium,
			Why:     "useradd writes to a log that is indexed by user number: with a high one that file has gigabytes on paper, which some builders write out in full.",
			Fix:     "Add -l (--no-log-init), or take a number below 100000.",
			Aliases: []string{"DL3046"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name != "useradd" || c.HasFlag("l", "no-log-init") {
					return
				}
				byUs, byHadolint := highUID(c)
				if byUs || byHadolint && parity(p) {
					p.Report(lint.AtCommand(i, c), "useradd with a high user number and without -l", when(byHadolint && c.Direct(), "DL3046"), behindName(c, " -l"))
				}
			})
		},
	}
}

// highUID reports whether the user number has more than five digits, and
// whether hadolint thinks so: it measures whatever stands behind -u.
func highUID(c *dockerfile.Command) (byUs, byHadolint bool) {
	for n, arg := range c.Args {
		flags := arg.Flags()
		value, behind := strings.CutPrefix(arg.Text, "-u")
		if contains(flags, "uid") {
			_, value, behind = strings.Cut(arg.Text, "=")
		}
		if n+1 < len(c.Args) {
			next := c.Args[n+1].Text
			byHadolint = byHadolint || contains(flags, "u") && len([]rune(next)) > 5
			if !behind || value == "" {
				value = next
			}
		}
		if (contains(flags, "u") || contains(flags, "uid")) && len(value) > 5 && strings.Trim(value, "0123456789") == "" {
			byUs = true
		}
	}
	return byUs, byHadolint
}
