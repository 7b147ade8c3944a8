package gate

import (
	"cmp"
	"slices"
	"strings"
)

// Compare orders findings the way every report shows them: by image, worst
// severity first, then by place, rule, package and platform. Two findings that
// compare as equal are equal in everything a reader can tell apart.
func Compare(a, b Finding) int {
	pa, pb := a.pkg(), b.pkg()
	return cmp.Or(
		cmp.Compare(a.Image, b.Image),
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(a.Analyzer, b.Analyzer),
		cmp.Compare(a.Location.Path, b.Location.Path),
		cmp.Compare(a.Location.Line, b.Location.Line),
		cmp.Compare(a.Location.Column, b.Location.Column),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(pa.Name, pb.Name),
		cmp.Compare(pa.Version, pb.Version),
		cmp.Compare(pa.Type, pb.Type),
		cmp.Compare(pa.PURL, pb.PURL),
		cmp.Compare(a.Platform, b.Platform),
		cmp.Compare(a.Location.Layer, b.Location.Layer),
		slices.Compare(a.Paths, b.Paths),
		cmp.Compare(a.Message, b.Message),
		slices.Compare(a.Aliases, b.Aliases),
		compareFix(a.Fix, b.Fix),
		cmp.Compare(a.about().Source, b.about().Source),
		cmp.Compare(a.Source, b.Source), cmp.Compare(a.Tool, b.Tool), cmp.Compare(a.Distro, b.Distro),
		compareExploits(a.about(), b.about()),
	)
}

// SortFindings sorts in place by Compare.
func SortFindings(findings []Finding) { slices.SortStableFunc(findings, Compare) }

// Names returns the rule and its aliases.
func (f Finding) Names() []string {
	return append([]string{f.Rule}, f.Aliases...)
}

// Is reports whether the finding goes by the name id, in any case.
func (f Finding) Is(id string) bool {
	return slices.ContainsFunc(f.Names(), func(name string) bool { return strings.EqualFold(name, id) })
}

func (f Finding) pkg() Package {
	if f.Package == nil {
		return Package{}
	}
	return *f.Package
}

// compareExploits orders what policies ask of advisories.
func compareExploits(a, b Advisory) int {
	rank := func(advisory Advisory) int {
		switch {
		case advisory.KEV == nil:
			return 0
		case !advisory.KEV.Ransomware:
			return 1
		}
		return 2
	}
	var epssA, epssB EPSS
	if a.EPSS != nil {
		epssA = *a.EPSS
	}
	if b.EPSS != nil {
		epssB = *b.EPSS
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Published, b.Published), cmp.Compare(a.Risk, b.Risk),
		cmp.Compare(epssA.Probability, epssB.Probability), cmp.Compare(epssA.Percentile, epssB.Percentile),
	)
}

func compareFix(a, b *Fix) int {
	if a == nil || b == nil {
		switch {
		case a == b:
			return 0
		case a == nil:
			return -1
		default:
			return 1
		}
	}
	return cmp.Or(cmp.Compare(a.State, b.State), slices.Compare(a.Versions, b.Versions), cmp.Compare(a.Available, b.Available))
}
