package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func aptNoInstallRecommends() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "apt-no-install-recommends", Title: "apt-get installs recommended packages too", Severity: gate.SeverityLow,
			Why:     "Recommended packages come along unasked: more to download, more to patch, more for an attacker to use.",
			Fix:     "Write apt-get install --no-install-recommends and name what is needed.",
			Aliases: []string{"DL3015", "DS-0029", "missing-no-install-recommends"},
			Tags:    []string{"CIS 4.3", "OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name != "apt-get" || !c.Has("install") {
					return
				}
				if c.HasFlag("no-install-recommends") || c.Has("APT::Install-Recommends=false") {
					return
				}
				if c.Has("APT::Install-Recommends=0", "-oAPT::Install-Recommends=0", "-oAPT::Install-Recommends=false") && !parity(p) {
					return
				}
				p.Report(lint.AtCommand(i, c), "apt-get install without --no-install-recommends", also(c, []string{"DL3015", "missing-no-install-recommends"}, "DS-0029"))
			})
		},
	}
}
