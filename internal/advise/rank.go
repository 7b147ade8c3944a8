package advise

import (
	"cmp"
	"math"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Choice is a candidate that was scanned.
type Choice struct {
	Candidate
	Difference
	// Size is the image's, in bytes; 0 where it is not known.
	Size int64
	// Gaps are why the scan is not the whole truth. A choice with gaps comes
	// last and is never recommended.
	Gaps []gate.Gap
}

// Rank sorts the choices, the best first: those that were scanned wholly, with
// the fewest findings that block, the fewest critical ones, and so on down the
// severities, then the smallest image and the smallest step.
func Rank(choices []Choice) []Choice {
	ranked := slices.Clone(choices)
	slices.SortStableFunc(ranked, compareChoices)
	return ranked
}

func compareChoices(a, b Choice) int {
	order := cmp.Or(cmp.Compare(min(len(a.Gaps), 1), min(len(b.Gaps), 1)), cmp.Compare(len(a.Blocking), len(b.Blocking)))
	if order != 0 {
		return order
	}
	for _, severity := range slices.Backward(gate.Severities()) {
		if c := cmp.Compare(a.LeftBy[severity], b.LeftBy[severity]); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.knownSize(), b.knownSize()), cmp.Compare(a.step(), b.step()), cmp.Compare(a.Tag, b.Tag))
}

// knownSize puts a size that is not known behind all that are.
func (c Choice) knownSize() int64 {
	if c.Size <= 0 {
		return math.MaxInt64
	}
	return c.Size
}

// Recommend chooses the smallest step after which nothing blocks, or, where
// there is none, the choice after which least does. blocking is how many findings
// of the image that is used block: it recommends nothing where none do, and
// nothing that leaves as many.
func Recommend(blocking int, choices []Choice) (Choice, bool) {
	var best Choice
	found := false
	for _, c := range Rank(choices) {
		if len(c.Gaps) > 0 || len(c.Blocking) >= blocking {
			continue
		}
		if !found || len(c.Blocking) == 0 && c.step() < best.step() {
			best, found = c, true
		}
	}
	return best, found
}

// step is how large the step to a candidate is.
func (c Candidate) step() int {
	kinds := Kinds()
	step := 2 * slices.Index(kinds, c.Kind)
	if c.Musl {
		// Another C library is more than another version or release.
		return max(step, 2*slices.Index(kinds, KindCombined)+1)
	}
	return step
}
