package baseline

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// sided is a finding of one side. seen is the finding as the other side would
// have it: at the new place of its file.
type sided struct {
	finding, seen gate.Finding
}

// group is what both sides have of one identity.
type group struct {
	base, head []sided
}

// pair is one finding on both sides.
type pair struct {
	base, head gate.Finding
}

// pairs takes the findings that belong together out of the group, the most
// alike first; what is left on a side has none on the other.
func (g *group) pairs() []pair {
	if len(g.base) == 0 || len(g.head) == 0 {
		return nil
	}
	slices.SortStableFunc(g.base, compareSided)
	slices.SortStableFunc(g.head, compareSided)
	base, head, bits := evidenceOf(g.base, g.head)
	var found []pair
	// The bits of a mask are the kinds of evidence that must agree, the
	// weightiest at the top: each step down asks for less.
	for mask := 1<<bits - 1; mask >= 0 && len(g.base) > 0 && len(g.head) > 0; mask-- {
		waiting := map[string][]int{}
		for i, e := range base {
			key := e.under(mask)
			waiting[key] = append(waiting[key], i)
		}
		var usedBase, usedHead []int
		for j, e := range head {
			key := e.under(mask)
			if queue := waiting[key]; len(queue) > 0 {
				waiting[key] = queue[1:]
				usedBase, usedHead = append(usedBase, queue[0]), append(usedHead, j)
				found = append(found, pair{base: g.base[queue[0]].finding, head: g.head[j].finding})
			}
		}
		g.base, base = without(g.base, usedBase), without(base, usedBase)
		g.head, head = without(g.head, usedHead), without(head, usedHead)
	}
	return found
}

func compareSided(a, b sided) int {
	return cmp.Or(compareFindings(a.seen, b.seen), compareFindings(a.finding, b.finding))
}

// compareFindings is gate.Compare, which tells apart what a reader can, and then
// the anchor.
func compareFindings(a, b gate.Finding) int {
	return cmp.Or(gate.Compare(a, b), cmp.Compare(a.Anchor, b.Anchor))
}

// evidence is what tells findings of one identity apart, weightiest first.
type evidence []string

// evidenceOf returns the evidence of both sides. What all of them agree in is
// left out, so that there are few masks: bits says how many kinds are left.
func evidenceOf(base, head []sided) (ofBase, ofHead []evidence, bits int) {
	all := make([]evidence, 0, len(base)+len(head))
	for _, s := range slices.Concat(base, head) {
		f := s.seen
		version := ""
		if f.Package != nil {
			version = f.Package.Version
		}
		all = append(all, evidence{
			f.Platform, f.Rule, gate.KeyOf(f).Rule, f.Source + "\x00" + f.Tool, version,
			strings.Join(append([]string{f.Location.Path}, f.Paths...), "\x00"), f.Anchor, strconv.Itoa(f.Location.Line),
		})
	}
	for kind := len(all[0]) - 1; kind >= 0; kind-- {
		same := !slices.ContainsFunc(all, func(e evidence) bool { return e[kind] != all[0][kind] })
		for i := range all {
			if same {
				all[i] = slices.Delete(all[i], kind, kind+1)
			}
		}
	}
	return all[:len(base):len(base)], all[len(base):], len(all[0])
}

// under returns the evidence that a mask asks for, as one word.
func (e evidence) under(mask int) string {
	var key strings.Builder
	for i, text := range e {
		if mask&(1<<(len(e)-1-i)) != 0 {
			key.WriteString(strconv.Itoa(len(text)) + ":" + text)
		}
	}
	return key.String()
}

// without returns the items that are not at the places.
func without[T any](items []T, places []int) []T {
	if len(places) == 0 {
		return items
	}
	gone := make([]bool, len(items))
	for _, at := range places {
		gone[at] = true
	}
	kept := make([]T, 0, len(items)-len(places))
	for i, item := range items {
		if !gone[i] {
			kept = append(kept, item)
		}
	}
	return kept
}
