package gate_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

func TestChangesAreOrderedByAllThatTellsThemApart(t *testing.T) {
	high, low := vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed), vulnerability("CVE-1", gate.SeverityLow, gate.FixFixed)
	medium, anchored := vulnerability("CVE-1", gate.SeverityMedium, gate.FixFixed), low
	anchored.Anchor = "x"
	want := []gate.Change{
		{Finding: high, Status: gate.StatusNew},
		{Finding: low, Status: gate.StatusExisting},
		{Finding: low, Status: gate.StatusExisting, Disclosed: true},
		{Finding: low, Status: gate.StatusFixed},
		{Finding: low, Status: gate.StatusWorse},
		{Finding: low, Status: gate.StatusWorse, Before: &high},
		{Finding: low, Status: gate.StatusWorse, Before: &medium},
		{Finding: anchored, Status: gate.StatusExisting},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortStableFunc(got, gate.CompareChanges)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for i := range want {
		if gate.CompareChanges(want[i], want[i]) != 0 {
			t.Errorf("change %d is not equal to itself", i)
		}
	}
}

func TestWithoutABaselineAllIsNew(t *testing.T) {
	findings := []gate.Finding{vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed), vulnerability("CVE-2", gate.SeverityLow, gate.FixFixed)}
	changes := gate.AllNew(findings)
	if len(changes) != len(findings) {
		t.Fatalf("%d changes of %d findings", len(changes), len(findings))
	}
	for i, c := range changes {
		if diff := cmp.Diff(gate.Change{Finding: findings[i], Status: gate.StatusNew}, c); diff != "" {
			t.Error(diff)
		}
	}
}
