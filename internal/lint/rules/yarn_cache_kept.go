package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func yarnCacheKept() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "yarn-cache-kept", Title: "yarn's cache stays in the image", Severity: gate.SeverityLow,
			Why:     "yarn keeps every package that it downloads a second time, as an archive that nothing uses at run time.",
			Fix:     "End the same RUN with yarn cache clean, or put the cache into a cache mount.",
			Aliases: []string{"DL3060"},
			Tags:    []string{"OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if mountsCache(i, ".cache/yarn") {
					return
				}
				fault := findCacheFault(i, func(c *dockerfile.Command) bool { return c.Name == "yarn" && c.Has("install") }, yarnCleans)
				fault.clean = "yarn cache clean"
				if fault.install == nil || !i.Trigger && !staysInImage(p.File, i.Stage) {
					return
				}
				fault.report(p, i, mountsCache(i, "yarn"), "yarn install without yarn cache clean behind it", "DL3060")
			}, "RUN")
		},
	}
}

func yarnCleans(c *dockerfile.Command) (byUs, byHadolint bool) {
	clean := c.Name == "yarn" && c.Has("cache", "clean")
	return clean || removes(c, "/usr/local/share/.cache", "~/.cache", "/root/.cache"), clean
}
