package report

import (
	"cmp"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// row is one line of a report: a decision, and the platforms for which the
// same was decided.
type row struct {
	gate.Decision
	Platforms []string
}

// group is the rows that go away when one thing is changed: an instruction of
// a Dockerfile, a base image, or the file that shows a package.
type group struct {
	Image string
	// Path and Line name the thing; Line is 0 for a whole file, and both are
	// empty when nothing is known but the image.
	Path string
	Line int
	// Text is the instruction's text, when there is one.
	Text string
	// Base is true for what comes with the base image.
	Base bool
	// InImage is true when Path is a file inside the image.
	InImage bool
	Rows    []row
}

// place identifies a group.
type place struct {
	image, path string
	line        int
	in          bool
}

// groupRows sorts the decisions into groups by the thing to change. The worst
// group comes first, and in it the worst row.
func groupRows(decisions []gate.Decision) []group {
	byPlace := map[place][]gate.Decision{}
	for _, d := range decisions {
		p := placeOf(d.Change.Finding)
		byPlace[p] = append(byPlace[p], d)
	}
	groups := make([]group, 0, len(byPlace))
	for p, members := range byPlace {
		g := group{Image: p.image, Path: p.path, Line: p.line, InImage: p.in, Rows: mergePlatforms(members)}
		slices.SortStableFunc(g.Rows, compareRows)
		for _, r := range g.Rows {
			at := r.Change.Finding.Location
			g.Text = cmp.Or(g.Text, at.Instruction)
			g.Base = g.Base || at.Base
		}
		groups = append(groups, g)
	}
	slices.SortFunc(groups, compareGroups)
	return groups
}

func placeOf(f gate.Finding) place {
	l := f.Location
	switch {
	case l.Path != "":
		return place{image: f.Image, path: l.Path, line: l.Line}
	case len(f.Paths) > 0 && f.Paths[0] != "":
		return place{image: f.Image, path: f.Paths[0], in: true}
	default:
		return place{image: f.Image}
	}
}

// mergePlatforms makes one row of decisions that differ in nothing but the
// platform (and the layer, which differs with it).
func mergePlatforms(decisions []gate.Decision) []row {
	sorted := slices.Clone(decisions)
	slices.SortStableFunc(sorted, func(a, b gate.Decision) int {
		return cmp.Or(gate.Compare(anyPlatform(a), anyPlatform(b)), cmp.Compare(a.Action, b.Action),
			cmp.Compare(a.Change.Finding.Platform, b.Change.Finding.Platform))
	})
	var rows []row
	for _, d := range sorted {
		platform := d.Change.Finding.Platform
		if last := len(rows) - 1; last >= 0 && sameButPlatform(rows[last].Decision, d) &&
			!slices.Contains(rows[last].Platforms, platform) {
			rows[last].Platforms = append(rows[last].Platforms, platform)
			continue
		}
		rows = append(rows, row{Decision: d, Platforms: []string{platform}})
	}
	return rows
}

func sameButPlatform(a, b gate.Decision) bool {
	return a.Action == b.Action && a.Change.Status == b.Change.Status && gate.Compare(anyPlatform(a), anyPlatform(b)) == 0
}

func anyPlatform(d gate.Decision) gate.Finding {
	f := d.Change.Finding
	f.Platform, f.Location.Layer = "", ""
	return f
}

// compareRows puts the worst first, known exploitation before the rest, and
// keeps the findings of one package together.
func compareRows(a, b row) int {
	fa, fb := a.Change.Finding, b.Change.Finding
	return cmp.Or(
		cmp.Compare(fb.Severity, fa.Severity),
		cmp.Compare(boolRank(exploited(fb)), boolRank(exploited(fa))),
		gate.Compare(fa, fb),
	)
}

func compareGroups(a, b group) int {
	return cmp.Or(
		cmp.Compare(a.Image, b.Image),
		cmp.Compare(b.worst(), a.worst()),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(boolRank(a.InImage), boolRank(b.InImage)),
	)
}

func (g group) worst() gate.Severity {
	worst := gate.SeverityUnknown
	for _, r := range g.Rows {
		worst = max(worst, r.Change.Finding.Severity)
	}
	return worst
}
