package fleet

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/frame"
	"github.com/containergate/gate/internal/sarif"
)

// page is what the templates are given. Its text is plain.
type page struct {
	frame.Page
	Changes string
	// Incomplete is true where something is not known.
	Incomplete bool
	Facts      []fact
	Missing    missing
	News       []newsList
	Plot       *plot
	Images     []imageRow
	Remedies   []remedyRow
	Rows       []releaseRow
	// Later are the rows after the first ones. A browser that runs the script
	// reads them when they are wanted.
	Later []releaseRow
	Count string
	// Lesser is true where findings below low matter, which then have a column.
	Lesser bool
	States []string
	Notes  []string
	Tool   string
	RunURL string

	fleet gate.Fleet
	tally fleetTally
	bound bound
}

// fact is a labelled text.
type fact struct{ Label, Text string }

// facts collects labelled texts, and none that are empty.
type facts []fact

func (f *facts) add(label string, texts ...string) {
	for _, text := range texts {
		if text = line(text); text != "" {
			*f = append(*f, fact{label, text})
		}
	}
}

func newPage(f gate.Fleet, o Options) *page {
	p := &page{fleet: f, tally: tallyFleet(f), Tool: toolName(f), RunURL: sarif.WebAddress(o.RunURL)}
	word, look := verdict(f, &p.tally)
	p.Word, p.Look = word, string(look)
	p.Headline = strings.Join(headline(f, &p.tally), dot)
	p.Changes = strings.Join(changes(&p.tally), dot)
	p.Incomplete = len(missingParts(f, &p.tally)) > 0
	p.Title = p.Word + ": " + count(p.tally.images, "released image", "released images") + dot + "gate"
	var known facts
	if !f.Time.IsZero() {
		known.add("rescan", minute(f.Time)+" UTC")
	}
	known.add("data", data(f)...)
	if len(f.Data) == 0 {
		known.add("data", "no database is named")
	}
	known.add("also", strings.Join(asides(&p.tally.tally), dot))
	p.Facts = known
	p.bound = newBound(f)
	p.Missing = newMissing(f)
	p.News = newsLists(f)
	p.Plot = newPlot(fleetSamples(f.Images))
	p.Remedies = remedyRows(f)
	p.rows()
	const notes = 50
	for _, note := range upTo(f.Notes, notes) {
		p.Notes = append(p.Notes, line(note))
	}
	return p
}
