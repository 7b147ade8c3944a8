package scan_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/anchore/syft/syft/cpe"
	"github.com/anchore/syft/syft/file"
	"github.com/anchore/syft/syft/format/syftjson"
	"github.com/anchore/syft/syft/linux"
	"github.com/anchore/syft/syft/pkg"
	cpes "github.com/anchore/syft/syft/pkg/cataloger/common/cpe"
	"github.com/anchore/syft/syft/sbom"
	"github.com/anchore/syft/syft/source"
)

// fleetShape says how large a fleet is. Images stand on base images, which they
// have in common, and bring packages of languages with them: some of a store of
// shared ones, and a part of their own.
type fleetShape struct {
	bases, shared int
	// fewest and most are the packages of an image.
	fewest, most int
	own          float64
}

// largeFleet is what the measurement takes: more than 30 % of all pairs of a
// name and a version are different ones.
func largeFleet() fleetShape {
	return fleetShape{bases: 40, shared: 4000, fewest: 200, most: 800, own: 0.5}
}

// fleet makes bills of materials of images that do not exist, of packages with
// the names and around the versions that a database has records of. The same
// number always gives the same bill.
type fleet struct {
	shape  fleetShape
	bases  []fleetBase
	shared []pkg.Package
	names  fleetNames
	guess  map[string][]cpe.CPE
}

// fleetBase is what images have below them.
type fleetBase struct {
	release  linux.Release
	layer    string
	packages []pkg.Package
}

// fleetSystem is a distribution that base images are of.
type fleetSystem struct {
	id, version, codename string
	kind                  pkg.Type
}

func fleetSystems() []fleetSystem {
	return []fleetSystem{
		{"debian", "12", "bookworm", pkg.DebPkg}, {"debian", "11", "bullseye", pkg.DebPkg},
		{"debian", "10", "buster", pkg.DebPkg}, {"debian", "12", "bookworm", pkg.DebPkg},
		{"alpine", "3.20.3", "", pkg.ApkPkg}, {"alpine", "3.11.5", "", pkg.ApkPkg},
		{"almalinux", "9.4", "", pkg.RpmPkg}, {"almalinux", "8.10", "", pkg.RpmPkg},
	}
}

func newFleet(names fleetNames, shape fleetShape) *fleet {
	f := &fleet{shape: shape, names: names, guess: map[string][]cpe.CPE{}}
	for i := range shape.bases {
		random := rand.New(rand.NewPCG(uint64(i), 1))
		system := fleetSystems()[i%len(fleetSystems())]
		base := fleetBase{layer: fmt.Sprintf("sha256:%064x", 1_000_000+i), release: linux.Release{
			PrettyName: system.id + " " + system.version, Name: system.id, ID: system.id, VersionID: system.version, VersionCodename: system.codename,
		}}
		for _, name := range names.sample(random, system.kind, 80+random.IntN(140)) {
			base.packages = append(base.packages, f.system(random, system, name))
		}
		f.bases = append(f.bases, base)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range shape.shared {
		f.shared = append(f.shared, f.language(random))
	}
	return f
}

// written is a bill of materials in syft JSON.
func written(bill *sbom.SBOM) ([]byte, error) {
	var out bytes.Buffer
	err := syftjson.NewFormatEncoder().Encode(&out, *bill)
	return out.Bytes(), err
}

// document is the numbered bill of materials.
func (f *fleet) document(number int) *sbom.SBOM {
	random := rand.New(rand.NewPCG(uint64(number), 3))
	base := f.bases[random.IntN(len(f.bases))]
	size := f.shape.fewest + random.IntN(f.shape.most-f.shape.fewest+1)
	packages := slices.Clone(base.packages)
	packages = packages[:min(size, len(packages))]
	for len(packages) < size {
		if random.Float64() < f.shape.own {
			packages = append(packages, f.language(random))
		} else {
			packages = append(packages, f.shared[random.IntN(len(f.shared))])
		}
	}
	layer := fmt.Sprintf("sha256:%064x", number)
	for i := range packages {
		at := layer
		if i < len(base.packages) {
			at = base.layer
		}
		packages[i] = f.placed(packages[i], at, i)
	}
	release := base.release
	return &sbom.SBOM{
		Artifacts: sbom.Artifacts{Packages: pkg.NewCollection(packages...), LinuxDistribution: &release},
		Source: source.Description{
			ID: fmt.Sprintf("%064x", number), Name: fmt.Sprintf("registry.example/app-%d", number), Version: layer,
			Metadata: source.ImageMetadata{UserInput: fmt.Sprintf("registry.example/app-%d:1", number), ID: layer, ManifestDigest: layer},
		},
		Descriptor: sbom.Descriptor{Name: "gate", Version: "0.0.0-test"},
	}
}

// placed is a package in one image, where it has a place and an id of its own.
func (f *fleet) placed(p pkg.Package, layer string, i int) pkg.Package {
	where := fmt.Sprintf("/app/%d/%s", i, p.Name)
	switch p.Type {
	case pkg.DebPkg:
		where = "/var/lib/dpkg/status"
	case pkg.ApkPkg:
		where = "/lib/apk/db/installed"
	case pkg.RpmPkg:
		where = "/var/lib/rpm/rpmdb.sqlite"
	case pkg.GoModulePkg:
		where = "/usr/local/bin/app"
	}
	place := file.NewLocationFromCoordinates(file.Coordinates{RealPath: where, FileSystemID: layer})
	p.Locations = file.NewLocationSet(place.WithAnnotation(pkg.EvidenceAnnotationKey, pkg.PrimaryEvidenceAnnotation))
	p.CPEs = f.cpes(p)
	p.SetID()
	return p
}

// cpes are the first of those that syft works out of a name, which takes long.
func (f *fleet) cpes(p pkg.Package) []cpe.CPE {
	at := string(p.Type) + " " + p.Name
	known, ok := f.guess[at]
	if !ok {
		known = cpes.Generate(p)
		known = known[:min(4, len(known))]
		f.guess[at] = known
	}
	out := slices.Clone(known)
	for i := range out {
		out[i].Attributes.Version = p.Version
	}
	return out
}

// system is a package of a distribution.
func (f *fleet) system(random *rand.Rand, system fleetSystem, name string) pkg.Package {
	p := pkg.Package{Name: name, Version: f.names.version(random, system.kind, name), Type: system.kind, FoundBy: "fleet",
		Licenses: pkg.NewLicenseSet(pkg.NewLicense("MIT"))}
	origin := name
	if random.IntN(2) == 0 {
		p.Name = "lib" + name + fmt.Sprint(random.IntN(4))
	}
	p.PURL = fmt.Sprintf("pkg:%s/%s/%s@%s?arch=amd64&distro=%s-%s", system.kind, system.id, p.Name, p.Version, system.id, system.version)
	switch system.kind {
	case pkg.DebPkg:
		p.Metadata = pkg.DpkgDBEntry{Package: p.Name, Version: p.Version, Source: origin, Architecture: "amd64", Maintainer: "Somebody <somebody@example.org>", InstalledSize: random.IntN(9000)}
	case pkg.ApkPkg:
		entry := pkg.ApkDBEntry{Package: p.Name, Version: p.Version, OriginPackage: origin, Architecture: "x86_64", Size: random.IntN(9000)}
		for i := range 8 {
			entry.Files = append(entry.Files, pkg.ApkFileRecord{Path: fmt.Sprintf("/usr/lib/%s/%d.so", p.Name, i)})
		}
		p.Metadata = entry
	case pkg.RpmPkg:
		epoch := 0
		p.Metadata = pkg.RpmDBEntry{Name: p.Name, Version: p.Version, Epoch: &epoch, Arch: "x86_64", Release: "1.el9", SourceRpm: origin + "-" + p.Version + ".src.rpm", Vendor: "AlmaLinux"}
	}
	return p
}

// language is a package of a language: one that the database knows, or one that
// has a name like it.
func (f *fleet) language(random *rand.Rand) pkg.Package {
	kind := []pkg.Type{pkg.NpmPkg, pkg.NpmPkg, pkg.NpmPkg, pkg.PythonPkg, pkg.PythonPkg, pkg.GoModulePkg, pkg.GoModulePkg, pkg.JavaPkg}[random.IntN(8)]
	name := f.names.sample(random, kind, 1)[0]
	if random.IntN(4) > 0 {
		name += []string{"core", "utils", "types", "client", "api", "plugin"}[random.IntN(6)]
	}
	p := pkg.Package{Name: name, Version: f.names.version(random, kind, name), Type: kind, FoundBy: "fleet"}
	return described(p)
}

// described fills in what packages of each kind carry.
func described(p pkg.Package) pkg.Package {
	sum := fnv.New64a()
	_, _ = fmt.Fprint(sum, p.Name, p.Version)
	digest := fmt.Sprintf("%040x", sum.Sum64())
	p.PURL = fmt.Sprintf("pkg:%s/%s@%s", p.Type.PackageURLType(), p.Name, p.Version)
	switch p.Type {
	case pkg.NpmPkg:
		p.Language = pkg.JavaScript
		p.Licenses = pkg.NewLicenseSet(pkg.NewLicense("MIT"))
		p.Metadata = pkg.NpmPackage{Name: p.Name, Version: p.Version, Homepage: "https://example.org/" + p.Name, Description: "Does what " + p.Name + " does"}
	case pkg.PythonPkg:
		p.Language = pkg.Python
		p.Licenses = pkg.NewLicenseSet(pkg.NewLicense("BSD-3-Clause"))
		p.Metadata = pkg.PythonPackage{Name: p.Name, Version: p.Version, Author: "Somebody", SitePackagesRootPath: "/usr/lib/python3/site-packages"}
	case pkg.GoModulePkg:
		p.Language = pkg.Go
		p.Metadata = pkg.GolangBinaryBuildinfoEntry{GoCompiledVersion: "go1.22.1", Architecture: "amd64", H1Digest: "h1:" + digest, MainModule: "example.org/app"}
	case pkg.JavaPkg:
		p.Language = pkg.Java
		group, artifact, _ := strings.Cut(p.Name, ":")
		p.Name = artifact
		p.PURL = fmt.Sprintf("pkg:maven/%s/%s@%s", group, artifact, p.Version)
		p.Metadata = pkg.JavaArchive{
			VirtualPath:    "/app/app.jar:BOOT-INF/lib/" + artifact + ".jar",
			PomProperties:  &pkg.JavaPomProperties{GroupID: group, ArtifactID: artifact, Version: p.Version},
			ArchiveDigests: []file.Digest{{Algorithm: "sha1", Value: digest}},
		}
	}
	return p
}
