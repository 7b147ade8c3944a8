package fleet

import (
	"strconv"

	"github.com/containergate/gate/internal/gate"
)

// unknown is in the place of a number where nothing was scanned.
const unknown = "?"

// numberHeads are the columns of numbers in the table of images. What is below
// low has one where any of it matters.
func (t *fleetTally) numberHeads() []string {
	heads := []string{"releases"}
	for _, s := range []gate.Severity{gate.SeverityCritical, gate.SeverityHigh, gate.SeverityMedium, gate.SeverityLow} {
		heads = append(heads, s.String())
	}
	if t.lesser() > 0 {
		heads = append(heads, "lesser")
	}
	return append(heads, "new", "gone")
}

// numbers are those of one image.
func (t *fleetTally) numbers(image int) []string {
	i := &t.each[image]
	counts := []int{i.severities[gate.SeverityCritical], i.severities[gate.SeverityHigh], i.severities[gate.SeverityMedium], i.severities[gate.SeverityLow]}
	if t.lesser() > 0 {
		counts = append(counts, i.lesser())
	}
	texts := []string{strconv.Itoa(i.releases)}
	for _, n := range append(counts, i.fresh, i.gone) {
		text := strconv.Itoa(n)
		if i.unscanned == i.releases {
			text = unknown
		}
		texts = append(texts, text)
	}
	return texts
}
