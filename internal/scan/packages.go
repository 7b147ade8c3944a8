package scan

import (
	"slices"
	"strings"

	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/syft/syft/artifact"
	syftpkg "github.com/anchore/syft/syft/pkg"
	"github.com/anchore/syft/syft/sbom"
)

// describe turns syft's catalogue into the matcher's packages. It does directly
// what a trip through a written bill of materials would do.
func describe(bill *sbom.SBOM) catalogue {
	return describeAs(bill, pkg.FromCollection(bill.Artifacts.Packages, bill.Relationships, synthesis()))
}

// describeAs takes the packages as the matcher wants them.
func describeAs(bill *sbom.SBOM, packages []*pkg.Package) catalogue {
	release := bill.Artifacts.LinuxDistribution
	system := distro.FromRelease(release, distro.DefaultFixChannels())
	about := pkg.Context{Source: &bill.Source, Distro: system, DistroDetectionFailed: release != nil && system == nil}
	if about.Distro == nil {
		about.Distro = commonDistro(packages)
	}
	for _, p := range packages {
		if p.Distro == nil {
			p.Distro = about.Distro
		}
	}
	packages = slices.DeleteFunc(packages, belongsToAnother)
	return catalogue{sbom: bill, packages: pkg.FromPtrs(packages), context: about}
}

// commonDistro is the distribution that all packages which name one agree on.
func commonDistro(packages []*pkg.Package) *distro.Distro {
	var common *distro.Distro
	for _, p := range packages {
		switch {
		case p.Distro == nil:
		case common == nil:
			common = p.Distro
		case common.Type != p.Distro.Type || common.Version != p.Distro.Version || common.Codename != p.Distro.Codename:
			return nil
		}
	}
	return common
}

// belongsToAnother reports whether a package is the inside of another one that
// is matched anyway: a program or module whose file a distribution's package
// owns at the same version.
func belongsToAnother(p *pkg.Package) bool {
	return slices.ContainsFunc(p.RelatedPackages[artifact.OwnershipByFileOverlapRelationship], func(owner *pkg.Package) bool {
		if owner == nil || owner.Distro == nil {
			return false
		}
		// Names differ (python, python3.11), versions differ in their tails.
		if !strings.HasPrefix(owner.Version, p.Version) && !strings.HasPrefix(p.Version, owner.Version) {
			return false
		}
		if p.Type == syftpkg.BinaryPkg {
			return true
		}
		return listsUnfixed(owner.Distro) && ofSystem(owner.Type) && !ofSystem(p.Type)
	})
}

// listsUnfixed reports whether a distribution publishes what it has not mended
// too, so that nothing is lost when its word is taken.
func listsUnfixed(d *distro.Distro) bool {
	if d.Type == distro.AmazonLinux {
		return false
	}
	families := []distro.Type{
		distro.ArchLinux, distro.Azure, distro.Debian, distro.Mariner, distro.RedHat, distro.SLES, distro.Ubuntu,
	}
	return slices.ContainsFunc(families, func(family distro.Type) bool {
		like := func(name string) bool { return strings.EqualFold(string(family), name) }
		return like(d.Name()) || slices.ContainsFunc(d.IDLike, like)
	})
}

// ofSystem reports whether packages of this type come from a distribution.
func ofSystem(t syftpkg.Type) bool {
	switch t {
	case syftpkg.DebPkg, syftpkg.RpmPkg, syftpkg.ApkPkg, syftpkg.AlpmPkg, syftpkg.PortagePkg:
		return true
	}
	return false
}

// distroName writes a distribution for people: debian 12.
func distroName(d *distro.Distro) string {
	if d == nil {
		return ""
	}
	return d.String()
}
