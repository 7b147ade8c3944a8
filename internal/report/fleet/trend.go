package fleet

import (
	"fmt"
	"strings"
)

// trend is a small plot of one image: all findings as a line, and what is
// critical or high of them as an area. Each has a scale of its own.
type trend struct {
	// Words say the same, for who does not see it.
	Words string
	// All and Grave are paths; Dot is the end of the line.
	All, Grave string
	DotX, DotY int
	Now        int
}

// The measures of a trend, in its own units.
const (
	trendWidth  = 120
	trendHeight = 28
	trendEdge   = 3
)

// newTrend returns nil without samples.
func newTrend(samples []sample) *trend {
	samples, _ = newest(samples)
	if len(samples) == 0 {
		return nil
	}
	greatest := 1
	for _, s := range samples {
		greatest = max(greatest, s.sum())
	}
	y := func(n int) int { return trendHeight - trendEdge - n*(trendHeight-2*trendEdge)/greatest }
	right := trendWidth - trendEdge
	if len(samples) == 1 {
		const bar = 16
		right = trendEdge + bar
	}
	xs := places(samples, trendEdge, right)
	var all, grave []string
	for i, s := range samples {
		all = append(all, fmt.Sprintf("%d,%d %d,%d", xs[i], y(s.sum()), xs[i+1], y(s.sum())))
		grave = append(grave, fmt.Sprintf("%d,%d %d,%d", xs[i], y(s.grave()), xs[i+1], y(s.grave())))
	}
	first, last := samples[0], samples[len(samples)-1]
	t := &trend{
		All: "M" + strings.Join(all, " "), DotX: right, DotY: y(last.sum()), Now: last.sum(),
		Grave: fmt.Sprintf("M%d,%d %s %d,%dZ", trendEdge, trendHeight-trendEdge, strings.Join(grave, " "), right, trendHeight-trendEdge),
		Words: fmt.Sprintf("%s on %s", count(last.sum(), "finding", "findings"), day(last.at)),
	}
	if len(samples) > 1 {
		t.Words = fmt.Sprintf("from %d on %s to %d on %s, %d of them critical or high", first.sum(), day(first.at), last.sum(), day(last.at), last.grave())
	}
	return t
}
