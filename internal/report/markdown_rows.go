package report

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/sarif"
)

// blocking writes what blocks, grouped by the thing to change, and returns the
// rows that there was room for.
func (p *page) blocking() []row {
	if len(p.Blocking) == 0 {
		return nil
	}
	p.paragraph("### What blocks")
	var shown []row
	image := ""
	for i, g := range p.Blocking {
		if p.left <= 0 {
			rest := 0
			for _, g := range p.Blocking[i:] {
				rest += len(g.Rows)
			}
			p.leftOut(rest, "finding in other places", "findings in other places")
			break
		}
		if p.ManyImages && (i == 0 || g.Image != image) {
			image = g.Image
			p.paragraph("**", escape(imageTitle(image)), "**")
		}
		p.paragraph("#### ", p.groupTitle(g))
		shown = append(shown, p.rows(g.Rows, false)...)
	}
	return shown
}

// groupTitle is the place with a link to it, the instruction and the remarks.
func (p *page) groupTitle(g group) string {
	title := p.place(g)
	if text := plain(g.Text); text != "" {
		const length = 100
		title += " " + code(cutRunes(text, length))
	}
	if words := g.remarks(); len(words) > 0 {
		title += " – " + strings.Join(words, ", ")
	}
	return title
}

// place is the group's place, linked where the repository's address is known.
func (p *page) place(g group) string {
	where := code(g.where())
	path, ok := sarif.RepoPath(p.opts.Root, g.Path)
	if p.opts.SourceURL == "" || g.InImage || g.Line < 1 || !ok {
		return where
	}
	return "[" + where + "](" + strings.TrimSuffix(p.opts.SourceURL, "/") + "/" + sarif.EncodePath(path) + "#L" + strconv.Itoa(g.Line) + ")"
}

// rows writes a table of packages and below it a list of everything else, and
// on demand why each was decided. It returns the rows that there was room for.
func (p *page) rows(rows []row, why bool) []row {
	var packages, others, shown []row
	for _, r := range rows {
		if !p.take() {
			break
		}
		shown = append(shown, r)
		if r.Change.Finding.Package != nil {
			packages = append(packages, r)
		} else {
			others = append(others, r)
		}
	}
	if len(packages) > 0 {
		p.line("| severity | vulnerability | package | fixed in | |")
		p.line("|:--|:--|:--|:--|:--|")
		for _, r := range packages {
			p.line(p.packageCells(r, why))
		}
		p.line()
	}
	told := map[string]bool{}
	for _, r := range others {
		rule, fix := r.Change.Finding.Rule, ""
		if text := p.fixOf(rule); text != "" && r.Action == gate.ActionBlock && !told[rule] {
			told[rule] = true
			fix = "<br>Fix: " + escape(cutRunes(text, textMost))
		}
		p.line(p.lintItem(r, why), fix)
	}
	if len(others) > 0 {
		p.line()
	}
	p.leftOut(len(rows)-len(shown), "finding here", "findings here")
	return shown
}

func (p *page) packageCells(r row, why bool) string {
	f := r.Change.Finding
	remarks := marks(f)
	if word := p.platformWords(r); word != "" {
		remarks = append(remarks, word)
	}
	for i, text := range remarks {
		remarks[i] = escape(text)
	}
	if !ofDistribution(f.Package.Type) && len(f.Paths) > 0 {
		remarks = append(remarks, code(word(f.Paths[0])))
	}
	if why {
		remarks = append(remarks, reason(r))
	}
	mended := escape(fixWords(f))
	if fixed(f) && len(f.Fix.Versions) > 0 {
		mended = code(fixWords(f))
	}
	cells := []string{
		icon(f.Severity) + " " + f.Severity.String(), advisoryLink(f.Rule),
		code(word(f.Package.Name)) + " " + code(word(f.Package.Version)), mended, strings.Join(remarks, ", "),
	}
	return "| " + strings.Join(cells, " | ") + " |"
}

func (p *page) lintItem(r row, why bool) string {
	f := r.Change.Finding
	text := "- " + icon(f.Severity) + " " + f.Severity.String() + " " + code(word(f.Rule))
	if len(f.Aliases) > 0 {
		text += " (" + codes(words(f.Aliases[:min(3, len(f.Aliases))])) + ")"
	}
	text += ": " + escape(cutRunes(plain(f.Message), textMost))
	if why {
		text += "<br>" + reason(r)
	}
	return text
}

// reason is why a row was decided as it was, and where that is written.
func reason(r row) string {
	text := escape(cutRunes(plain(r.Why), textMost))
	if r.Origin != "" {
		text += " (" + code(word(string(r.Origin))) + ")"
	}
	return text
}

// advisoryLink is the advisory's id, linked to its page where the id's form
// leaves no doubt about the address. Addresses from the database are not used.
func advisoryLink(id string) string {
	if address := advisoryAddress(id); address != "" {
		return "[" + code(id) + "](" + address + ")"
	}
	return code(word(id))
}

func advisoryAddress(id string) string {
	for _, known := range []struct{ pattern, prefix string }{
		{`^CVE-[0-9]{4}-[0-9]{4,19}$`, "https://nvd.nist.gov/vuln/detail/"},
		{`^GHSA(-[0-9a-z]{4}){3}$`, "https://github.com/advisories/"},
		{`^GO-[0-9]{4}-[0-9]{4,}$`, "https://pkg.go.dev/vuln/"},
	} {
		if ok, err := regexp.MatchString(known.pattern, id); err == nil && ok {
			return known.prefix + id
		}
	}
	return ""
}

// folded writes groups inside a fold.
func (p *page) folded(title string, groups []group, why bool) {
	total := 0
	for _, g := range groups {
		total += len(g.Rows)
	}
	if total == 0 {
		return
	}
	p.line("<details><summary>", title, ": ", strings.Join(severityCounts(groups), dot), "</summary>")
	p.line()
	for i, g := range groups {
		if p.left <= 0 {
			rest := 0
			for _, g := range groups[i:] {
				rest += len(g.Rows)
			}
			p.leftOut(rest, "finding", "findings")
			break
		}
		title := p.groupTitle(g)
		if p.ManyImages {
			title = escape(imageTitle(g.Image)) + ", " + title
		}
		p.paragraph(title)
		p.rows(g.Rows, why)
	}
	p.paragraph("</details>")
}
