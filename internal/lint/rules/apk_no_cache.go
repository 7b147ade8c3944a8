package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func apkNoCache() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "apk-no-cache", Title: "apk leaves its index in the image", Severity: gate.SeverityLow,
			Why:     "apk add keeps the package index that it fetches, which nothing uses at run time.",
			Fix:     "Write apk add --no-cache, or put /var/cache/apk into a cache mount.",
			Aliases: []string{"DKL-DI-0004", "DL3019", "DS-0025", "missing-apk-no-cache"},
			Tags:    []string{"OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name != "apk" || !c.Has("add") || c.HasFlag("no-cache") || mountsCache(i, "/var/cache/apk") {
					return
				}
				if !parity(p) && (mountsCache(i, "/etc/apk/cache") || removesApkCache(i)) {
					return
				}
				p.Report(lint.AtCommand(i, c), "apk add without --no-cache", direct(c, "DL3019", "DS-0025", "DKL-DI-0004", "missing-apk-no-cache"), behindWord(c, " --no-cache", "add"))
			})
		},
	}
}

func removesApkCache(i *dockerfile.Instruction) bool {
	for _, c := range i.Script.Commands {
		if removes(c, "/var/cache/apk", "/var/cache/*") {
			return true
		}
	}
	return false
}
