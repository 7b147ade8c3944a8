package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func zypperCacheNotCleaned() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "zypper-cache-not-cleaned", Title: "zypper's cache stays in the image", Severity: gate.SeverityMedium,
			Why:     "The downloaded packages and lists are dozens of megabytes that nothing uses at run time, and deleting them in a later RUN does not make the image smaller.",
			Fix:     "End the same RUN with zypper clean --all, or put /var/cache/zypp into a cache mount.",
			Aliases: []string{"DL3036", "DS-0020", "missing-zypper-clean"},
			Tags:    []string{"OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if mountsCache(i, "/var/cache/zypp") {
					return
				}
				fault := findCacheFault(i, zypperInstalls, zypperCleans)
				fault.clean = "zypper clean --all"
				fault.report(p, i, false, "zypper install without zypper clean behind it", "DL3036", "DS-0020", "missing-zypper-clean")
			}, "RUN")
		},
	}
}

func zypperInstalls(c *dockerfile.Command) bool { return c.Name == "zypper" && c.Has("install", "in") }

func zypperCleans(c *dockerfile.Command) (byUs, byHadolint bool) {
	clean := c.Name == "zypper" && c.Has("clean", "cc")
	return clean || removes(c, "/var/cache/zypp", "/var/cache/*"), clean
}
