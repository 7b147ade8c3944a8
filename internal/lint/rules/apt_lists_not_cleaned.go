package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func aptListsNotCleaned() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "apt-lists-not-cleaned", Title: "The package lists stay in the image", Severity: gate.SeverityLow,
			Why:     "The lists that apt-get update fetches are dozens of megabytes that nothing uses at run time, and deleting them in a later RUN does not make the image smaller.",
			Fix:     "End the same RUN with rm -rf /var/lib/apt/lists/*, or put the lists into a cache mount.",
			Aliases: []string{"DKL-DI-0005", "DL3009", "remove-package-cache", "remove-package-lists"},
			Tags:    []string{"OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) { checkAptLists(p, i) }, "RUN")
		},
	}
}

func checkAptLists(p *lint.Pass, i *dockerfile.Instruction) {
	update := aptUpdate(i)
	if update == nil || aptListsMounted(i) || !i.Trigger && !staysInImage(p.File, i.Stage) {
		return
	}
	byUs, byHadolint := aptListsRemoved(i)
	if byUs && (byHadolint || !parity(p)) {
		return
	}
	p.Report(lint.AtCommand(i, update), "the lists that apt-get update fetches are not removed in the same RUN",
		when(!byHadolint && update.Direct(), "DL3009", "DKL-DI-0005", "remove-package-cache", "remove-package-lists"),
		lint.Repair(func() []lint.Edit { return commandAtEnd(i, aptCleaner(p.File, i)) }))
}

// aptCleaner is the command that removes the lists, when no later RUN installs
// from them.
func aptCleaner(file *dockerfile.File, i *dockerfile.Instruction) string {
	for _, later := range file.Instructions {
		if later.Line <= i.Line || later.Script == nil || aptUpdate(later) != nil {
			continue
		}
		for _, c := range later.Script.Commands {
			if c.Name == "apt-get" || c.Name == "apt" || c.Name == "aptitude" {
				return ""
			}
		}
	}
	return "rm -rf /var/lib/apt/lists/*"
}

func aptUpdate(i *dockerfile.Instruction) *dockerfile.Command {
	if i.Script == nil {
		return nil
	}
	var update *dockerfile.Command
	for _, c := range i.Script.Commands {
		if c.Name == "apt-get" && c.Has("update") && (update == nil || c.Direct()) {
			update = c
		}
	}
	return update
}

// aptListsRemoved reports whether the lists are removed, and whether hadolint
// thinks so: any rm -rf is good enough for it.
func aptListsRemoved(i *dockerfile.Instruction) (byUs, byHadolint bool) {
	for _, c := range i.Script.Commands {
		byUs = byUs || removesAptLists(c)
		byHadolint = byHadolint || c.Name == "rm" && c.Direct() && c.Has("-rf", "/var/lib/apt/lists/*")
	}
	return byUs, byHadolint
}

func removesAptLists(c *dockerfile.Command) bool {
	switch c.Name {
	case "rm", "find":
		for _, arg := range c.Args {
			if strings.HasPrefix(arg.Text, "/var/lib/apt") || startsWith(arg.Text, "/var/lib/*", "/var/lib/{", "/var/cache/apt /var/lib/apt") {
				return true
			}
		}
	case "apt-get", "apt":
		return c.Has("dist-clean", "distclean")
	}
	return false
}

// aptListsMounted holds when a cache mount takes the lists.
func aptListsMounted(i *dockerfile.Instruction) bool {
	var state, cache bool
	for _, m := range i.Mounts() {
		if m.Type != "cache" {
			continue
		}
		if strings.HasPrefix(m.Target, "/var/lib/apt/lists") {
			return true
		}
		state = state || strings.HasPrefix(m.Target, "/var/lib/apt")
		cache = cache || strings.HasPrefix(m.Target, "/var/cache/apt")
	}
	return state && cache
}

// staysInImage reports whether what a stage holds ends up in an image: in the
// last stage, in those that others are built from, and in copies of the last.
func staysInImage(file *dockerfile.File, stage *dockerfile.Stage) bool {
	last, ok := file.Stage("")
	if !ok || stage == nil || stage == last || stage.From == nil {
		return true
	}
	if stage.RawBase == last.RawBase && stage.Name == last.Name && stage.Platform == last.Platform {
		return true
	}
	for _, other := range file.Stages {
		if stage.Name != "" && strings.Contains(other.RawBase, stage.Name) && imageName(other.RawBase) == stage.Name {
			return true
		}
	}
	return false
}
