package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func dnfCacheNotCleaned() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "dnf-cache-not-cleaned", Title: "dnf's cache stays in the image", Severity: gate.SeverityMedium,
			Why:     "The downloaded packages and lists are dozens of megabytes that nothing uses at run time, and deleting them in a later RUN does not make the image smaller.",
			Fix:     "End the same RUN with dnf clean all (microdnf clean all), or put /var/cache/libdnf5 or /var/cache/dnf into a cache mount.",
			Aliases: []string{"DL3040", "DS-0019", "DS-0027", "missing-dnf-clean-all"},
			Tags:    []string{"OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				checkDnfCache(p, i, "dnf", "DL3040", "DS-0019", "missing-dnf-clean-all")
				checkDnfCache(p, i, "microdnf", "DL3040", "DS-0027")
			}, "RUN")
		},
	}
}

func checkDnfCache(p *lint.Pass, i *dockerfile.Instruction, name string, aliases ...string) {
	fault := findCacheFault(i, func(c *dockerfile.Command) bool {
		return c.Name == name && c.Has("install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei")
	}, func(c *dockerfile.Command) (byUs, byHadolint bool) {
		clean := c.Name == name && c.Has("clean", "all")
		return clean || removes(c, "/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5", "/var/cache/*"), clean || removesAll(c, "/var/cache/libdnf5*")
	})
	// Nor does hadolint see a cache that is mounted.
	if mountsCache(i, "/var/cache/libdnf5", ".cache/libdnf5") {
		return
	}
	fault.clean = name + " clean all"
	fault.report(p, i, mountsCache(i, "/var/cache/dnf", "/var/cache/yum"), name+" fills its cache without "+name+" clean all behind it", aliases...)
}
