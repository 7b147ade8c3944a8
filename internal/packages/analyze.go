package packages

import (
	"cmp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Subject is the image that the components were found in.
type Subject struct {
	// Image is the logical name, Platform the one that was examined.
	Image    string
	Platform string
	// Dockerfile is the image's, for what has no place of its own; empty where
	// there is none.
	Dockerfile string
}

// Analyze holds components against policies: the repository's own, and those
// that hold beside it. What several of them find is found once. There is an
// analysis for licences and one for packages, each only where a policy speaks
// of them. Call it only with the whole of what is in the image: a package that
// was not read would be taken for missing.
func Analyze(components []gate.Component, subject Subject, policies ...gate.Policy) []gate.Analysis {
	found := gather(components)
	var analyses []gate.Analysis
	for _, analyze := range []func([]gate.Component, gate.Policy) (result, bool){analyzeLicenses, subject.analyzeRules} {
		var all result
		spoken := false
		for _, policy := range policies {
			one, speaks := analyze(found, policy)
			spoken = spoken || speaks
			all.findings = append(all.findings, one.findings...)
			all.notes = append(all.notes, one.notes...)
			all.analyzer = cmp.Or(all.analyzer, one.analyzer)
		}
		if spoken {
			analyses = append(analyses, subject.analysis(all, len(found)))
		}
	}
	return analyses
}

// result is what one policy finds.
type result struct {
	analyzer gate.Analyzer
	findings []gate.Finding
	notes    []string
}

func (s Subject) analysis(all result, packages int) gate.Analysis {
	for i := range all.findings {
		f := &all.findings[i]
		f.Analyzer, f.Image, f.Platform = all.analyzer, s.Image, s.Platform
	}
	findings := once(all.findings)
	return gate.Analysis{
		Analyzer: all.analyzer, Image: s.Image, Platform: s.Platform, Packages: packages,
		Findings: findings, Notes: slices.Compact(all.notes), Rules: rulesOf(findings),
	}
}

// once keeps the most severe of the findings that several policies make of the
// same thing, and of equal ones the first.
func once(findings []gate.Finding) []gate.Finding {
	type identity struct{ rule, subject string }
	at := map[identity]int{}
	var kept []gate.Finding
	for _, f := range findings {
		id := identity{rule: f.Rule, subject: f.Anchor}
		if f.Package != nil {
			id.subject = identify(*f.Package)
		}
		i, seen := at[id]
		switch {
		case !seen:
			at[id] = len(kept)
			kept = append(kept, f)
		case f.Severity > kept[i].Severity:
			kept[i] = f
		}
	}
	gate.SortFindings(kept)
	return kept
}

// identify tells packages apart: by type, name, version and package URL, but
// not by the URL's qualifiers.
func identify(p gate.Package) string {
	return strings.Join([]string{p.Type, p.Name, p.Version, bare(p.PURL)}, "\x00")
}

// gather joins the components that are the same package, sorted. What the image
// shows and the build context declares too is in the image.
func gather(components []gate.Component) []gate.Component {
	sorted := slices.SortedFunc(slices.Values(components), compareComponents)
	at := map[string]int{}
	var joined []gate.Component
	for _, c := range sorted {
		id := identify(c.Package)
		i, seen := at[id]
		if !seen {
			at[id] = len(joined)
			c.Paths, c.Package.Licenses = distinct(c.Paths), distinct(c.Package.Licenses)
			joined = append(joined, c)
			continue
		}
		kept := &joined[i]
		if c.Source == kept.Source {
			kept.Paths = distinct(slices.Concat(kept.Paths, c.Paths))
		}
		kept.Package.Licenses = distinct(slices.Concat(kept.Package.Licenses, c.Package.Licenses))
	}
	return joined
}

// compareComponents orders components by package, those of the image first.
func compareComponents(a, b gate.Component) int {
	return cmp.Or(
		cmp.Compare(identify(a.Package), identify(b.Package)), cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.Location.Path, b.Location.Path), cmp.Compare(a.Location.Line, b.Location.Line),
		cmp.Compare(a.Location.Layer, b.Location.Layer), cmp.Compare(a.Package.PURL, b.Package.PURL),
		slices.Compare(a.Paths, b.Paths), slices.Compare(a.Package.Licenses, b.Package.Licenses),
		cmp.Compare(a.Distro, b.Distro), cmp.Compare(a.Package.Upstream, b.Package.Upstream), cmp.Compare(a.Package.Relation, b.Package.Relation),
	)
}

func distinct(texts []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return strings.TrimSpace(s) == "" }))))
}
