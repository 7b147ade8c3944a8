package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func systemUpgrade() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "system-upgrade", Title: "The build upgrades the whole system", Severity: gate.SeverityLow,
			Why:     "An upgrade makes the image depend on the day of the build, doubles what it replaces, and hides that the base image is out of date.",
			Fix:     "Take a newer base image, and upgrade single packages by name where a fix can't wait.",
			Aliases: []string{"CKV_DOCKER_5", "DKL-DI-0003", "DL3005", "DL3017", "DL3031", "DL3039", "DS-0017", "DS-0024", "avoid-apk-upgrade", "avoid-apt-get-upgrade", "avoid-dnf-update", "avoid-yum-update", "avoid-zypper-update"},
			Tags:    []string{"OWASP D02"},
		},
		// hadolint no longer has these rules.
		Profiles: []lint.Profile{lint.Recommended, lint.Strict},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				verb, aliases := upgradeVerb(c)
				if verb != "" {
					if contains([]string{"yum", "dnf", "zypper"}, c.Name) && startsWith(verb, "up") && verb != "upgrade" && !installsLater(i, c) {
						aliases = append(aliases, "CKV_DOCKER_5", "DS-0017")
					}
					p.Report(lint.AtCommand(i, c), fmt.Sprintf("%s %s upgrades every package of the base image", c.Name, verb), direct(c, aliases...))
				}
			})
		},
	}
}

// installsLater reports whether a RUN installs something: Trivy and Checkov then
// take an update for that of the package lists.
func installsLater(i *dockerfile.Instruction, update *dockerfile.Command) bool {
	for _, c := range i.Script.Commands {
		if c.Name == update.Name && c.Has("install", "reinstall", "groupinstall", "localinstall", "source-install", "add") {
			return true
		}
	}
	return false
}

// upgradeVerb returns the word with which a package manager upgrades all it
// has, and what other linters call that.
func upgradeVerb(c *dockerfile.Command) (verb string, aliases []string) {
	operands := c.Operands("o", "option", "c", "t", "target-release", "repository", "X", "enablerepo", "disablerepo")
	if len(operands) != 1 {
		return "", nil
	}
	verb = operands[0].Text
	switch c.Name {
	case "apt-get", "apt", "aptitude":
		switch verb {
		case "upgrade", "full-upgrade", "safe-upgrade":
			return verb, named(c, "apt-get", "DL3005", "avoid-apt-get-upgrade")
		case "dist-upgrade":
			return verb, named(c, "apt-get", "DKL-DI-0003", "DL3005", "DS-0024", "avoid-apt-get-upgrade")
		}
	case "apk":
		if verb == "upgrade" {
			return verb, []string{"DL3017", "avoid-apk-upgrade"}
		}
	case "yum", "dnf", "microdnf", "tdnf":
		if verb == "update" || verb == "upgrade" || verb == "distro-sync" {
			if c.Name == "yum" {
				return verb, []string{"DL3031", "avoid-yum-update"}
			}
			return verb, named(c, "dnf", "DL3039", "avoid-dnf-update")
		}
	case "zypper":
		if verb == "update" || verb == "up" {
			return verb, []string{"avoid-zypper-update"}
		}
	}
	return "", nil
}

// named returns the aliases when the command has this name.
func named(c *dockerfile.Command, name string, aliases ...string) []string {
	if c.Name == name {
		return aliases
	}
	return nil
}
