package gate

import (
	"fmt"
	"slices"
	"strings"
)

// excuses reports whether the statement says that what it is about is no
// finding: the vulnerability does not affect the product, or is fixed in it.
func (s Statement) excuses() bool { return s.Status == VEXNotAffected || s.Status == VEXFixed }

// isAbout reports whether the statement speaks of a finding.
func (s Statement) isAbout(f Finding) bool {
	return f.Analyzer == AnalyzerScan && (s.Image == "" || s.Image == f.Image) &&
		slices.ContainsFunc(s.IDs, f.Is) && (len(s.Packages) == 0 || slices.ContainsFunc(s.Packages, f.pkg().is))
}

// is reports whether a package URL of a statement names the package. One
// without a version names all of its versions; qualifiers that the statement
// does not give are not compared.
func (p Package) is(purl string) bool {
	own, qualifiers := cutPURL(p.PURL)
	named, asked := cutPURL(purl)
	if own == "" || named == "" {
		return false
	}
	if named != own && named != stripVersion(own) {
		return false
	}
	for qualifier := range strings.SplitSeq(asked, "&") {
		if qualifier != "" && !slices.Contains(strings.Split(qualifiers, "&"), qualifier) {
			return false
		}
	}
	return true
}

func cutPURL(purl string) (bare, qualifiers string) {
	purl, _, _ = strings.Cut(purl, "#")
	bare, qualifiers, _ = strings.Cut(purl, "?")
	return bare, qualifiers
}

func (s Statement) why() string {
	why := "VEX: not affected"
	if s.Status == VEXFixed {
		why = "VEX: fixed"
	}
	if s.Justification != "" {
		why += fmt.Sprintf(" (%s)", s.Justification)
	}
	if s.Author != "" {
		why += ", says " + s.Author
	}
	if s.Impact != "" {
		why += ": " + s.Impact
	}
	return why
}
