package report

import (
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// blocking writes what blocks, grouped by the thing to change, and returns the
// rows of each group that there was room for.
func (p *page) blocking() [][]row {
	if len(p.Blocking) == 0 {
		return nil
	}
	p.paragraph("### What blocks")
	var shown [][]row
	for i, g := range p.Blocking {
		if p.left <= 0 || p.full() {
			p.withoutRoom(rowsOf(p.Blocking[i:]), " in other places")
			break
		}
		if p.ManyImages && (i == 0 || g.Image != p.Blocking[i-1].Image) {
			p.paragraph("#### ", plain.Escape(imageTitle(g.Image)))
		}
		p.groupTitle(g)
		shown = append(shown, p.rows(g))
	}
	return shown
}

func rowsOf(groups []group) int {
	n := 0
	for _, g := range groups {
		n += len(g.Rows)
	}
	return n
}

// groupTitle is the place with a link to it, the remarks, and the instruction.
func (p *page) groupTitle(g group) {
	const length = 100
	title := "**" + p.place(g) + "**"
	if len(g.Rows) == 1 {
		g.Rows = nil // the row itself says whether it has a fix
	}
	for _, remark := range g.remarks() {
		title += dot + plain.Escape(plain.Cut(remark, length))
	}
	if text := plain.Text(g.Text); text != "" {
		title += "<br>" + plain.Code(plain.Cut(text, length))
	}
	p.paragraph(title)
}

// place is the group's place, linked where the repository's address is known.
func (p *page) place(g group) string {
	where := plain.Code(g.where())
	path, ok := sarif.RepoPath(p.opts.Root, g.Path)
	if p.opts.SourceURL == "" || g.InImage || g.Line < 1 || !ok {
		return where
	}
	return "[" + where + "](" + p.opts.SourceURL + "/" + sarif.EncodePath(path) + "#L" + strconv.Itoa(g.Line) + ")"
}

// rows writes a table of a group's packages and below it a list of everything
// else. It returns the rows that there was room for.
func (p *page) rows(g group) []row {
	shown := g.Rows[:p.takeUpTo(len(g.Rows))]
	packages := 0
	for i := range shown {
		if p.full() {
			break
		}
		if shown[i].Change.Finding.Package == nil {
			continue
		}
		if packages++; packages == 1 {
			// Two columns, the more useful one first: a phone has no room for more.
			p.line("| package | vulnerability |")
			p.line("|:--|:--|")
		}
		p.line("| ", p.packageCell(shown[i]), " | ", p.vulnerability(shown[i]), " |")
	}
	if packages > 0 {
		p.line()
	}
	if packages < len(shown) {
		p.lint(shown)
	}
	p.withoutRoom(len(g.Rows)-len(shown), " here")
	return shown
}

// lint lists the findings that are about no package, with what to do about each
// rule.
func (p *page) lint(rows []row) {
	told := map[string]bool{}
	for i := range rows {
		f := rows[i].Change.Finding
		if p.full() {
			break
		}
		if f.Package != nil {
			continue
		}
		p.line("- ", p.vulnerability(rows[i]), ": ", plain.Escape(plain.Cut(plain.Text(f.Message), textMost)))
		if text := p.fixOf(f.Rule); text != "" && rows[i].Action == gate.ActionBlock && !told[f.Rule] && !p.brief {
			told[f.Rule] = true
			p.line("  - **Fix** ", plain.Escape(plain.Cut(text, textMost)))
		}
	}
	p.line()
}

// decided lists a group's rows with why each was decided as it was, and where
// that is written.
func (p *page) decided(g group) []row {
	shown := g.Rows[:p.takeUpTo(len(g.Rows))]
	for _, r := range shown {
		if p.full() {
			break
		}
		what := p.packageCell(r)
		if r.Change.Finding.Package == nil {
			what = plain.Escape(plain.Cut(plain.Text(r.Change.Finding.Message), textMost))
		}
		text := "- " + p.vulnerability(r) + " " + what
		if r.Change.Status != gate.StatusFixed {
			text += "<br>" + plain.Escape(plain.Cut(plain.Text(r.Why), textMost))
			if r.Origin != "" {
				text += " (" + plain.Code(plain.Word(string(r.Origin))) + ")"
			}
		}
		p.line(text)
	}
	p.line()
	p.withoutRoom(len(g.Rows)-len(shown), " here")
	return shown
}

// vulnerability is the severity, the id and what is remarkable of a row.
func (p *page) vulnerability(r row) string {
	f := r.Change.Finding
	text := icon(f.Severity) + " " + f.Severity.String() + " " + plain.AdvisoryLink(f.Rule)
	if f.Package == nil && len(f.Aliases) > 0 {
		const most = 3
		text += " (" + plain.Codes(plain.Words(upTo(f.Aliases, most))) + ")"
	}
	var remarks []string
	for _, mark := range marks(f) {
		remarks = append(remarks, "**"+plain.Escape(mark)+"**")
	}
	if p.Baseline != "" && (r.Change.Status == gate.StatusNew || r.Change.Status == gate.StatusWorse) {
		remarks = append(remarks, "**"+string(r.Change.Status)+"**")
	}
	if r.Change.Disclosed {
		remarks = append(remarks, "newly disclosed")
	}
	if platforms := p.platformWords(r); platforms != "" {
		remarks = append(remarks, plain.Escape(platforms))
	}
	if len(remarks) > 0 {
		text += " " + strings.Join(remarks, ", ")
	}
	return text
}

// packageCell is the package, its version, what mends it and, for a language's
// package, the file that shows it.
func (p *page) packageCell(r row) string {
	const path = 26 // what fits into half a phone
	f := r.Change.Finding
	if f.Package == nil {
		return ""
	}
	text := plain.Code(plain.Word(f.Package.Name)) + " " + plain.Code(plain.Word(f.Package.Version))
	if f.Analyzer != gate.AnalyzerScan {
		return text + "<br>" + plain.Escape(plain.Cut(plain.Text(f.Message), textMost))
	}
	if fixed(f) && len(f.Fix.Versions) > 0 {
		text += " → " + plain.Code(fixWords(f))
	} else {
		text += " – " + plain.Escape(fixWords(f))
	}
	if !ofDistribution(f.Package.Type) && len(f.Paths) > 0 && placeOf(f).path != f.Paths[0] {
		text += "<br>in " + plain.Code(endOf(f.Paths[0], path))
	}
	return text
}

// endOf is the end of a path that has more than n characters: whole names,
// where one fits.
func endOf(file string, n int) string {
	file = plain.Text(file)
	runes := []rune(file)
	if len(runes) <= n {
		return file
	}
	end := string(runes[len(runes)-n+1:])
	if slash := strings.IndexByte(end, '/'); slash > 0 && slash < len(end)-1 {
		end = end[slash:]
	}
	return "…" + end
}

// folded writes groups inside a fold.
func (p *page) folded(title string, groups []group, rows func(group) []row) {
	if len(groups) == 0 {
		return
	}
	p.fold(title, severityCounts(groups), func() {
		for i, g := range groups {
			if p.left <= 0 || p.full() {
				p.withoutRoom(rowsOf(groups[i:]), "")
				break
			}
			if p.ManyImages && (i == 0 || g.Image != groups[i-1].Image) {
				p.paragraph("#### ", plain.Escape(imageTitle(g.Image)))
			}
			p.groupTitle(g)
			rows(g)
		}
	})
}
