package spdx

import (
	"slices"
	"strings"
	"sync"

	"github.com/github/go-spdx/v2/spdxexp/spdxlicenses"
)

// PublicDomain is the ID of works that nobody has rights in. SPDX has none for it.
const PublicDomain = "public-domain"

// License is one licence of an expression.
type License struct {
	// Text is what was written.
	Text string
	// ID is SPDX's identifier, without -only and -or-later (GPL-2.0, MIT), or
	// PublicDomain; empty where the words are no licence that is known.
	ID string
	// Later is true where any later version may be taken instead.
	Later bool
	// Exception is SPDX's identifier of what WITH adds, or the words that were
	// written. With Strange they are not known, and may as well take away.
	Exception string
	Strange   bool
}

// String spells the licence as SPDX does, or as it was written where it is not known.
func (l License) String() string {
	if l.ID == "" {
		return l.Text
	}
	spelled := l.Plain()
	if l.Exception != "" {
		spelled += " WITH " + l.Exception
	}
	return spelled
}

// Plain spells the licence without its exception.
func (l License) Plain() string {
	versioned := listed(l.ID + "-only")
	switch {
	case l.Later && versioned:
		return l.ID + "-or-later"
	case l.Later:
		return l.ID + "+"
	case versioned:
		return l.ID + "-only"
	}
	return l.ID
}

// Known reports whether it is certain what the licence says.
func (l License) Known() bool { return l.ID != "" && !l.Strange }

// Versions are the identifiers that the licence may be taken as, the lowest
// first: its own, and those of later versions where it allows them.
func (l License) Versions() []string {
	versions := []string{l.ID}
	if !l.Later {
		return versions
	}
	for _, family := range families() {
		at := slices.IndexFunc(family, func(same []string) bool { return slices.Contains(same, l.ID) })
		if at < 0 {
			continue
		}
		for _, same := range family[at+1:] {
			versions = append(versions, slices.DeleteFunc(slices.Clone(same), isVariant)...)
		}
		break
	}
	return versions
}

// families are identifiers that are versions of one licence: for each family its
// versions, and for each version its spellings.
var families = sync.OnceValue(spdxlicenses.LicenseRanges)

// isVariant reports whether an identifier is another one's -only or -or-later.
func isVariant(id string) bool {
	return strings.HasSuffix(id, "-only") || strings.HasSuffix(id, "-or-later") || strings.HasSuffix(id, "+")
}

// listed reports whether SPDX has an identifier, in use or deprecated.
func listed(id string) bool {
	_, ok := Spelling(id)
	return ok
}

// Spelling is how SPDX spells the identifier of a licence, in use or deprecated,
// whatever the case it is given in; false when SPDX has no such identifier.
func Spelling(id string) (string, bool) {
	if ok, spelled := spdxlicenses.IsActiveLicense(id); ok {
		return spelled, true
	}
	ok, spelled := spdxlicenses.IsDeprecatedLicense(id)
	return spelled, ok
}
