package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// title is the verdict in one line.
func (p *page) title() {
	v := p.Verdict
	word := verdictWord(v)
	icon := map[string]string{wordPass: "✅", wordFail: "❌", wordIncomplete: "⚠️"}[word]
	text := strings.ToLower(word)
	switch {
	case word == wordPass && p.opts.Resolved:
		text = "resolved – what blocked before is gone"
	case word == wordPass:
		text += " – nothing blocks"
	case word == wordIncomplete:
		text += " – not everything could be examined"
	case v.Blocked > 0:
		text += " – " + blocks(v.Blocked)
		if !v.Complete {
			text += ", and the result is incomplete"
		}
	}
	p.paragraph("## ", icon, " gate: ", text)
}

// reported says who speaks, where that is not the repository.
func (p *page) reported() {
	if p.opts.Reported {
		p.paragraph("> **Reported by the pull request's own run**, which its author controls. It is no check of this repository, and no reason to merge.")
	}
}

// toDo is what to do next, in a line or two.
func (p *page) toDo() {
	var parts []string
	if p.Verdict.Blocked > 0 {
		parts = append(parts, p.remedy())
	}
	switch {
	case p.Verdict.Complete:
	case p.Verdict.Blocked > 0:
		parts = append(parts, "Then see what is missing: there may be more.")
	default:
		parts = append(parts, "Nothing that was examined blocks, but that is not the whole image: mend what is missing and run gate again.")
	}
	if verdictWord(p.Verdict) == wordPass {
		if p.Verdict.Warned > 0 {
			parts = append(parts, count(p.Verdict.Warned, "warning", "warnings")+" can wait.")
		} else {
			parts = append(parts, "Nothing to do.")
		}
	}
	if len(parts) > 0 {
		p.paragraph(strings.Join(parts, " "))
	}
}

// remedy says how many places have to be changed, and for how many packages
// that helps.
func (p *page) remedy() string {
	packages, mended := 0, 0
	for _, g := range p.Blocking {
		all, fixable := g.fixable()
		packages, mended = packages+all, mended+fixable
	}
	text := fmt.Sprintf("**Change the %d places below.**", len(p.Blocking))
	if len(p.Blocking) == 1 {
		text = "**Change the place below.**"
	}
	switch {
	case packages == 0:
	case mended == packages:
		text += " All of the vulnerabilities have a fixed version."
	case mended == 0:
		text += " No fixed version exists yet: choose another package, or accept the risk for a while."
	default:
		text += fmt.Sprintf(" Of the vulnerabilities, %d of %d have a fixed version.", mended, packages)
	}
	return text
}

// overview counts the findings: for each image where there are several, and
// against the baseline where there is one.
func (p *page) overview() {
	p.counts()
	if p.ManyImages {
		p.images()
	}
	if parts := p.statuses(); len(parts) > 0 {
		p.paragraph("**", strings.Join(parts, dot), "** compared with ", plain.Code(plain.Word(p.Baseline)))
	}
}

// counts are the findings by severity, worst first: what blocks, and what is
// shown nowhere else. Warnings and waivers have their counts at their folds.
func (p *page) counts() {
	var lines []string
	for _, row := range []struct {
		name   string
		action gate.Action
	}{{"Blocks", gate.ActionBlock}, {"Ignored", gate.ActionIgnore}} {
		if cells := p.severities(row.action, nil, true); len(cells) > 0 {
			lines = append(lines, "**"+row.name+"** "+strings.Join(cells, dot))
		}
	}
	if len(lines) > 0 {
		p.paragraph(strings.Join(lines, "<br>"))
	}
}

// severities counts an action's findings by severity: of one image, or of all.
func (p *page) severities(action gate.Action, image *string, named bool) []string {
	counts := map[gate.Severity]int{}
	for i := range p.Decisions {
		d := &p.Decisions[i]
		f := &d.Change.Finding
		if d.Action == action && d.Change.Status != gate.StatusFixed && (image == nil || f.Image == *image) {
			counts[f.Severity]++
		}
	}
	var cells []string
	for _, s := range worstFirst() {
		if counts[s] == 0 {
			continue
		}
		cell := fmt.Sprintf("%s&nbsp;%d", icon(s), counts[s])
		if named {
			cell += " " + s.String()
		}
		cells = append(cells, cell)
	}
	return cells
}

// images is a table with the verdict of each image.
func (p *page) images() {
	const most = 40
	names := imagesOf(p.Report)
	if slices.ContainsFunc(slices.Concat(p.Blocking, p.Warnings), func(g group) bool { return g.Image == "" }) {
		names = append(names, "")
	}
	p.line("| image | blocks | warns |")
	p.line("|:--|:--|:--|")
	for _, image := range upTo(names, most) {
		title := plain.Escape(cmp.Or(plain.Word(image), "all images"))
		p.line("| ", p.verdictOf(image, title), " | ", strings.Join(p.severities(gate.ActionBlock, &image, false), " "),
			" | ", strings.Join(p.severities(gate.ActionWarn, &image, false), " "), " |")
	}
	p.line()
	p.leftOut(len(names)-most, "image", "images")
}

// verdictOf is the verdict about one image, around its name. A gap of all
// images is part of it.
func (p *page) verdictOf(image, title string) string {
	blocked := slices.ContainsFunc(p.Decisions, func(d gate.Decision) bool {
		return d.Action == gate.ActionBlock && d.Change.Status != gate.StatusFixed && d.Change.Finding.Image == image
	})
	missing := slices.ContainsFunc(p.Verdict.Gaps, func(g gate.Gap) bool { return g.Image == image || g.Image == "" })
	switch {
	case blocked && missing:
		return "❌ **" + title + "** fail, incomplete"
	case blocked:
		return "❌ **" + title + "** fail"
	case missing:
		return "⚠️ **" + title + "** incomplete"
	case unchanged(p.Report, image):
		return "➖ **" + title + "** unchanged, not examined"
	default:
		return "✅ **" + title + "** pass"
	}
}

// icon is a coloured dot, so that a list can be read from afar.
func icon(s gate.Severity) string {
	return [...]string{"⚫", "⚪", "🔵", "🟡", "🟠", "🔴"}[min(max(s, gate.SeverityUnknown), gate.SeverityCritical)]
}
