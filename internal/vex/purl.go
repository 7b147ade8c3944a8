package vex

import (
	"strings"

	"github.com/anchore/packageurl-go"
)

// purl is a package URL that was taken apart.
type purl struct {
	packageurl.PackageURL
	// text is its canonical spelling without subpath, as the catalogue of a
	// scan writes it.
	text string
}

// parsePURL reads a package URL; ok is false when it is none.
func parsePURL(spelled string) (parsed purl, ok bool) {
	const longest = 4096
	if len(spelled) > longest || !strings.HasPrefix(spelled, "pkg:") {
		return purl{}, false
	}
	read, err := packageurl.FromString(spelled)
	if err != nil {
		return purl{}, false
	}
	whole := read
	whole.Subpath = ""
	return purl{PackageURL: read, text: whole.String()}, true
}

// part reports whether it names only a part of a package.
func (p purl) part() bool { return strings.Trim(p.Subpath, "/") != "" }

// software is the package without version and qualifiers, to compare.
func (p purl) software() string {
	return strings.ToLower(p.Type + "\x00" + p.Namespace + "\x00" + p.Name)
}

// covered reports whether an excused package URL stands for a package of an image.
func (p purl) covered(whole purl) bool {
	if p.software() != whole.software() || p.Version != "" && p.Version != whole.Version {
		return false
	}
	have := whole.Qualifiers.Map()
	for key, value := range p.Qualifiers.Map() {
		if have[key] != value {
			return false
		}
	}
	return true
}
