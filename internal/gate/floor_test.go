package gate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
)

func TestAFloorCantBeLowered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		findings := rapid.SliceOf(genFinding()).Draw(t, "findings")
		head, base, gaps := genPolicy().Draw(t, "head"), genPolicy().Draw(t, "base"), genGaps().Draw(t, "gaps")
		_, alone := gate.Decide(gate.AllNew(findings), gaps, base, now)
		_, both := gate.DecideStrictest(gate.AllNew(findings), gaps, head, []gate.Policy{base}, now)
		if alone.Blocked > both.Blocked {
			t.Fatalf("the base alone blocks %d findings, and with the head's policy beside it %d", alone.Blocked, both.Blocked)
		}
		if alone.Outcome == gate.Fail && both.Outcome == gate.Pass {
			t.Fatal("the head's policy turned the base's fail into pass")
		}
		if len(both.Gaps) < len(alone.Gaps) {
			t.Fatal("the head's policy closed a gap that the base leaves open")
		}
	})
}

func TestAFloorOnlyAddsStrictness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		findings := rapid.SliceOf(genFinding()).Draw(t, "findings")
		head, base := genPolicy().Draw(t, "head"), genPolicy().Draw(t, "base")
		_, alone := gate.Decide(gate.AllNew(findings), nil, head, now)
		_, both := gate.DecideStrictest(gate.AllNew(findings), nil, head, []gate.Policy{base}, now)
		if alone.Blocked > both.Blocked {
			t.Fatal("a floor took a block away")
		}
		decisions, same := gate.DecideStrictest(gate.AllNew(findings), nil, head, []gate.Policy{head}, now)
		want, verdict := gate.Decide(gate.AllNew(findings), nil, head, now)
		if diff := cmp.Diff(want, decisions) + cmp.Diff(verdict, same); diff != "" {
			t.Fatalf("the same policy as a floor makes a difference: %s", diff)
		}
	})
}

func TestTheStricterActionHoldsForEachFinding(t *testing.T) {
	loose, strict := gate.DefaultPolicy(), gate.DefaultPolicy()
	loose.Thresholds = map[gate.Analyzer]gate.Threshold{
		gate.AnalyzerScan: {Never: true, Origin: "head"}, gate.AnalyzerLint: {Severity: gate.SeverityLow, Origin: "head"},
		gate.AnalyzerPolicy: {Never: true},
	}
	loose.Waivers = []gate.Waiver{{ID: "CVE-1", Reason: "r", Expires: now.AddDate(0, 1, 0), Origin: "head"}}
	lint := gate.Finding{Rule: "pin", Analyzer: gate.AnalyzerLint, Severity: gate.SeverityMedium, Image: "shop"}
	changes := gate.AllNew([]gate.Finding{vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed), lint})
	decisions, verdict := gate.DecideStrictest(changes, nil, loose, []gate.Policy{strict}, now)
	got := map[string]gate.Action{}
	for _, d := range decisions {
		got[d.Change.Finding.Rule] = d.Action
	}
	want := map[string]gate.Action{"CVE-1": gate.ActionBlock, "pin": gate.ActionBlock}
	if diff := cmp.Diff(want, got); diff != "" || verdict.Blocked != 2 {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
}

func TestAFloorThatOnlyBlocksLeavesTheRestToThePolicy(t *testing.T) {
	policy, floor := gate.DefaultPolicy(), gate.DefaultPolicy()
	policy.Waivers = []gate.Waiver{{ID: "CVE-1", Reason: "r", Expires: now.AddDate(0, 1, 0)}, {ID: "CVE-2", Reason: "r", Expires: now.AddDate(0, 1, 0)}}
	changes := gate.AllNew([]gate.Finding{vulnerability("CVE-1", gate.SeverityLow, gate.FixNotFixed), vulnerability("CVE-2", gate.SeverityHigh, gate.FixFixed)})
	for onlyBlocks, want := range map[bool]gate.Action{true: gate.ActionWaived, false: gate.ActionWarn} {
		floor.OnlyBlocks = onlyBlocks
		decisions, verdict := gate.DecideStrictest(changes, nil, policy, []gate.Policy{floor}, now)
		for _, d := range decisions {
			if d.Change.Finding.Rule == "CVE-1" && d.Action != want {
				t.Errorf("only blocks %t: what the floor would warn of is %s, want %s", onlyBlocks, d.Action, want)
			}
		}
		if verdict.Blocked != 1 {
			t.Errorf("only blocks %t: %d block", onlyBlocks, verdict.Blocked)
		}
	}
}

func TestAGapIsAllowedOnlyByAllPolicies(t *testing.T) {
	allow := func(paths ...string) gate.Policy {
		p := gate.DefaultPolicy()
		p.Allowances = []gate.Allowance{{Guard: gate.GuardUnidentified, Paths: paths}}
		return p
	}
	gaps := []gate.Gap{{Guard: gate.GuardUnidentified, Message: "m", Paths: []string{"/a/x", "/b/y"}}}
	tests := []struct {
		name  string
		floor gate.Policy
		open  []string
	}{
		{"none of it", gate.DefaultPolicy(), []string{"/a/x", "/b/y"}},
		{"a part of it", allow("/a/**"), []string{"/b/y"}},
		{"all of it", allow(), nil},
	}
	for _, tt := range tests {
		t.Run("the base allows "+tt.name, func(t *testing.T) {
			_, v := gate.DecideStrictest(nil, gaps, allow(), []gate.Policy{tt.floor}, now)
			var open []string
			for _, g := range v.Gaps {
				open = append(open, g.Paths...)
			}
			if diff := cmp.Diff(tt.open, open); diff != "" || v.Complete != (tt.open == nil) {
				t.Errorf("complete %t, open (-want +got):\n%s", v.Complete, diff)
			}
		})
	}
}
