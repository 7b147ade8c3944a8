package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// rpmPinned holds for what hadolint takes for a package with a version:
// name-1.2, a file with a dash in its name, and name-${VERSION} where the
// variable is known.
func rpmPinned(name string, known func(string) bool) bool {
	_, version, dashed := strings.Cut(name, "-")
	switch {
	case !dashed:
		return false
	case strings.HasSuffix(name, ".rpm"):
		return true
	case strings.Contains(name, "$"):
		return usesVariable(name, known)
	}
	digit := false
	for _, part := range strings.Split(version, "-") {
		if strings.Trim(part, versionCharacters) != "" {
			return false
		}
		digit = digit || part != "" && part[0] >= '0' && part[0] <= '9'
	}
	return digit
}

const versionCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.~^_:+"

// rpmOpen holds for names of which nobody can say that they lack a version:
// files, addresses, groups, provided capabilities and variables.
func rpmOpen(name string) bool {
	return strings.HasSuffix(name, ".rpm") || startsWith(name, "@", "/", ".") || hasAny(name, "$", "://", "(", "*")
}

// usesVariable reports whether a text has ${NAME} of a name that is known.
func usesVariable(text string, known func(string) bool) bool {
	for _, rest := range strings.Split(text, "${")[1:] {
		name, _, closed := strings.Cut(rest, "}")
		if closed && known(name) {
			return true
		}
	}
	return false
}

// checkRpmVersions reports an install of packages that name no version, by yum
// or one of its
// successors. known tells the variables that are set; subcommands are those that do not take packages.
func checkRpmVersions(p *lint.Pass, i *dockerfile.Instruction, c *dockerfile.Command, known func(string) bool, alias string, subcommands ...string) {
	if !c.Has("install") {
		return
	}
	isModule := c.Has("module")
	fixed := func(name string) bool {
		if isModule {
			return strings.Contains(name, ":")
		}
		return c.Has(subcommands...) || rpmPinned(name, known)
	}
	var ours, hadolints []string
	for _, arg := range c.Operands(rpmValued[:]...) {
		if arg.Text != "install" && arg.Text != "module" && !fixed(arg.Text) && !rpmOpen(arg.Text) {
			ours = append(ours, arg.Text)
		}
	}
	for _, arg := range c.Operands() {
		if arg.Text != "install" && arg.Text != "module" && !fixed(arg.Text) {
			hadolints = append(hadolints, arg.Text)
		}
	}
	if len(ours) == 0 && parity(p) {
		ours = hadolints
	}
	unpinned{names: ours, seen: len(hadolints) > 0}.report(p, i, c, alias)
}

// rpmValued are the flags of yum and dnf that take a value.
var rpmValued = [...]string{"c", "d", "e", "R", "x", "config", "enablerepo", "disablerepo", "repo", "repoid", "releasever", "installroot", "setopt", "exclude", "forcearch"}
