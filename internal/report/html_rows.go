package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// htmlRow is one finding as the lists and the table show it.
type htmlRow struct {
	// ID is its name in the page: that of its rule's story and a number.
	ID string
	// Severity and Action are words of gate's own, and so is Status.
	Severity, Status, Action   string
	Rule                       string
	Package, Version, Fix      string
	Image, Platforms, Place    string
	Marks                      []string
	Message, Why, Origin, Mend string
	row                        row
	story                      string
}

// actionNone is in the place of an action for what is fixed.
const actionNone = "none"

// htmlRows are all findings of a report, each once for all platforms for which
// the same was decided, with the groups that they are shown in.
type htmlRows struct {
	view view
	rows []*htmlRow
	// sections are the groups by what was decided, in the order of the page.
	kinds []htmlKind
}

// htmlKind is a kind of decision with its groups.
type htmlKind struct {
	title, id string
	groups    []group
	rows      [][]*htmlRow
	// apart is true for a kind that has no list of its own on the page.
	apart bool
}

func newHTMLRows(v view) *htmlRows {
	b := &htmlRows{view: v, kinds: []htmlKind{
		{title: "What blocks", id: "blocks", groups: v.Blocking},
		{title: "Warnings", id: "warnings", groups: v.Warnings},
		{title: "Waived", id: "waived", groups: v.Waived},
		{title: "Not affected, as VEX says", id: "excused", groups: v.Excused},
		{title: "Fixed", id: "fixed", groups: v.Fixed},
		{groups: groupRows(v.ignored()), apart: true},
		{groups: groupRows(v.Remarks), apart: true},
	}}
	for i := range b.kinds {
		kind := &b.kinds[i]
		for _, g := range kind.groups {
			var shown []*htmlRow
			for _, r := range g.Rows {
				shown = append(shown, b.add(r))
			}
			kind.rows = append(kind.rows, shown)
		}
	}
	b.sort()
	return b
}

// ignored are the findings that the policy ignores.
func (v view) ignored() []gate.Decision {
	var ignored []gate.Decision
	for _, d := range v.Decisions {
		if d.Action == gate.ActionIgnore && d.Rule != "" && d.Change.Status != gate.StatusFixed {
			ignored = append(ignored, d)
		}
	}
	return ignored
}

func (b *htmlRows) add(r row) *htmlRow {
	f := r.Change.Finding
	shown := &htmlRow{
		row: r, Severity: f.Severity.String(), Status: string(r.Change.Status), Action: string(r.Action),
		Rule: cmp.Or(plain.Word(f.Rule), "unnamed"), Image: plain.Word(f.Image), Platforms: b.view.platformWords(r), Place: plain.Cut(whereOf(f), plain.WordMost),
		Marks: marks(f), Message: plain.Cut(summary(f), textMost), Why: plain.Text(r.Why), Origin: plain.Text(string(r.Origin)),
	}
	if f.Package != nil {
		shown.Package, shown.Version = plain.Word(f.Package.Name), plain.Word(f.Package.Version)
		if f.Analyzer == gate.AnalyzerScan {
			shown.Fix = fixWords(f)
		}
	} else if r.Action == gate.ActionBlock {
		shown.Mend = b.view.fixOf(f.Rule)
	}
	if r.Change.Disclosed {
		shown.Marks = append(shown.Marks, "newly disclosed")
	}
	if r.WouldBlock {
		shown.Marks = append(shown.Marks, "would block")
	}
	if r.Change.Status == gate.StatusFixed {
		shown.Action, shown.Why, shown.Origin = actionNone, "", ""
	}
	b.rows = append(b.rows, shown)
	return shown
}

// sort puts the worst first, and what blocks before what does not; then it
// gives the stories their names in that order, and the rows theirs.
func (b *htmlRows) sort() {
	slices.SortStableFunc(b.rows, func(x, y *htmlRow) int {
		fx, fy := &x.row.Change.Finding, &y.row.Change.Finding
		return cmp.Or(
			cmp.Compare(fy.Severity, fx.Severity),
			cmp.Compare(boolRank(x.Action == actionNone), boolRank(y.Action == actionNone)),
			boolRank(y.row.Action.Stricter(x.row.Action))-boolRank(x.row.Action.Stricter(y.row.Action)),
			cmp.Compare(boolRank(exploited(*fy)), boolRank(exploited(*fx))),
			strings.Compare(x.Rule, y.Rule),
		)
	})
	stories, told := map[string]string{}, map[string]int{}
	for _, r := range b.rows {
		rule := r.row.Change.Finding.Rule
		if stories[rule] == "" {
			stories[rule] = "r" + strconv.Itoa(len(stories)+1)
		}
		told[rule]++
		r.story = stories[rule]
		r.ID = r.story + "-" + strconv.Itoa(told[rule])
	}
}

// Versioned is the package with its version, for lists.
func (r *htmlRow) Versioned() string { return strings.TrimSpace(r.Package + " " + r.Version) }

// Mended reports whether Fix names versions.
func (r *htmlRow) Mended() bool {
	return fixed(r.row.Change.Finding) && r.Fix != "" && len(r.row.Change.Finding.Fix.Versions) > 0
}
