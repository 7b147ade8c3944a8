package report

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/advise"
)

// manifests lists the version changes by the place in which they are made.
func (p *printer) manifests(all []advise.Manifest) {
	if len(all) == 0 {
		return
	}
	p.line(0, bold("The fewest version changes that clear what blocks"))
	for _, m := range all {
		p.line(2, bold(manifestTitle(m)))
		for _, u := range m.Upgrades {
			p.upgrade(u)
		}
		if command := m.Command(); command != "" {
			p.line(4, dim("RUN "+plain(command)))
		}
	}
}

func manifestTitle(m advise.Manifest) string {
	image := word(m.Image)
	switch m.Kind {
	case advise.ManifestFile, advise.ManifestInstruction:
		return word(lineOf(m.Path, m.Line)) + "  (" + image + ")"
	case advise.ManifestSystem:
		return "packages of " + word(m.Distro) + " in " + image
	case advise.ManifestBase:
		return "the base image " + word(m.BaseImage) + " of " + image
	}
	return image
}

func (p *printer) upgrade(u advise.Upgrade) {
	name := word(u.Package.Name) + " " + word(u.Package.Version)
	if u.To == "" {
		p.line(4, bare(name), segment{styleCare, "  no version clears it"})
	} else {
		facts := []string{"clears " + idList(u.Clears)}
		if u.Package.Relation != "" {
			facts = append([]string{string(u.Package.Relation)}, facts...)
		}
		p.line(4, bare(name+" → "), segment{styleGood, word(u.To)}, dim("  "+strings.Join(facts, " · ")))
	}
	for _, left := range u.Left {
		p.wrapped(6, []segment{{styleYellow, word(left.ID) + " stays: "}}, bare(plain(left.Why)))
	}
}

func idList(ids []string) string {
	var shown []string
	for _, id := range ids[:min(len(ids), mostCleared)] {
		shown = append(shown, word(id))
	}
	text := strings.Join(shown, ", ")
	if more := len(ids) - mostCleared; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
