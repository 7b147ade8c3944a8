package fleet

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// RemediesMost is how many bytes RemediesJSON returns at most. GitHub takes
// 65,535 characters for all inputs of a workflow_dispatch together.
const RemediesMost = 60_000

// RemediesJSON are the Remedies as a compact JSON array on one line. Where it
// would be longer than RemediesMost, first the lists of each image are
// shortened, then images are left out: those for which nothing can be done, then
// those of which the least would be removed. The fields more and moreImages say
// how much that is.
func RemediesJSON(f gate.Fleet) ([]byte, error) {
	remedies := Remedies(f)
	for _, most := range []int{1000, 100, 30, 10, 3, 1} {
		text, err := remediesText(shortened(remedies, most), 0)
		if err != nil || len(text) <= RemediesMost {
			return text, err
		}
	}
	return fewer(shortened(remedies, 1))
}

// shortened keeps the first entries of each image's lists.
func shortened(remedies []Remedy, most int) []Remedy {
	short := slices.Clone(remedies)
	for i := range short {
		r := &short[i]
		more := RemedyMore{
			References: max(0, len(r.References)-most), Bases: max(0, len(r.Bases)-most), Dependencies: max(0, len(r.Dependencies)-most),
		}
		r.References, r.Bases, r.Dependencies = upTo(r.References, most), upTo(r.Bases, most), upTo(r.Dependencies, most)
		if more != (RemedyMore{}) {
			r.More = &more
		}
	}
	return short
}

// fewer keeps as many images as there is room for, in their order.
func fewer(remedies []Remedy) ([]byte, error) {
	order := make([]int, len(remedies))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remedies[b].gain(), remedies[a].gain()) })
	const reserve = 64 // for the brackets and moreImages
	room := RemediesMost - reserve
	var kept []int
	for _, i := range order {
		text, err := remediesText(remedies[i:i+1], 0)
		if err != nil {
			return nil, err
		}
		if len(text) <= room {
			room -= len(text)
			kept = append(kept, i)
		}
	}
	slices.Sort(kept)
	few := make([]Remedy, 0, len(kept))
	for _, i := range kept {
		few = append(few, remedies[i])
	}
	return remediesText(few, len(remedies)-len(few))
}

// gain is how many findings somebody could remove.
func (r *Remedy) gain() int {
	n := r.Clears
	for _, d := range r.Dependencies {
		n += d.Clears
	}
	return n
}

func remediesText(remedies []Remedy, left int) ([]byte, error) {
	if left > 0 && len(remedies) == 0 {
		return nil, fmt.Errorf("no image's remedies fit into %d bytes", RemediesMost)
	}
	if left > 0 {
		remedies[len(remedies)-1].MoreImages = left
	}
	text, err := json.Marshal(remedies)
	if err != nil {
		return nil, fmt.Errorf("encode the remedies: %w", err)
	}
	return plain.JSON(text), nil
}
