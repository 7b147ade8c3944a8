package packages

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

const (
	// maxShown is how many of many things a message names, and maxRunes how
	// long a text of a package may be in it, in characters.
	maxShown = 5
	maxRunes = 120
)

// findingOf makes a finding about a component. Analyze fills in whose and where.
func findingOf(c gate.Component, rule string, severity gate.Severity, message string) gate.Finding {
	about := c.Package
	return gate.Finding{
		Rule: rule, Aliases: []string{}, Severity: severity, Distro: c.Distro, Source: c.Source,
		Package: &about, Location: c.Location, Paths: c.Paths, Message: message,
	}
}

// called names a package for people.
func called(p gate.Package) string {
	name := text(p.Name)
	if p.Version != "" {
		name += " " + text(p.Version)
	}
	if p.Type != "" {
		name += " (" + p.Type + ")"
	}
	return name
}

// at tells where a piece of policy is written.
func at(origin gate.Origin) string {
	if origin == "" {
		return ""
	}
	return fmt.Sprintf(" [%s]", origin)
}

// text puts foreign words on one line and shortens them.
func text(words string) string {
	runes := []rune(strings.Join(strings.Fields(words), " "))
	if len(runes) > maxRunes {
		return string(runes[:maxRunes-1]) + "…"
	}
	return string(runes)
}

// some lists the first few of many.
func some(all []string) string {
	if len(all) <= maxShown {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:maxShown], ", "), len(all)-maxShown)
}
