package report

import (
	"cmp"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/frame"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// htmlPage is what the templates are given. Its text is plain, and says what
// the terminal report says, in the same words.
type htmlPage struct {
	frame.Page
	Reasons []string
	// Guards name what made the result incomplete.
	Guards             string
	Reported, Examined bool
	Summary            htmlSummary
	Missing, Allowed   []htmlGap
	Blocks             htmlGroups
	Others             []htmlGroups
	Edits              []htmlEdit
	Remarks            []htmlRemark
	Table              htmlTable
	// Stories come in parts. A browser that runs the script reads those after
	// the first when they are wanted.
	Stories              [][]htmlStory
	Basis                []htmlFact
	Tool, Commit, RunURL string
}

// htmlFact is a labelled text.
type htmlFact struct{ Label, Text string }

// htmlEdit is a file by which a pull request changes how it is judged.
type htmlEdit struct {
	Path, Change string
	Details      []string
}

// htmlRemark is something that gate found about the policy.
type htmlRemark struct{ Where, Text string }

func newHTMLPage(r gate.Report, opts Options) htmlPage {
	v := newView(r)
	b := newHTMLRows(v)
	p := htmlPage{
		Reported: opts.Reported, Summary: htmlSummaryOf(v), Missing: htmlGaps(v, v.Verdict.Gaps), Allowed: htmlGaps(v, v.Verdict.Allowed),
		Examined: len(v.Subjects) > 0 || filesOf(v.Report) > 0,
		Edits:    htmlEdits(v), Remarks: htmlRemarks(v), Basis: htmlBasis(v),
		Tool:   strings.TrimSpace(plain.Word(r.Tool.Name) + " " + plain.Word(r.Tool.Version)),
		Commit: shortCommit(opts.Commit), RunURL: sarif.WebAddress(opts.RunURL),
	}
	p.Word, p.Headline = verdictWord(v.Verdict), strings.Join(headline(v.Verdict), dot)
	p.Look = strings.ToLower(p.Word)
	for _, reason := range v.Verdict.Reasons[:max(0, len(v.Verdict.Reasons)-len(v.Verdict.Gaps))] {
		p.Reasons = append(p.Reasons, plain.Text(reason))
	}
	var guards []string
	for _, g := range v.Verdict.Gaps {
		guards = append(guards, plain.Text(string(g.Guard)))
	}
	p.Guards = strings.Join(distinct(guards), ", ")
	p.Title = htmlTitle(v, p.Word)
	p.Blocks, p.Others = b.sections()
	p.Table, p.Stories = b.table(), b.stories(opts)
	return p
}

// htmlTitle is the title of the window: the images, and the verdict.
func htmlTitle(v view, verdict string) string {
	const most = 2
	images := plain.Words(imagesOf(v.Report))
	name := strings.Join(upTo(images, most), ", ")
	if rest := len(images) - most; rest > 0 {
		name += " and " + count(rest, "more image", "more images")
	}
	return verdict + ": " + cmp.Or(name, "lint") + dot + "gate"
}

func htmlEdits(v view) []htmlEdit {
	var edits []htmlEdit
	for _, e := range v.Edits {
		edit := htmlEdit{Path: plain.Word(e.Path), Change: plain.Word(e.Change)}
		for _, detail := range e.Details {
			edit.Details = append(edit.Details, plain.Text(detail))
		}
		edits = append(edits, edit)
	}
	return edits
}

func htmlRemarks(v view) []htmlRemark {
	var remarks []htmlRemark
	for _, d := range v.Remarks {
		f := d.Change.Finding
		remark := htmlRemark{Text: plain.Text(f.Message)}
		if f.Location.Path != "" {
			remark.Where = group{Path: f.Location.Path, Line: f.Location.Line}.where()
		}
		remarks = append(remarks, remark)
	}
	return remarks
}
