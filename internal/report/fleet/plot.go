package fleet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// The measures of the plot, in its own units.
const (
	plotWidth  = 1000
	plotHeight = 340
	plotLeft   = 56
	plotRight  = 150 // room for the labels of the bands
	plotTop    = 30
	plotBottom = 44
)

// plot is the picture of severities over time: bands on top of each other, the
// worst at the bottom, each step as wide as its database was the newest.
type plot struct {
	Title, Description string
	Bands              []band
	Rows, Columns      []tick
	// Left, Right, Top and Bottom are the edges of the drawing.
	Left, Right, Top, Bottom int
	// LabelX is where the labels of the bands begin.
	LabelX     int
	Table      []plotRow
	Severities []string
	// Note says what is left out; empty when nothing is.
	Note string
}

// band is one severity.
type band struct {
	Severity, Path, Edge string
	// Label is its count at the end, at LabelY.
	Label        string
	LabelY, EndY int
}

// tick is a line of the grid with its label.
type tick struct {
	At    int
	Label string
}

// plotRow is one sample as a row of the table.
type plotRow struct {
	Day    string
	Counts []string
	Sum    int
}

// newPlot returns nil without samples.
func newPlot(samples []sample) *plot {
	samples, left := newest(samples)
	if len(samples) == 0 {
		return nil
	}
	const lead = 16 // the line from a band to its label
	p := &plot{Left: plotLeft, Right: plotWidth - plotRight, LabelX: plotWidth - plotRight + lead, Top: plotTop, Bottom: plotHeight - plotBottom}
	if len(samples) == 1 { // a bar: nothing is known of any other time
		const bar = 140
		p.Right = plotLeft + bar
		p.LabelX = p.Right + lead
	}
	greatest := 1
	for _, s := range samples {
		greatest = max(greatest, s.sum())
	}
	top := p.rows(greatest)
	xs := p.columns(samples)
	present := presentIn(samples)
	below := make([]int, len(samples))
	for _, severity := range present {
		p.band(severity, samples, below, xs, top)
	}
	p.spreadLabels()
	for _, s := range present {
		p.Severities = append(p.Severities, s.String())
	}
	for i := len(samples) - 1; i >= 0; i-- {
		row := plotRow{Day: minute(samples[i].at), Sum: samples[i].sum()}
		for _, s := range present {
			row.Counts = append(row.Counts, strconv.Itoa(samples[i].counts[s]))
		}
		p.Table = append(p.Table, row)
	}
	p.describe(samples, left)
	return p
}

// presentIn are the severities that occur, the worst first.
func presentIn(samples []sample) []gate.Severity {
	var present []gate.Severity
	for _, severity := range worstFirst() {
		for _, s := range samples {
			if s.counts[severity] > 0 {
				present = append(present, severity)
				break
			}
		}
	}
	return present
}

// rows makes the lines of the grid and returns the number at the top.
func (p *plot) rows(greatest int) int {
	step := niceStep(greatest)
	top := (greatest + step - 1) / step * step
	for n := 0; n <= top; n += step {
		p.Rows = append(p.Rows, tick{p.y(n, top), strconv.Itoa(n)})
	}
	return top
}

// niceStep divides a number into at most five steps of 1, 2 or 5 times a power of ten.
func niceStep(greatest int) int {
	const most = 5
	for power := 1; power <= math.MaxInt/100; power *= 10 {
		for _, factor := range []int{1, 2, 5} {
			if (greatest-1)/(factor*power) < most {
				return factor * power
			}
		}
	}
	return greatest
}

func (p *plot) y(n, top int) int {
	return p.Bottom - int(math.Round(float64(n)/float64(top)*float64(p.Bottom-p.Top)))
}

// columns gives each sample its place, and one more for the end of the last,
// and labels as many as there is room for.
func (p *plot) columns(samples []sample) []int {
	xs := places(samples, p.Left, p.Right)
	const apart = 96 // units that a label takes
	last := len(samples) - 1
	at := math.MinInt / 2
	for i, s := range samples {
		if i != last && xs[last]-xs[i] < apart && i > 0 || xs[i]-at < apart && i != last {
			continue
		}
		at = xs[i]
		p.Columns = append(p.Columns, tick{xs[i], day(s.at)})
	}
	return xs
}

// places spreads the samples over the width by their time, with room for the
// last one's step.
func places(samples []sample, left, right int) []int {
	const stub = 24 // steps that the last sample's width is one of, at most
	first, last := samples[0].at, samples[len(samples)-1].at
	span := last.Sub(first).Seconds()
	end := span + span/float64(min(stub, max(1, len(samples)-1)))
	xs := make([]int, 0, len(samples)+1)
	for _, s := range samples {
		x := left
		if end > 0 {
			x += int(math.Round(s.at.Sub(first).Seconds() / end * float64(right-left)))
		}
		xs = append(xs, x)
	}
	return append(xs, right)
}

// band draws a severity on top of what is below, and adds itself to that.
func (p *plot) band(severity gate.Severity, samples []sample, below []int, xs []int, top int) {
	var upper, lower []string
	for i, s := range samples {
		under := p.y(below[i], top)
		below[i] += s.counts[severity]
		over := p.y(below[i], top)
		upper = append(upper, fmt.Sprintf("%d,%d %d,%d", xs[i], over, xs[i+1], over))
		lower = append(lower, fmt.Sprintf("%d,%d %d,%d", xs[i+1], under, xs[i], under))
	}
	var path strings.Builder
	path.WriteString("M" + strings.Join(upper, " "))
	for i := len(lower) - 1; i >= 0; i-- {
		path.WriteString(" " + lower[i])
	}
	last := samples[len(samples)-1]
	b := band{Severity: severity.String(), Path: path.String() + "Z", Edge: "M" + strings.Join(upper, " ")}
	high := p.y(below[len(below)-1], top)
	low := p.y(below[len(below)-1]-last.counts[severity], top)
	b.Label = fmt.Sprintf("%d %s", last.counts[severity], severity)
	b.LabelY, b.EndY = (high+low)/2, (high+low)/2
	p.Bands = append(p.Bands, b)
}

// spreadLabels moves the labels apart where bands are thin. They stand from
// the bottom to the top, as the bands do.
func (p *plot) spreadLabels() {
	const apart = 18
	for i := range p.Bands {
		if i > 0 {
			p.Bands[i].LabelY = min(p.Bands[i].LabelY, p.Bands[i-1].LabelY-apart)
		} else {
			p.Bands[i].LabelY = min(p.Bands[i].LabelY, p.Bottom)
		}
	}
	// Those that were pushed out at the top push the others down again.
	lowest := p.Top
	for i := len(p.Bands) - 1; i >= 0; i-- {
		p.Bands[i].LabelY = max(p.Bands[i].LabelY, lowest)
		lowest = p.Bands[i].LabelY + apart
	}
}

func (p *plot) describe(samples []sample, left int) {
	first, last := samples[0], samples[len(samples)-1]
	p.Title = "Findings of all images by severity over time"
	p.Description = fmt.Sprintf("On %s: %s.", day(last.at), countsWords(last))
	if len(samples) > 1 {
		p.Description = fmt.Sprintf("On %s: %s. %s", day(first.at), countsWords(first), p.Description)
	}
	if left > 0 {
		p.Note = fmt.Sprintf("The newest %d databases are shown, %d older ones are left out.", len(samples), left)
	}
}

// countsWords are the counts of a sample in words.
func countsWords(s sample) string {
	var parts []string
	for _, severity := range worstFirst() {
		if n := s.counts[severity]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	if len(parts) == 0 {
		return "no findings"
	}
	return strings.Join(parts, ", ")
}

// minute is a time for the table: the day, and the minute where that matters.
func minute(t time.Time) string {
	t = t.UTC()
	if t.Hour() == 0 && t.Minute() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}
