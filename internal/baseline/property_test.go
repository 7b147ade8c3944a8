package baseline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

func TestTheHeadIsNewExistingAndWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, head := genFindings().Draw(t, "base"), genFindings().Draw(t, "head")
		changes := baseline.Mark(baseline.Base{Findings: base, Kept: genKept(base).Draw(t, "kept")}, head)
		if diff := cmp.Diff(sorted(head), of(changes, gate.StatusNew, gate.StatusExisting, gate.StatusWorse)); diff != "" {
			t.Fatalf("new, existing and worse are not the head (-head +changes):\n%s", diff)
		}
		fixed, left := of(changes, gate.StatusFixed), sorted(base)
		matched := len(of(changes, gate.StatusExisting, gate.StatusWorse))
		if len(fixed) != len(base)-matched {
			t.Fatalf("%d are fixed, of %d with %d matched", len(fixed), len(base), matched)
		}
		for _, f := range fixed {
			i := find(left, f)
			if i < 0 {
				t.Fatalf("fixed is what the base did not have: %+v", f)
			}
			left = append(left[:i:i], left[i+1:]...)
		}
		for _, c := range changes {
			if (c.Before != nil) != (c.Status == gate.StatusWorse) || (c.Disclosed && c.Status != gate.StatusExisting) {
				t.Fatalf("a change contradicts itself: %+v", c)
			}
		}
	})
}

func find(list []gate.Finding, f gate.Finding) int {
	for i := range list {
		if cmp.Equal(list[i], f) {
			return i
		}
	}
	return -1
}

func TestNewAndFixedSwapWhenTheSidesDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := genFindings().Draw(t, "a"), genFindings().Draw(t, "b")
		there := baseline.Mark(baseline.Base{Findings: a}, b)
		back := baseline.Mark(baseline.Base{Findings: b}, a)
		if diff := cmp.Diff(of(there, gate.StatusNew), of(back, gate.StatusFixed)); diff != "" {
			t.Fatalf("new there is not fixed back:\n%s", diff)
		}
		if diff := cmp.Diff(of(there, gate.StatusFixed), of(back, gate.StatusNew)); diff != "" {
			t.Fatalf("fixed there is not new back:\n%s", diff)
		}
	})
}

func TestTheOrderOfFindingsNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, head := genFindings().Draw(t, "base"), genFindings().Draw(t, "head")
		kept := genKept(base).Draw(t, "kept")
		first := baseline.Mark(baseline.Base{Findings: base, Kept: kept}, head)
		again := baseline.Mark(baseline.Base{Findings: shuffled(t, base), Kept: kept}, shuffled(t, head))
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatalf("another order gave another result:\n%s", diff)
		}
	})
}

func TestAgainstItselfAllIsExisting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := genFindings().Draw(t, "findings")
		for _, c := range baseline.Mark(baseline.Base{Findings: shuffled(t, all)}, all) {
			if c.Status != gate.StatusExisting {
				t.Fatalf("%s is %s", c.Finding.Rule, c.Status)
			}
		}
		for _, c := range baseline.Mark(baseline.Base{Findings: all, Kept: &baseline.Kept{Known: baseline.KnownOf(all)}}, all) {
			if c.Status != gate.StatusExisting || c.Disclosed {
				t.Fatalf("%s is %s, disclosed %t, though it was known", c.Finding.Rule, c.Status, c.Disclosed)
			}
		}
		for _, c := range baseline.Mark(baseline.Base{}, all) {
			if c.Status != gate.StatusNew {
				t.Fatalf("%s is %s without a base", c.Finding.Rule, c.Status)
			}
		}
	})
}

// TestWhatHasOneKeyIsNeverTornApart holds Mark against gate.KeyOf: it may know
// that two keys are one fault, but never finds less alike than the key does.
func TestWhatHasOneKeyIsNeverTornApart(t *testing.T) {
	type key struct {
		gate.Key
		analyzer gate.Analyzer
	}
	rapid.Check(t, func(t *rapid.T) {
		base, head := genFindings().Draw(t, "base"), genFindings().Draw(t, "head")
		left := map[key]int{}
		for _, c := range baseline.Mark(baseline.Base{Findings: base}, head) {
			k := key{gate.KeyOf(c.Finding), c.Finding.Analyzer}
			switch c.Status {
			case gate.StatusNew:
				left[k] |= 1
			case gate.StatusFixed:
				left[k] |= 2
			case gate.StatusExisting, gate.StatusWorse:
			}
		}
		for k, sides := range left {
			if sides == 3 {
				t.Fatalf("%+v is both new and fixed", k)
			}
		}
	})
}

func TestAVersionThatStaysVulnerableIsNeverNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := genFindings().Draw(t, "base")
		head := sorted(base)
		for i, f := range head {
			if f.Package != nil {
				p := *f.Package
				p.Version, p.PURL = "9.9", "pkg:deb/debian/"+p.Name+"@9.9"
				head[i].Package, head[i].Paths = &p, []string{"/opt/" + p.Name + "-9.9"}
			} else {
				head[i].Location.Line += 7
			}
		}
		changes := baseline.Mark(baseline.Base{Findings: base}, head)
		if n := len(of(changes, gate.StatusNew, gate.StatusFixed)); n > 0 {
			t.Fatalf("%d are new or fixed by other versions and lines", n)
		}
	})
}
