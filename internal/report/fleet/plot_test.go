package fleet

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

func high(day, n int) gate.Point {
	return gate.Point{Time: at(day), Severities: map[gate.Severity]int{gate.SeverityHigh: n}}
}

func TestBetweenItsPointsAnImageHasWhatItHadAtTheLast(t *testing.T) {
	samples := fleetSamples([]gate.FleetImage{
		{Points: []gate.Point{high(1, 2), high(10, 5), high(20, 1)}},
		{Points: []gate.Point{high(15, 10), high(5, 7), high(20, 0)}}, // in no order
	})
	var got []int
	for _, s := range samples {
		got = append(got, s.at.Day(), s.sum())
	}
	if want := []int{1, 2, 5, 9, 10, 12, 15, 15, 20, 1}; !slices.Equal(got, want) {
		t.Errorf("the samples are %v, want %v", got, want)
	}
}

func TestTwoPointsOfOneInstantAreTheLast(t *testing.T) {
	if samples := samplesOf([]gate.Point{high(1, 2), high(1, 3)}); len(samples) != 1 || samples[0].sum() != 3 {
		t.Errorf("the samples are %v", samples)
	}
}

func TestTheStepsOfTheGridAreRound(t *testing.T) {
	for greatest, want := range map[int]int{1: 1, 5: 1, 6: 2, 10: 2, 11: 5, 25: 5, 26: 10, 100: 20, 101: 50, 999: 200, 1_000_001: 500_000} {
		if got := niceStep(greatest); got != want {
			t.Errorf("%d is divided into steps of %d, want %d", greatest, got, want)
		}
	}
	if got := niceStep(math.MaxInt); got <= 0 {
		t.Errorf("the step is %d", got)
	}
}

func TestThePlotStaysInItsFrame(t *testing.T) {
	long := []gate.Point{}
	for i := range 1000 {
		long = append(long, gate.Point{Time: at(1).AddDate(0, 0, i), Severities: map[gate.Severity]int{gate.SeverityLow: i}})
	}
	every := map[gate.Severity]int{}
	for _, s := range gate.Severities() {
		every[s] = 1
	}
	for name, points := range map[string][]gate.Point{
		"one": {high(1, 3)}, "none found": {high(1, 0), high(2, 0)}, "thin bands": {{Time: at(1), Severities: every}, high(2, 5000), {Time: at(3), Severities: every}},
		"a thousand": long, "ages apart": {{Time: time.Time{}}, high(1, 2), {Time: time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)}}, "enormous": {high(1, 1_000_000_000)},
	} {
		p := newPlot(samplesOf(points))
		for i, b := range p.Bands {
			if b.LabelY < p.Top || b.LabelY > p.Bottom {
				t.Errorf("%s: a label stands at %d", name, b.LabelY)
			}
			if i > 0 && p.Bands[i-1].LabelY-b.LabelY < 18 {
				t.Errorf("%s: two labels stand at %d and %d", name, p.Bands[i-1].LabelY, b.LabelY)
			}
			if strings.Contains(b.Path, "-") {
				t.Errorf("%s: a band leaves the frame: %s", name, b.Path)
			}
		}
		for i, c := range p.Columns {
			if c.At < p.Left || c.At > p.Right || i > 0 && c.At-p.Columns[i-1].At < 96 {
				t.Errorf("%s: a label of time stands at %d", name, c.At)
			}
		}
		if len(p.Table) > samplesMost || (len(p.Table) < len(points)) != (p.Note != "") {
			t.Errorf("%s: %d of %d rows, and the note %q", name, len(p.Table), len(points), p.Note)
		}
		if newTrend(samplesOf(points)).Words == "" {
			t.Errorf("%s: the trend has no words", name)
		}
	}
	if newPlot(nil) != nil || newTrend(nil) != nil {
		t.Error("there is a plot of nothing")
	}
}
