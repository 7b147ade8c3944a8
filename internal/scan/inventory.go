package scan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/syft/syft/file"
	syftpkg "github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/gate"
)

// inventory describes catalogued packages as reports show them, each once.
type inventory struct {
	in       Input
	platform string
	// source is gate.SourceContext for what the build context declares.
	source    string
	relations *relations
	// places turns the files of a package into what reports call them, for
	// sources that are not the image itself.
	places  *places
	distros map[pkg.ID]*distro.Distro
	byID    map[pkg.ID]gate.Component
}

// take describes every package of a catalogue.
func (v *inventory) take(found catalogue) {
	v.distros, v.byID = map[pkg.ID]*distro.Distro{}, map[pkg.ID]gate.Component{}
	for _, p := range found.packages {
		v.distros[p.ID] = p.Distro
	}
	for p := range found.all() {
		id := pkg.ID(p.ID())
		system, matched := v.distros[id]
		if !matched {
			// It is the inside of another package, which is matched.
			system = found.distro()
		}
		v.byID[id] = v.describe(p, system)
	}
}

func (v *inventory) describe(p syftpkg.Package, system *distro.Distro) gate.Component {
	layer, paths := evidence(p.Locations.ToSlice())
	c := gate.Component{
		Package: gate.Package{
			Name: p.Name, Version: p.Version, Type: string(p.Type), PURL: p.PURL,
			Licenses: licensesOf(p), Relation: v.relations.of(p, paths),
		},
		Image: v.in.Name, Platform: v.platform, Source: v.source, Paths: paths,
		Location: gate.Location{Layer: layer},
	}
	if ofSystem(p.Type) {
		c.Distro = distroID(system)
	}
	switch {
	case v.places != nil:
		c.Location, c.Paths = v.places.of(c.Package, paths)
	case v.in.Locate != nil:
		c.Location = v.in.Locate.Package(c.Package, layer, paths)
	}
	return c
}

// of returns the description of a package that was matched.
func (v *inventory) of(p pkg.Package) gate.Component {
	if known, ok := v.byID[p.ID]; ok {
		return known
	}
	// A document may hold what is no package of its own.
	layer, paths := evidence(p.Locations.ToSlice())
	c := gate.Component{
		Package:  gate.Package{Name: p.Name, Version: p.Version, Type: string(p.Type), PURL: p.PURL, Licenses: sortedSet(slices.Clone(p.Licenses))},
		Image:    v.in.Name,
		Platform: v.platform, Source: v.source, Paths: paths, Location: gate.Location{Layer: layer},
	}
	if ofSystem(p.Type) {
		c.Distro = distroID(p.Distro)
	}
	return c
}

// components lists the packages, sorted; one that lies in several places is
// listed once, with all of them.
func (v *inventory) components() []gate.Component {
	type identity struct{ name, version, kind, purl string }
	byIdentity := map[identity]gate.Component{}
	all := make([]gate.Component, 0, len(v.byID))
	for _, c := range v.byID {
		all = append(all, c)
	}
	slices.SortFunc(all, compareComponents)
	for _, c := range all {
		at := identity{c.Package.Name, c.Package.Version, c.Package.Type, c.Package.PURL}
		if known, ok := byIdentity[at]; ok {
			c = mergeComponents(known, c)
		}
		byIdentity[at] = c
	}
	out := make([]gate.Component, 0, len(byIdentity))
	for _, c := range byIdentity {
		out = append(out, c)
	}
	slices.SortFunc(out, compareComponents)
	return out
}

func mergeComponents(a, b gate.Component) gate.Component {
	a.Paths = sortedSet(slices.Concat(a.Paths, b.Paths))
	a.Package.Licenses = sortedSet(slices.Concat(a.Package.Licenses, b.Package.Licenses))
	a.Package.Relation = closest(a.Package.Relation, b.Package.Relation)
	a.Location = better(a.Location, b.Location)
	return a
}

func compareComponents(a, b gate.Component) int {
	return cmp.Or(
		cmp.Compare(a.Package.Name, b.Package.Name), cmp.Compare(a.Package.Version, b.Package.Version),
		cmp.Compare(a.Package.Type, b.Package.Type), cmp.Compare(a.Package.PURL, b.Package.PURL),
		cmp.Compare(a.Source, b.Source), slices.Compare(a.Paths, b.Paths), cmp.Compare(a.Location.Layer, b.Location.Layer),
		slices.Compare(a.Package.Licenses, b.Package.Licenses),
	)
}

// licensesOf are the licences that the package declares or that were found in
// it: SPDX expressions, or its own words cut to one short line.
func licensesOf(p syftpkg.Package) []string {
	const longest = 200
	var out []string
	for _, l := range p.Licenses.ToSlice() {
		text := cmp.Or(l.SPDXExpression, l.Value)
		if sum, found := strings.CutPrefix(text, "sha256:"); found {
			// A text that nobody recognized goes by its digest.
			text = "LicenseRef-sha256-" + sum
		}
		text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
		if text = strings.TrimSpace(text); text != "" {
			out = append(out, shorten(text, longest))
		}
	}
	return sortedSet(out)
}

// distroID writes a distribution for policies: debian:12. Debian's point
// releases are one distribution.
func distroID(d *distro.Distro) string {
	if d == nil {
		return ""
	}
	release := d.Version
	if d.Type == distro.Debian && d.MajorVersion() != "" {
		release = d.MajorVersion()
	}
	if release = cmp.Or(release, d.Codename); release == "" {
		return cmp.Or(d.ID(), d.Name())
	}
	return cmp.Or(d.ID(), d.Name()) + ":" + release
}

// evidence is where a package shows: its primary files, and their layer.
func evidence(locations []file.Location) (layer string, paths []string) {
	primary := slices.DeleteFunc(slices.Clone(locations), func(l file.Location) bool {
		return l.Annotations[syftpkg.EvidenceAnnotationKey] != syftpkg.PrimaryEvidenceAnnotation
	})
	if len(primary) > 0 {
		locations = primary
	}
	slices.SortFunc(locations, func(a, b file.Location) int {
		return cmp.Or(strings.Compare(a.RealPath, b.RealPath), strings.Compare(a.FileSystemID, b.FileSystemID))
	})
	for _, l := range locations {
		paths = append(paths, l.RealPath)
	}
	if len(locations) > 0 {
		layer = locations[0].FileSystemID
	}
	return layer, slices.Compact(paths)
}
