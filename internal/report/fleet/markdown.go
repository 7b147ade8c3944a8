package fleet

import (
	"fmt"
	"io"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// Markdown writes the fleet for the summary of a job: first what could not be
// scanned, then a table over all images, what changed since the last rescan,
// and what removes it. Where that is longer than allowed, every list is cut
// shorter, and how much is left out is said.
func Markdown(w io.Writer, f gate.Fleet, o Options) error {
	limit := o.MaxBytes
	if limit <= 0 {
		limit = MarkdownMost
	}
	d := newMarkdown(f, o)
	var text string
	for _, most := range []int{100_000, 2_000, 500, 100, 30, 10, 3, 1, 0} {
		if text = d.render(most, limit); len(text) <= limit {
			break
		}
	}
	if len(text) > limit {
		text = d.brief()
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("write the fleet as Markdown: %w", err)
	}
	return nil
}

// markdown builds one document.
type markdown struct {
	fleet  gate.Fleet
	tally  fleetTally
	gaps   missing
	news   news
	mend   []remedyRow
	runURL string

	b strings.Builder
	// most is how many entries a list may have, and limit how many bytes the
	// document: a longer one is thrown away, so nothing more need be written.
	most, limit int
	// cut is true where something was left out for the length.
	cut bool
}

func newMarkdown(f gate.Fleet, o Options) *markdown {
	return &markdown{
		fleet: f, tally: tallyFleet(f), gaps: newMissing(f), news: newsOf(f), mend: remedyRows(f), runURL: sarif.WebAddress(o.RunURL),
	}
}

func (d *markdown) render(most, limit int) string {
	d.b.Reset()
	d.most, d.limit, d.cut = most, limit, false
	d.title()
	d.missing()
	d.images()
	d.stories("New since the last rescan", d.news.fresh, false)
	d.stories("Worse than at the last rescan", d.news.worse, false)
	d.stories("Gone since the last rescan", d.news.gone, true)
	d.remedies()
	d.foot()
	return d.b.String()
}

// brief is what is left where nothing else fits.
func (d *markdown) brief() string {
	d.b.Reset()
	d.title()
	d.paragraph("The report is too long to be shown here: the JSON document has all of it.")
	return d.b.String()
}

// paragraph writes a block with an empty line after it.
func (d *markdown) paragraph(parts ...string) {
	d.line(parts...)
	d.line()
}

func (d *markdown) line(parts ...string) {
	if d.full() {
		return
	}
	for _, part := range parts {
		d.b.WriteString(part)
	}
	d.b.WriteByte('\n')
}

// full reports whether the document is already longer than allowed.
func (d *markdown) full() bool { return d.limit > 0 && d.b.Len() > d.limit }

// leftOut says how many things were left out.
func (d *markdown) leftOut(n int, one, many string) {
	if n > 0 {
		d.cut = true
		d.paragraph("*", count(n, "more "+one, "more "+many), " left out.*")
	}
}

// escapes escapes each text.
func escapes(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = plain.Escape(t)
	}
	return out
}

// title is the result in a line or two.
func (d *markdown) title() {
	word, how := verdict(d.fleet, &d.tally)
	icon := map[look]string{lookPass: "✅", lookFail: "❌", lookIncomplete: "⚠️"}[how]
	d.paragraph("## ", icon, " gate rescan: ", strings.ToLower(word))
	d.paragraph("**", plain.Escape(strings.Join(headline(d.fleet, &d.tally), dot)), "**")
	if parts := changes(&d.tally); len(parts) > 0 {
		d.paragraph("Since the last rescan: ", plain.Escape(strings.Join(parts, dot)))
	}
}

// foot says what the result rests on, and that something was left out.
func (d *markdown) foot() {
	var lines []string
	for _, text := range data(d.fleet) {
		lines = append(lines, "Data: "+plain.Escape(text))
	}
	if parts := asides(&d.tally.tally); len(parts) > 0 {
		lines = append(lines, "Also: "+plain.Escape(strings.Join(parts, dot)))
	}
	const notes = 20
	shown := upTo(d.fleet.Notes, min(notes, d.most))
	for _, note := range shown {
		lines = append(lines, "Note: "+plain.Escape(line(note)))
	}
	if len(lines) > 0 {
		d.paragraph(strings.Join(lines, "<br>\n"))
	}
	d.leftOut(len(d.fleet.Notes)-len(shown), "note", "notes")
	if d.cut {
		d.paragraph("*This summary is shortened. The JSON document has all of it.*")
	}
	written := "Written by " + plain.Escape(toolName(d.fleet))
	if d.runURL != "" {
		written += dot + "[the run](" + d.runURL + ")"
	}
	d.line("<sub>", written, "</sub>")
}
