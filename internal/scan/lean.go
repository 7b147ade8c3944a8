package scan

import (
	"github.com/anchore/syft/syft/artifact"
	"github.com/anchore/syft/syft/pkg"
	"github.com/anchore/syft/syft/sbom"
)

// lean is a bill of materials with what matching needs, for later runs: without
// the image's files, and the lists of files in its packages. Reading it is most
// of what such a run does. Alpine's packages keep their lists, because what its
// advisories say of a package holds for the files that it owns. The functions of
// Go programs are told apart, because a later run needs few of them.
func lean(bill *sbom.SBOM) (*sbom.SBOM, map[artifact.ID]symbols) {
	thin := *bill
	thin.Artifacts = sbom.Artifacts{LinuxDistribution: bill.Artifacts.LinuxDistribution, Unknowns: bill.Artifacts.Unknowns}
	var packages []pkg.Package
	apart := map[artifact.ID]symbols{}
	for p := range bill.Artifacts.Packages.Enumerate() {
		if m, ok := p.Metadata.(pkg.GolangBinaryBuildinfoEntry); ok && symbols(m.Symbols).packable() {
			apart[p.ID()] = m.Symbols
			m.Symbols = nil
			p.Metadata = m
		}
		packages = append(packages, withoutFiles(p))
	}
	thin.Artifacts.Packages = pkg.NewCollection(packages...)
	thin.Relationships = nil
	for _, r := range bill.Relationships {
		if isPackage(r.From) && isPackage(r.To) {
			thin.Relationships = append(thin.Relationships, r)
		}
	}
	return &thin, apart
}

// withoutFiles keeps the package's id, which is a sum over the whole of it.
func withoutFiles(p pkg.Package) pkg.Package {
	switch m := p.Metadata.(type) {
	case pkg.DpkgDBEntry:
		m.Files = nil
		p.Metadata = m
	case pkg.RpmDBEntry:
		m.Files = nil
		p.Metadata = m
	}
	return p
}

func isPackage(thing artifact.Identifiable) bool {
	switch thing.(type) {
	case pkg.Package, *pkg.Package:
		return true
	}
	return false
}
