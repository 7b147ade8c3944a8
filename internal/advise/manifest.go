package advise

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// ManifestKind says what a group of version changes is made in.
type ManifestKind string

// The kinds there are, in the order in which manifests are listed.
const (
	// ManifestFile is a file of the build context that declares the packages: a
	// manifest or its lock file.
	ManifestFile ManifestKind = "file"
	// ManifestInstruction is an instruction of the Dockerfile that brings the
	// packages in, where no file of the context is known to declare them.
	ManifestInstruction ManifestKind = "instruction"
	// ManifestImage is an image of which nothing tells what brought them in.
	ManifestImage ManifestKind = "image"
	// ManifestSystem are the packages of the image's distribution, whoever
	// installed them: they are updated together.
	ManifestSystem ManifestKind = "system"
	// ManifestBase is the base image, for packages of no distribution.
	ManifestBase ManifestKind = "base"
)

// Manifest is a place in which versions are changed, and the changes.
type Manifest struct {
	Kind ManifestKind
	// Image is the logical name of the image.
	Image string
	// Path is the file, relative to the repository's root: the lock file, or
	// the Dockerfile. Line is the line of the instruction; it is 0 for lock files.
	// Both are empty where nothing is known.
	Path string
	Line int
	// BaseImage is what FROM names, and Distro the distribution, for the kinds
	// that are about them.
	BaseImage, Distro string
	// Upgrades are sorted by package.
	Upgrades []Upgrade
}

// Upgrade is a change of one package's version.
type Upgrade struct {
	// Package is the package as it is. Its relation says whether the application
	// asks for it; a transitive package moves with one of those that bring it.
	Package gate.Package
	// To is the least version to take; empty where none helps.
	To string
	// Clears are the ids that do not block any more with it, sorted.
	Clears []string
	// Left are those that block all the same.
	Left []Leftover
	// Line is where the manifest names the package, or the Dockerfile brings it
	// in; 0 where that is not known.
	Line int
	// Files are where the image has the package, sorted. Base is true where it
	// came with the base image.
	Files []string
	Base  bool
}

// Leftover is a finding that no version clears.
type Leftover struct {
	ID string
	// Why is one sentence without a full stop.
	Why string
}

// Command is what updates the packages of a distribution by its own tool, for a
// RUN instruction. It is empty for all other kinds, for distributions whose tool
// is not known, and where nothing can be updated. Packages whose names are none
// of the distribution's are left out of it: it is made to be copied to a shell.
func (m Manifest) Command() string {
	var names []string
	kind := ""
	for _, u := range m.Upgrades {
		if m.Kind == ManifestSystem && u.To != "" && plainName.MatchString(u.Package.Name) {
			names, kind = append(names, u.Package.Name), u.Package.Type
		}
	}
	list := strings.Join(sortedSet(names), " ")
	switch {
	case list == "":
		return ""
	case kind == "deb":
		return "apt-get update && apt-get install -y --only-upgrade " + list
	case kind == "apk":
		return "apk upgrade --no-cache " + list
	case kind == "rpm":
		return "dnf upgrade -y " + list
	}
	return ""
}

// plainName is what the names of a distribution's packages look like.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+._-]*$`)

func compareManifests(a, b Manifest) int {
	return cmp.Or(
		cmp.Compare(a.Image, b.Image), cmp.Compare(a.Kind.rank(), b.Kind.rank()),
		cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.BaseImage, b.BaseImage), cmp.Compare(a.Distro, b.Distro),
	)
}

func (k ManifestKind) rank() int {
	return slices.Index([]ManifestKind{ManifestFile, ManifestInstruction, ManifestImage, ManifestSystem, ManifestBase}, k)
}

func compareUpgrades(a, b Upgrade) int {
	return cmp.Or(
		cmp.Compare(a.Package.Name, b.Package.Name), cmp.Compare(a.Package.Type, b.Package.Type),
		cmp.Compare(a.Package.PURL, b.Package.PURL), cmp.Compare(a.Package.Version, b.Package.Version),
		cmp.Compare(a.Line, b.Line),
	)
}
