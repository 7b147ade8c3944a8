package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func yumCacheNotCleaned() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "yum-cache-not-cleaned", Title: "yum's cache stays in the image", Severity: gate.SeverityMedium,
			Why:     "The downloaded packages and lists are dozens of megabytes that nothing uses at run time, and deleting them in a later RUN does not make the image smaller.",
			Fix:     "End the same RUN with yum clean all, or put /var/cache/yum into a cache mount.",
			Aliases: []string{"DL3032", "DS-0015"},
			Tags:    []string{"OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				fault := findCacheFault(i, yumInstalls, yumCleans)
				fault.clean = "yum clean all"
				fault.report(p, i, mountsCache(i, "/var/cache/yum", "/var/cache/dnf"), "yum install without yum clean all behind it", "DL3032", "DS-0015")
			}, "RUN")
		},
	}
}

func yumInstalls(c *dockerfile.Command) bool { return c.Name == "yum" && c.Has("install") }

func yumCleans(c *dockerfile.Command) (byUs, byHadolint bool) {
	clean := c.Name == "yum" && c.Has("clean", "all")
	return clean || removes(c, "/var/cache/yum", "/var/cache/*"), clean || removesAll(c, "/var/cache/yum/*")
}
