package advisories

import (
	"fmt"
	"strings"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/syft/syft/pkg"
)

// ecosystem says how packages of one kind are written in the database.
type ecosystem struct {
	// provider is the database's name for the publisher of such records; it
	// becomes the first part of a finding's namespace.
	provider string
	kind     pkg.Type
	// format is the way versions are compared.
	format string
	// system is set for the packages of a distribution.
	system *v6.OperatingSystem
}

// languages are the ecosystems without a version of their own, by the names
// that may be written for them.
func languages() map[string]ecosystem {
	github := func(kind pkg.Type, format string) ecosystem {
		return ecosystem{provider: "github", kind: kind, format: format}
	}
	return map[string]ecosystem{
		"npm":      github(pkg.NpmPkg, "npm"),
		"python":   github(pkg.PythonPkg, "python"),
		"pypi":     github(pkg.PythonPkg, "python"),
		"go":       github(pkg.GoModulePkg, "go"),
		"gem":      github(pkg.GemPkg, "gem"),
		"rubygems": github(pkg.GemPkg, "gem"),
		"maven":    github(pkg.JavaPkg, "maven"),
		"cargo":    github(pkg.RustPkg, "semantic"),
		"composer": github(pkg.PhpComposerPkg, "composer"),
		"nuget":    github(pkg.DotnetPkg, "nuget"),
		"hex":      github(pkg.HexPkg, "hex"),
		"pub":      github(pkg.DartPubPkg, "pub"),
	}
}

// distributions are the ecosystems that carry a release: debian:12.
func distributions() map[string]ecosystem {
	return map[string]ecosystem{
		"debian": {provider: "debian", kind: pkg.DebPkg, format: "dpkg"},
		"ubuntu": {provider: "ubuntu", kind: pkg.DebPkg, format: "dpkg"},
		"alpine": {provider: "alpine", kind: pkg.ApkPkg, format: "apk"},
		"wolfi":  {provider: "wolfi", kind: pkg.ApkPkg, format: "apk"},
		"redhat": {provider: "rhel", kind: pkg.RpmPkg, format: "rpm"},
		"amazon": {provider: "amazon", kind: pkg.RpmPkg, format: "rpm"},
	}
}

// parseEcosystem reads an ecosystem's name.
func parseEcosystem(name string) (ecosystem, error) {
	family, release, hasRelease := strings.Cut(name, ":")
	if found, ok := languages()[name]; ok {
		return found, nil
	}
	found, ok := distributions()[family]
	switch {
	case !ok:
		return ecosystem{}, fmt.Errorf("%q is not a known ecosystem: use npm, python, go, gem, maven, cargo, composer, nuget, hex, pub, or a distribution such as debian:12 or alpine:3.20", name)
	case !hasRelease || release == "":
		return ecosystem{}, fmt.Errorf("%q needs a release, such as %s:12", name, family)
	}
	found.system = operatingSystem(family, release)
	return found, nil
}

// operatingSystem splits a release into the parts that the database keeps. A
// release that does not begin with a digit is a label, such as edge.
func operatingSystem(family, release string) *v6.OperatingSystem {
	system := &v6.OperatingSystem{Name: family, ReleaseID: family}
	if release[0] < '0' || release[0] > '9' {
		system.LabelVersion = release
		return system
	}
	system.MajorVersion, system.MinorVersion, _ = strings.Cut(release, ".")
	system.Codename = codename(family, release)
	return system
}

// codename is the word that a distribution writes into os-release beside the
// number, by which the matcher looks for its records; empty when there is none.
func codename(family, release string) string {
	major, _, _ := strings.Cut(release, ".")
	switch family {
	case "debian":
		return map[string]string{
			"9": "stretch", "10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie",
		}[major]
	case "ubuntu":
		return map[string]string{
			"18.04": "bionic", "20.04": "focal", "22.04": "jammy", "24.04": "noble",
		}[release]
	}
	return ""
}
