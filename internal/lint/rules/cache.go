package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// cacheFault is about a RUN that fills a package cache: the command that does
// it, whether the cache stays by what is known, and whether hadolint says so.
type cacheFault struct {
	install          *dockerfile.Command
	byUs, byHadolint bool
	// clean is the command that empties the cache.
	clean string
}

// findCacheFault looks for an install that no cleaning follows. hadolint
// compares the first of either, and sees only what is called by its bare name.
// cleans tells both: whether the cache is cleaned, and whether hadolint thinks so.
func findCacheFault(i *dockerfile.Instruction, installs func(*dockerfile.Command) bool, cleans func(*dockerfile.Command) (byUs, byHadolint bool)) cacheFault {
	var fault cacheFault
	if i.Script == nil {
		return fault
	}
	install, clean := -1, -1
	for n, c := range i.Script.Commands {
		if installs(c) {
			if fault.install == nil {
				fault.install = c
			}
			fault.byUs = true
			if c.Direct() && install < 0 {
				install, fault.install = n, c
			}
			continue
		}
		byUs, byHadolint := cleans(c)
		fault.byUs = fault.byUs && !byUs
		if byHadolint && c.Direct() && clean < 0 {
			clean = n
		}
	}
	fault.byHadolint = install >= 0 && clean < install
	return fault
}

// report tells of the fault. mounted is true when the cache is not in the layer.
func (f cacheFault) report(p *lint.Pass, i *dockerfile.Instruction, mounted bool, message string, aliases ...string) {
	if f.install == nil || !(f.byUs && !mounted) && !(f.byHadolint && parity(p)) {
		return
	}
	p.Report(lint.AtCommand(i, f.install), message, when(f.byHadolint, aliases...), atEnd(i, f.clean))
}

// mountsCache reports whether a cache or tmpfs mount takes a directory whose
// path holds one of the pieces.
func mountsCache(i *dockerfile.Instruction, pieces ...string) bool {
	for _, m := range i.Mounts() {
		if (m.Type == "cache" || m.Type == "tmpfs") && hasAny(m.Target, pieces...) {
			return true
		}
	}
	return false
}

// removesAll reports whether hadolint takes the command for "rm -rf" of the
// path: any rm -rf will do.
func removesAll(c *dockerfile.Command, path string) bool { return c.Name == "rm" && c.Has("-rf", path) }

// removes reports whether rm deletes one of the paths or something in it.
func removes(c *dockerfile.Command, paths ...string) bool {
	if c.Name != "rm" {
		return false
	}
	for _, arg := range c.Args {
		if startsWith(arg.Text, paths...) {
			return true
		}
	}
	return false
}
