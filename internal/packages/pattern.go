package packages

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// bare is a package URL without qualifiers and subpath.
func bare(purl string) string {
	purl, _, _ = strings.Cut(purl, "#")
	purl, _, _ = strings.Cut(purl, "?")
	return purl
}

// purlLike reports whether a package URL is like a pattern: as it is, without
// its qualifiers, or without its version.
func purlLike(pattern, purl string) bool {
	if purl == "" {
		return false
	}
	short := bare(purl)
	unversioned := short
	if at := strings.LastIndexByte(short, '@'); at > strings.LastIndexByte(short, '/') {
		unversioned = short[:at]
	}
	return slices.ContainsFunc([]string{purl, short, unversioned}, func(text string) bool { return gate.Wildcard(pattern, text) })
}

// covers reports whether a rule is about a package. known is false where that
// depends on a version that the package doesn't tell, or on a range that can't
// be read.
func covers(rule gate.PackageRule, p gate.Package) (holds, known bool) {
	switch {
	case rule.Name != "" && !gate.Wildcard(rule.Name, p.Name),
		rule.Type != "" && !gate.Wildcard(rule.Type, p.Type),
		rule.PURL != "" && !purlLike(rule.PURL, p.PURL):
		return false, true
	case rule.Versions == "":
		return true, true
	case p.Version == "" || gate.CheckRange(rule.Versions) != nil:
		return false, false
	}
	return within(rule.Versions, p), true
}

// within holds a version against a range that gate.CheckRange found no fault in.
func within(text string, p gate.Package) bool {
	for alternative := range strings.SplitSeq(text, "||") {
		inside := true
		for part := range strings.SplitSeq(alternative, ",") {
			part = strings.TrimSpace(part)
			version := strings.TrimLeft(part, "<>=")
			order := gate.CompareVersions(p.Type, p.Version, strings.TrimSpace(version))
			switch op := strings.TrimSuffix(part, version); op {
			case "<":
				inside = inside && order < 0
			case "<=":
				inside = inside && order <= 0
			case ">":
				inside = inside && order > 0
			case ">=":
				inside = inside && order >= 0
			default:
				inside = inside && order == 0
			}
		}
		if inside {
			return true
		}
	}
	return false
}
