package report

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/report/plain"
)

// manifests lists the version changes by the place in which they are made.
func (p *printer) manifests(all []advise.Manifest) {
	if len(all) == 0 {
		return
	}
	p.Line(0, plain.Bold("The fewest version changes that clear what blocks"))
	for _, m := range all {
		p.Line(2, plain.Bold(manifestTitle(m)))
		for _, u := range m.Upgrades {
			p.upgrade(u)
		}
		if command := m.Command(); command != "" {
			p.Line(4, plain.Dim("RUN "+plain.Text(command)))
		}
	}
}

func manifestTitle(m advise.Manifest) string {
	image := plain.Word(m.Image)
	switch m.Kind {
	case advise.ManifestFile, advise.ManifestInstruction:
		return plain.Word(lineOf(m.Path, m.Line)) + "  (" + image + ")"
	case advise.ManifestSystem:
		return "packages of " + plain.Word(m.Distro) + " in " + image
	case advise.ManifestBase:
		return "the base image " + plain.Word(m.BaseImage) + " of " + image
	}
	return image
}

func (p *printer) upgrade(u advise.Upgrade) {
	name := plain.Word(u.Package.Name) + " " + plain.Word(u.Package.Version)
	if u.To == "" {
		p.Line(4, plain.Bare(name), plain.StyleCare.Of("  no version clears it"))
	} else {
		facts := []string{"clears " + idList(u.Clears)}
		if u.Package.Relation != "" {
			facts = append([]string{string(u.Package.Relation)}, facts...)
		}
		p.Line(4, plain.Bare(name+" → "), plain.StyleGood.Of(plain.Word(u.To)), plain.Dim("  "+strings.Join(facts, " · ")))
	}
	for _, left := range u.Left {
		p.wrapped(6, []plain.Segment{plain.StyleYellow.Of(plain.Word(left.ID) + " stays: ")}, plain.Bare(plain.Text(left.Why)))
	}
}

func idList(ids []string) string {
	var shown []string
	for _, id := range ids[:min(len(ids), mostCleared)] {
		shown = append(shown, plain.Word(id))
	}
	text := strings.Join(shown, ", ")
	if more := len(ids) - mostCleared; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
