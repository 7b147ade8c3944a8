package fleet

import (
	"fmt"
	"io"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// printer builds the terminal report line by line.
type printer struct {
	*plain.Printer
	opts Options
}

// Terminal writes the fleet for a person: first what is not known, then a table
// of the images, and what is new, worse and gone.
func Terminal(w io.Writer, f gate.Fleet, o Options) error {
	p := printer{plain.NewPrinter(o.Width, o.Color), o}
	t := tallyFleet(f)
	p.verdict(f, &t)
	p.missing(newMissing(f))
	p.images(f, &t)
	n := newsOf(f)
	p.news("New since the last rescan", plain.StyleAlarm, n.fresh)
	p.news("Worse than at the last rescan", plain.StyleCare, n.worse)
	p.news("Gone since the last rescan", plain.StyleGood, n.gone)
	p.remedies(f)
	p.footer(f, &t)
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write the fleet for a terminal: %w", err)
	}
	return nil
}

// heading writes a title with an empty line before it.
func (p printer) heading(title string, look plain.Style) {
	p.Gap()
	p.Line(0, look.Of(title))
}

func (p printer) verdict(f gate.Fleet, t *fleetTally) {
	word, how := verdict(f, t)
	look := map[look]plain.Style{lookPass: plain.StyleGood, lookFail: plain.StyleAlarm, lookIncomplete: plain.StyleCare}[how]
	p.Wrapped(0, []plain.Segment{look.Of(word), plain.Bare("  ")}, plain.Bold(strings.Join(headline(f, t), dot)))
	if parts := changes(t); len(parts) > 0 {
		p.Wrapped(len(word)+2, nil, plain.Bare(strings.Join(parts, dot)))
	}
}

// missing says what could not be scanned.
func (p printer) missing(m missing) {
	if !m.Any() {
		return
	}
	p.heading("What is missing", plain.StyleCare)
	for _, g := range m.Gaps {
		p.oneGap(g, g.About)
	}
	for _, name := range m.Bare {
		p.Wrapped(2, []plain.Segment{plain.Bold(name), plain.Bare("  ")}, plain.Bare("no release was found"))
	}
	for _, g := range m.Groups {
		var titles []string
		for _, at := range g.Places {
			titles = append(titles, at.Title)
		}
		if g.More > 0 {
			titles = append(titles, fmt.Sprintf("and %d more", g.More))
		}
		p.Wrapped(2, nil, plain.Bold(strings.Join(titles, ", ")))
		for _, gap := range g.Gaps {
			p.oneGap(gap, "")
		}
	}
	p.more(m.More+m.MoreBare+m.MoreGaps, "reason", "reasons")
}

func (p printer) oneGap(g gapView, about string) {
	text := g.Message
	if about != "" {
		text += " (" + about + ")"
	}
	p.Wrapped(4, []plain.Segment{plain.StyleYellow.Of(g.Guard), plain.Bare("  ")}, plain.Bare(text))
	for output := range strings.SplitSeq(g.Output, "\n") {
		if output != "" {
			p.Line(6, plain.Dim("| "), plain.Bare(output))
		}
	}
	if g.Next != "" {
		p.Wrapped(6, []plain.Segment{plain.Dim("next: ")}, plain.Bare(g.Next))
	}
	const most = 5
	for _, path := range upTo(g.Paths, most) {
		p.Line(6, plain.Dim(path))
	}
	p.more(len(g.Paths)-most+g.MorePaths, "file", "files")
}

// more says how many things are left out, and where they are.
func (p printer) more(n int, one, many string) {
	if n > 0 {
		p.Line(2, plain.Dim(fmt.Sprintf("… %s more: the JSON document has them all", count(n, one, many))))
	}
}

// images is the table of all images. Where the terminal is narrow the numbers
// keep their columns, and names are cut.
func (p printer) images(f gate.Fleet, t *fleetTally) {
	if len(f.Images) == 0 {
		p.Gap()
		p.Line(0, plain.Dim("No list named a released image."))
		return
	}
	p.Gap()
	const nameMost, stateWidth = 48, 22
	names := len("image")
	for _, image := range f.Images {
		names = max(names, min(nameMost, p.Width(imageName(image))))
	}
	if p.opts.Width > 0 {
		const least = 8
		fixed := stateWidth + 2
		for _, head := range t.numberHeads() {
			fixed += len(head) + 2
		}
		names = max(least, min(names, p.opts.Width-fixed))
	}
	heads := []plain.Segment{plain.Dim(p.Pad("image", names))}
	for _, head := range t.numberHeads() {
		heads = append(heads, plain.Dim("  "+head))
	}
	p.Line(0, append(heads, plain.Dim("  state"))...)
	for i, image := range f.Images {
		p.imageLine(p.Pad(p.Cut(imageName(image), names), names), t, i)
	}
}

func (p printer) imageLine(name string, t *fleetTally, i int) {
	segments := []plain.Segment{plain.Bold(name)}
	heads := t.numberHeads()
	for column, text := range t.numbers(i) {
		look := plain.StyleNone
		switch {
		case text == "0":
			look = plain.StyleDim
		case text == unknown:
		case heads[column] == gate.SeverityCritical.String():
			look = plain.StyleAlarm
		case heads[column] == gate.SeverityHigh.String():
			look = plain.StyleRed
		}
		segments = append(segments, plain.Bare("  "+strings.Repeat(" ", max(0, len(heads[column])-len(text)))), look.Of(text))
	}
	words, how := imageState(&t.each[i])
	look := map[look]plain.Style{lookPass: plain.StyleGood, lookFail: plain.StyleAlarm, lookIncomplete: plain.StyleCare}[how]
	p.Line(0, append(segments, plain.Bare("  "), look.Of(words))...)
}

// news lists what is not as it was at the last rescan.
func (p printer) news(title string, look plain.Style, stories []story) {
	if len(stories) == 0 {
		return
	}
	const most, places = 50, 3
	p.heading(title, look)
	for _, s := range upTo(stories, most) {
		f := s.observed.Finding
		severity := severityOf(f)
		lead := []plain.Segment{plain.SeverityStyle(severity).Of(p.Pad(severity.String(), len("negligible"))), plain.Bare("  "), plain.Bold(ruleOf(f)), plain.Bare("  ")}
		rest := strings.TrimSpace(packageOf(f) + " " + fixWords(f))
		for _, mark := range marks(f) {
			rest += dot + mark
		}
		p.Wrapped(2, lead, plain.Bare(rest))
		titles, more := placeWords(s.places, places)
		text := "in " + strings.Join(titles, ", ")
		if more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		p.Wrapped(4, nil, plain.Dim(text))
		if s.observed.Status == gate.StatusWorse {
			p.Wrapped(4, nil, plain.Bare(worseWords(s.worse)))
		}
	}
	p.more(len(stories)-most, "vulnerability", "vulnerabilities")
}

// remedies say for each image what removes its findings.
func (p printer) remedies(f gate.Fleet) {
	rows := remedyRows(f)
	if len(rows) == 0 {
		return
	}
	const most = 50
	p.heading("What removes it", plain.StyleBold)
	for _, r := range upTo(rows, most) {
		p.Wrapped(2, []plain.Segment{plain.Bold(r.Image), plain.Bare("  ")}, plain.Bare(strings.Join(r.parts(), dot)))
	}
	p.more(len(rows)-most, "image", "images")
}

// footer holds what the result rests on.
func (p printer) footer(f gate.Fleet, t *fleetTally) {
	p.Gap()
	for _, text := range data(f) {
		p.Wrapped(0, []plain.Segment{plain.Dim("data: ")}, plain.Dim(text))
	}
	if parts := asides(&t.tally); len(parts) > 0 {
		p.Wrapped(0, []plain.Segment{plain.Dim("also: ")}, plain.Dim(strings.Join(parts, dot)))
	}
	const most = 20
	for _, note := range upTo(f.Notes, most) {
		p.Wrapped(0, []plain.Segment{plain.Dim("note: ")}, plain.Dim(line(note)))
	}
	p.more(len(f.Notes)-most, "note", "notes")
}
