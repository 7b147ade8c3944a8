package fleet

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// missing says what could not be scanned, and what to do about it.
func (d *markdown) missing() {
	if !d.gaps.Any() {
		return
	}
	d.paragraph("### What could not be scanned")
	const few = 40
	most := min(few, d.most)
	for _, g := range upTo(d.gaps.Gaps, most) {
		d.gap("", g, g.About)
	}
	for _, name := range upTo(d.gaps.Bare, most) {
		d.line("- **", plain.Escape(name), "**: no release was found")
	}
	for _, g := range upTo(d.gaps.Groups, most) {
		var titles []string
		for _, at := range g.Places {
			titles = append(titles, plain.Code(at.Title))
		}
		text := strings.Join(titles, ", ")
		if g.More > 0 {
			text += fmt.Sprintf(" and %d more", g.More)
		}
		d.line("- ", text)
		for _, gap := range g.Gaps {
			d.gap("  ", gap, "")
		}
	}
	d.line()
	left := d.gaps.More + d.gaps.MoreBare + d.gaps.MoreGaps
	for _, n := range []int{len(d.gaps.Gaps), len(d.gaps.Bare), len(d.gaps.Groups)} {
		left += max(0, n-most)
	}
	d.leftOut(left, "reason", "reasons")
}

func (d *markdown) gap(indent string, g gapView, about string) {
	text := indent + "- **" + plain.Escape(g.Guard) + "**"
	if about != "" {
		text += " (" + plain.Escape(about) + ")"
	}
	d.line(text, ": ", plain.Escape(g.Message))
	if g.Next != "" {
		d.line(indent, "  - **Next** ", plain.Escape(g.Next))
	}
	const most = 5
	if len(g.Paths) > 0 {
		var files []string
		for _, path := range upTo(g.Paths, most) {
			files = append(files, plain.Code(path))
		}
		text := strings.Join(files, ", ")
		if rest := len(g.Paths) - len(files) + g.MorePaths; rest > 0 {
			text += fmt.Sprintf(" and %d more", rest)
		}
		d.line(indent, "  - ", text)
	}
	if lines := strings.Split(g.Output, "\n"); g.Output != "" {
		last := plain.Code(lines[len(lines)-1])
		d.line(indent, "  - ", last)
	}
}

// images is a table with a line for each image.
func (d *markdown) images() {
	if len(d.fleet.Images) == 0 {
		d.paragraph("No list named a released image.")
		return
	}
	d.paragraph("### Images")
	heads := d.tally.numberHeads()
	d.line("| image | state | ", strings.Join(heads, " | "), " | issue |")
	d.line("|:--|:--|", strings.Repeat("--:|", len(heads)), ":--|")
	shown := d.chosen()
	for i, image := range d.fleet.Images {
		if !shown[i] || d.full() {
			continue
		}
		t := &d.tally.each[i]
		words, how := imageState(t)
		icon := map[look]string{lookPass: "✅ ", lookFail: "❌ ", lookIncomplete: "⚠️ "}[how]
		cells := append([]string{"**" + plain.Escape(imageName(image)) + "**", icon + words}, d.tally.numbers(i)...)
		d.line("| ", strings.Join(append(cells, issueLink(image.Issue)), " | "), " |")
	}
	d.line()
	d.leftOut(len(d.fleet.Images)-min(len(d.fleet.Images), d.most), "image", "images")
}

// chosen are the images that the table has: where not all fit, first those with
// something to do, then those that are not complete.
func (d *markdown) chosen() map[int]bool {
	chosen := map[int]bool{}
	for _, wanted := range []look{lookFail, lookIncomplete, lookPass} {
		for i := range d.fleet.Images {
			if _, how := imageState(&d.tally.each[i]); how == wanted && len(chosen) < d.most {
				chosen[i] = true
			}
		}
	}
	return chosen
}

// issueLink links a tracking issue of GitHub; other addresses are text.
func issueLink(address string) string {
	one := issueOf(address)
	if number, ok := strings.CutPrefix(one.Text, "#"); ok && one.Link != "" {
		return "[issue " + number + "](" + one.Link + ")"
	}
	return plain.Escape(one.Text)
}

// stories list what is not as it was at the last rescan.
func (d *markdown) stories(title string, stories []story, folded bool) {
	if len(stories) == 0 {
		return
	}
	if folded {
		d.paragraph("<details><summary><b>", title, "</b>", dot, count(len(stories), "vulnerability", "vulnerabilities"), "</summary>")
	} else {
		d.paragraph("### ", title)
	}
	d.line("| severity | vulnerability | package | releases |")
	d.line("|:--|:--|:--|:--|")
	const places = 4
	for _, s := range upTo(stories, d.most) {
		f := s.observed.Finding
		what := plain.AdvisoryLink(f.Rule)
		for _, mark := range marks(f) {
			what += " **" + plain.Escape(mark) + "**"
		}
		if s.observed.Status == gate.StatusWorse {
			what += "<br>" + plain.Escape(worseWords(s.worse))
		}
		pkg := ""
		if name := packageOf(f); name != "" {
			pkg = plain.Code(name) + " " + plain.Escape(fixWords(f))
		}
		titles, more := placeWords(s.places, places)
		where := plain.Codes(titles)
		if more > 0 {
			where += fmt.Sprintf(" and %d more", more)
		}
		severity := severityOf(f)
		d.line("| ", icon(severity), " ", severity.String(), " | ", what, " | ", pkg, " | ", where, " |")
	}
	d.line()
	d.leftOut(len(stories)-min(len(stories), d.most), "vulnerability", "vulnerabilities")
	if folded {
		d.paragraph("</details>")
	}
}

// remedies say for each image what removes its findings.
func (d *markdown) remedies() {
	if len(d.mend) == 0 {
		return
	}
	d.paragraph("### What removes it")
	for _, r := range upTo(d.mend, d.most) {
		d.line("- **", plain.Escape(r.Image), "**: ", strings.Join(escapes(r.parts()), dot))
	}
	d.line()
	d.leftOut(len(d.mend)-min(len(d.mend), d.most), "image", "images")
}

// icon is a coloured dot, so that a list can be read from afar.
func icon(s gate.Severity) string {
	return [...]string{"⚫", "⚪", "🔵", "🟡", "🟠", "🔴"}[min(max(s, gate.SeverityUnknown), gate.SeverityCritical)]
}
