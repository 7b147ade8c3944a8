package baseline

import (
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Base is what the findings of a head are held against.
type Base struct {
	// Findings are the base's, made with the same database and the same rules
	// as the head's.
	Findings []gate.Finding
	// Kept is the document that the base was re-matched from; nil for a base
	// that was built or pulled. It says what was known when it was kept.
	Kept *Kept
	// Renamed says where files of the base are in the head, for those that
	// moved. Its paths are clean (path.Clean).
	Renamed map[File]string
}

// Mark says of each finding of the head whether it is new, existing or worse,
// and adds what the base had and the head has not as fixed.
//
// Findings are compared as a multiset of gate.KeyOf, with names closed over the
// aliases of both sides. Where one side has more of a key than the other, those
// that are most alike belong together: same platform, id, scanner, version,
// path, stage and line, in this order. The result is sorted by
// gate.CompareChanges, and the order of the arguments never matters.
func Mark(base Base, head []gate.Finding) []gate.Change {
	n := newNames()
	for _, side := range [...][]gate.Finding{base.Findings, head} {
		for _, f := range side {
			n.learn(f.Analyzer, f.Names())
		}
	}
	memory := remember(base.Kept, n)
	groups := map[identity]*group{}
	at := func(id identity) *group {
		if groups[id] == nil {
			groups[id] = &group{}
		}
		return groups[id]
	}
	for _, f := range base.Findings {
		s := sided{finding: f, seen: moved(f, base.Renamed)}
		g := at(n.identify(s.seen))
		g.base = append(g.base, s)
	}
	for _, f := range head {
		g := at(n.identify(f))
		g.head = append(g.head, sided{finding: f, seen: f})
	}
	changes := make([]gate.Change, 0, len(head))
	for _, g := range groups {
		for _, p := range g.pairs() {
			changes = append(changes, memory.compare(p.base, p.head))
		}
		for _, s := range g.head {
			changes = append(changes, gate.Change{Finding: s.finding, Status: gate.StatusNew})
		}
		for _, s := range g.base {
			changes = append(changes, gate.Change{Finding: s.finding, Status: gate.StatusFixed})
		}
	}
	slices.SortStableFunc(changes, gate.CompareChanges)
	return changes
}
