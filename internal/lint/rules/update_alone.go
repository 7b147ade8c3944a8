package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func updateAlone() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "update-alone", Title: "Package lists are updated in a RUN of their own", Severity: gate.SeverityMedium,
			Why:     "The layer with the lists is cached: a later install takes old versions from it, or fails on packages that are gone.",
			Fix:     "Update and install in one RUN.",
			Aliases: []string{"CIS 4.7", "CIS-DI-0007", "CKV_DOCKER_5", "DS-0017"},
			Tags:    []string{"CIS 4.7", "OWASP D02"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) { checkUpdate(p, i) }, "RUN")
		},
	}
}

func checkUpdate(p *lint.Pass, i *dockerfile.Instruction) {
	if i.Script == nil || keepsLists(i) {
		return
	}
	var update *dockerfile.Command
	for _, c := range i.Script.Commands {
		switch {
		case usesLists(c):
			return
		case update == nil && refreshesLists(c):
			update = c
		}
	}
	if update != nil {
		p.Report(lint.AtCommand(i, update), fmt.Sprintf("%s update without an install in the same RUN", update.Name),
			when(update.Direct() && update.Has("update"), "DS-0017", "CKV_DOCKER_5", "CIS-DI-0007"))
	}
}

func refreshesLists(c *dockerfile.Command) bool {
	switch c.Name {
	case "apt-get", "apt", "aptitude", "apk":
		return c.Has("update")
	case "yum", "dnf", "microdnf", "tdnf":
		return c.Has("makecache")
	case "zypper":
		return c.Has("refresh", "ref")
	case "pacman":
		return c.HasFlag("S") && c.HasFlag("y") && !c.HasFlag("u") && len(c.Operands()) == 0
	}
	return false
}

// usesLists holds for every use of the lists, and for programs that may well
// use them: scripts of the build's own.
func usesLists(c *dockerfile.Command) bool {
	switch c.Name {
	case "apt-get", "apt", "aptitude":
		return c.Has("install", "upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade", "build-dep", "source", "download", "reinstall", "satisfy")
	case "apk":
		return c.Has("add", "upgrade", "fetch")
	case "yum", "dnf", "microdnf", "tdnf", "zypper":
		return c.Has("install", "in", "update", "up", "upgrade", "groupinstall", "localinstall", "builddep", "download", "patch", "dup")
	case "pacman":
		return c.HasFlag("S") && len(c.Operands()) > 0 || c.HasFlag("u")
	case "apt-cache", "gdebi", "mk-build-deps", "debootstrap":
		return true
	case "dpkg":
		return true
	case "":
		// A variable is run, if it is not just set.
		return len(c.Assignments) == 0
	}
	return strings.HasSuffix(c.Word, ".sh") || strings.Contains(c.Word, "install")
}

// keepsLists holds when the lists go to a cache mount and not to the layer.
func keepsLists(i *dockerfile.Instruction) bool {
	for _, m := range i.Mounts() {
		if m.Type == "cache" && startsWith(m.Target, "/var/lib/apt", "/var/cache/apk", "/etc/apk/cache") {
			return true
		}
	}
	return false
}
