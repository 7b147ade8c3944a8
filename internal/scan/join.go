package scan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// join makes one finding of all that speak of the same vulnerability in the
// same package: copies of it in several places, and records of several
// databases that name each other. It sorts.
func join(records []record) []gate.Finding {
	groups := map[groupKey][]record{}
	canonical := canonicalNames(records)
	for _, r := range records {
		key := groupKey{packageKeyOf(r.Finding), canonical(r.Finding)}
		groups[key] = append(groups[key], r)
	}
	out := make([]gate.Finding, 0, len(groups))
	for _, group := range groups {
		slices.SortStableFunc(group, compareRecords)
		out = append(out, merge(group))
	}
	gate.SortFindings(out)
	return out
}

// groupKey is a vulnerability in a package.
type groupKey struct {
	pkg  packageKey
	name string
}

// packageKey tells packages apart, wherever they lie.
type packageKey struct{ name, version, kind, purl, source string }

func packageKeyOf(f gate.Finding) packageKey {
	return packageKey{f.Package.Name, f.Package.Version, f.Package.Type, plainPURL(f.Package.PURL), f.Source}
}

// plainPURL leaves out what follows the version.
func plainPURL(purl string) string {
	purl, _, _ = strings.Cut(purl, "#")
	purl, _, _ = strings.Cut(purl, "?")
	return purl
}

// canonicalNames returns the function that names the vulnerability of a
// finding: as gate.KeyOf does, and where a record knows no CVE, by the CVE that
// other records of the same package give for one of its names. A name that
// leads to several CVEs leads to none, so that a notice never stands for them.
func canonicalNames(records []record) func(gate.Finding) string {
	type named struct {
		pkg  packageKey
		name string
	}
	known := map[named][]string{}
	for _, r := range records {
		f := r.Finding
		rule := gate.KeyOf(f).Rule
		if !isCVE(rule) {
			continue
		}
		for _, name := range f.Names() {
			at := named{packageKeyOf(f), name}
			if !slices.Contains(known[at], rule) {
				known[at] = append(known[at], rule)
			}
		}
	}
	return func(f gate.Finding) string {
		rule := gate.KeyOf(f).Rule
		if isCVE(rule) {
			return rule
		}
		var through []string
		for _, name := range f.Names() {
			through = append(through, known[named{packageKeyOf(f), name}]...)
		}
		if through = sortedSet(through); len(through) == 1 {
			return through[0]
		}
		return rule
	}
}

func isCVE(name string) bool { return strings.HasPrefix(name, "CVE-") }

// compareRecords puts the record first that Grype holds to be the best for the
// package: its distribution's or its language's own, and the one that says more.
func compareRecords(a, b record) int {
	return cmp.Or(
		cmp.Compare(a.rank(), b.rank()),
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(a.Rule, b.Rule),
		gate.Compare(a.Finding, b.Finding),
	)
}

// The ranks of records. Those of equal rank speak of the same kind of versions.
const (
	rankOwn = iota
	rankOther
	rankNVD
)

func (r record) rank() int {
	source := r.Advisory.Source
	switch {
	case strings.HasPrefix(source, "nvd:"):
		return rankNVD
	case strings.Contains(source, ":distro:"), strings.HasPrefix(source, "github:language:"):
		return rankOwn
	default:
		return rankOther
	}
}

// merge joins the records of a group, the best one first. Its word holds for
// severity, fix state and text; what it does not know is taken from the others.
func merge(group []record) gate.Finding {
	out := group[0].Finding
	if len(group) > 1 {
		fix, advisory, about := *out.Fix, *out.Advisory, *out.Package
		out.Fix, out.Advisory, out.Package = &fix, &advisory, &about
		for _, r := range group[1:] {
			mergeInto(&out, r.Finding, r.rank() == group[0].rank())
		}
		out.Aliases = slices.DeleteFunc(sortedSet(out.Aliases), func(name string) bool { return name == out.Rule })
		out.Tags, out.Paths = sortedSet(out.Tags), sortedSet(out.Paths)
	}
	out.Message = message(out, group[0].covers)
	return out
}

func mergeInto(out *gate.Finding, f gate.Finding, sameVersions bool) {
	out.Aliases = slices.Concat(out.Aliases, f.Names())
	out.Tags = slices.Concat(out.Tags, f.Tags)
	out.Paths = slices.Concat(out.Paths, f.Paths)
	if out.Advisory.Source != f.Advisory.Source && out.Severity == gate.SeverityUnknown {
		out.Severity = f.Severity
	}
	if f.Fix.State == out.Fix.State && sameVersions {
		out.Fix.Versions = sortedSet(slices.Concat(out.Fix.Versions, f.Fix.Versions))
		out.Fix.Available = earlier(out.Fix.Available, f.Fix.Available)
	}
	mergeAdvisory(out.Advisory, *f.Advisory)
	out.Package.Licenses = sortedSet(slices.Concat(out.Package.Licenses, f.Package.Licenses))
	out.Package.Relation = closest(out.Package.Relation, f.Package.Relation)
	out.Package.Upstream = cmp.Or(out.Package.Upstream, f.Package.Upstream)
	out.Location = better(out.Location, f.Location)
}

// mergeAdvisory fills in what the best record does not know.
func mergeAdvisory(out *gate.Advisory, other gate.Advisory) {
	out.Published = cmp.Or(out.Published, other.Published)
	out.Description = cmp.Or(out.Description, other.Description)
	out.Risk = cmp.Or(out.Risk, other.Risk)
	for _, url := range other.URLs {
		if !slices.Contains(out.URLs, url) {
			out.URLs = append(slices.Clip(out.URLs), url)
		}
	}
	out.CWEs = sortedSet(slices.Concat(out.CWEs, other.CWEs))
	if len(out.CVSS) == 0 {
		out.CVSS = other.CVSS
	}
	if out.EPSS == nil {
		out.EPSS = other.EPSS
	}
	if out.KEV == nil {
		out.KEV = other.KEV
	}
}

// closest is the relation that calls for more: what is used directly anywhere
// is direct.
func closest(a, b gate.Relation) gate.Relation {
	if a == gate.RelationDirect || b == gate.RelationDirect {
		return gate.RelationDirect
	}
	return cmp.Or(a, b)
}

// better chooses between the places of two copies: what this build brought in
// before what its base did, a line that is known before one that is not.
func better(a, b gate.Location) gate.Location {
	order := cmp.Or(
		cmp.Compare(sideRank(a), sideRank(b)),
		compareBool(b.Known(), a.Known()),
		cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Layer, b.Layer),
	)
	if order > 0 {
		return b
	}
	return a
}

func sideRank(l gate.Location) int {
	return slices.Index([]gate.Side{gate.SideOwn, gate.SideUnknown, gate.SideBase}, l.Side())
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
