package baseline

import (
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Stale is an entry that accepts more than there is.
type Stale struct {
	Entry Entry
	// Used is how often the finding still occurs; less than the entry's count.
	Used int
}

// Apply marks the findings of a head: those within an entry's count, on each
// platform, are existing, and the others are new. Of too many, the least severe
// are the existing ones. The changes are sorted by gate.CompareChanges.
//
// Stale are the entries that are not used up. Only a run that examined what an
// entry is of can tell: examined says whether it did, completely, and nil means
// that it did for every entry.
func (r Ratchet) Apply(head []gate.Finding, examined func(Entry) bool) (changes []gate.Change, stale []Stale) {
	n := newNames()
	for _, f := range head {
		n.learn(f.Analyzer, f.Names())
	}
	left, used := r.allowances(n, head), occurrences(n, head)
	ordered := slices.SortedStableFunc(slices.Values(head), compareFindings)
	changes = make([]gate.Change, 0, len(head))
	for _, f := range slices.Backward(ordered) {
		change := gate.Change{Finding: f, Status: gate.StatusNew}
		id := n.identify(f)
		if at := (onPlatform{id, f.Platform}); left[at] > 0 {
			change.Status = gate.StatusExisting
			left[at]--
		}
		changes = append(changes, change)
	}
	slices.SortStableFunc(changes, gate.CompareChanges)
	for _, e := range r.Entries {
		id := n.of(e)
		taken := min(used[id], e.Count)
		used[id] -= taken
		if taken < e.Count && (examined == nil || examined(e)) {
			stale = append(stale, Stale{Entry: e, Used: taken})
		}
	}
	return changes, stale
}

// Prune returns the ratchet with the counts that are left of the stale entries,
// and without those of which nothing is.
func (r Ratchet) Prune(stale []Stale) Ratchet {
	used := map[Entry]int{}
	for _, s := range stale {
		used[s.Entry] = s.Used
	}
	var kept Ratchet
	for _, e := range r.Entries {
		if n, ok := used[e]; ok {
			e.Count = n
		}
		if e.Count > 0 {
			kept.Entries = append(kept.Entries, e)
		}
	}
	return kept
}

// onPlatform is an identity on one platform.
type onPlatform struct {
	identity
	platform string
}

// of returns the identity of the findings that an entry accepts.
func (n names) of(e Entry) identity {
	return identity{analyzer: e.Analyzer, image: e.Image, rule: n.class(e.Analyzer, e.Rule), subject: e.Subject}
}

// allowances returns how many findings are accepted on each platform of the head.
func (r Ratchet) allowances(n names, head []gate.Finding) map[onPlatform]int {
	counts := map[identity]int{}
	for _, e := range r.Entries {
		counts[n.of(e)] += e.Count
	}
	left := map[onPlatform]int{}
	for _, f := range head {
		id := n.identify(f)
		left[onPlatform{id, f.Platform}] = counts[id]
	}
	return left
}

// occurrences counts the findings of each identity on the platform that has most.
func occurrences(n names, head []gate.Finding) map[identity]int {
	times := map[onPlatform]int{}
	most := map[identity]int{}
	for _, f := range head {
		id := n.identify(f)
		at := onPlatform{id, f.Platform}
		times[at]++
		most[id] = max(most[id], times[at])
	}
	return most
}
