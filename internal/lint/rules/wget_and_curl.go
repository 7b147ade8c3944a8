package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func wgetAndCurl() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "wget-and-curl", Title: "Both wget and curl are used", Severity: gate.SeverityMedium,
			Why:     "One of them is enough: each is more to install, to patch and to read.",
			Fix:     "Use the one that the image has, or that does more of what is needed.",
			Aliases: []string{"DL4001", "DS-0014", "use-either-wget-or-curl"},
		},
		Profiles: []lint.Profile{lint.Strict, lint.Hadolint},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.AllStages() {
				seen := map[string]bool{}
				for _, i := range stage.Instructions {
					if i.OnBuild == nil {
						checkDownloaders(p, i, seen)
					}
				}
			}
			seen := map[string]bool{}
			for _, outer := range p.File.Instructions {
				if outer.OnBuild != nil {
					checkDownloaders(p, outer.OnBuild, seen)
				}
			}
		},
	}
}

// checkDownloaders reports a RUN that uses one of the two when both are in use.
func checkDownloaders(p *lint.Pass, i *dockerfile.Instruction, seen map[string]bool) {
	if i.Name != "RUN" || i.Script == nil {
		return
	}
	var last *dockerfile.Command
	for _, c := range i.Script.Commands {
		if (c.Name == "curl" || c.Name == "wget") && c.Direct() {
			seen[c.Name] = true
			last = c
		}
	}
	if last != nil && len(seen) == 2 {
		p.Report(lint.AtCommand(i, last), "both wget and curl are used", lint.Aliases("DL4001", "DS-0014", "use-either-wget-or-curl"))
	}
}
