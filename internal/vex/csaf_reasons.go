package vex

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// reason is why a product is not affected.
type reason struct{ label, impact string }

// reasons gives the reason for each product that a flag or an impact names.
// One that names no product is about all of them.
func (t *productTree) reasons(said csafVulnerability) (map[string]reason, error) {
	why := map[string]reason{}
	spent := 0
	apply := func(remark csafRemark, set func(*reason)) error {
		named := remark.Products
		if len(named) == 0 && len(remark.Groups) == 0 {
			named = said.Status["known_not_affected"]
		}
		for _, group := range remark.Groups {
			named = slices.Concat(named, t.groups[group])
			if spent += len(named); spent > maxPairs {
				return fmt.Errorf("its groups name more than %d products; split it", maxPairs)
			}
		}
		if spent += len(named); spent > maxPairs {
			return fmt.Errorf("its flags and threats name more than %d products; split it", maxPairs)
		}
		for _, id := range named {
			because := why[id]
			set(&because)
			why[id] = because
		}
		return nil
	}
	for _, flag := range said.Flags {
		if err := apply(flag, func(r *reason) { r.label = cmp.Or(r.label, shorten(flag.Label, 100)) }); err != nil {
			return nil, err
		}
	}
	for _, threat := range said.Threats {
		if threat.Category != "impact" {
			continue
		}
		if err := apply(threat, func(r *reason) { r.impact = cmp.Or(r.impact, shorten(threat.Details, maxText)) }); err != nil {
			return nil, err
		}
	}
	return why, nil
}

func sortedReasons(sets map[reason][]*product) []reason {
	return slices.SortedFunc(maps.Keys(sets), func(a, b reason) int {
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.impact, b.impact))
	})
}
