package gate_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
)

// tightened returns the policy with one thing made stricter.
func tightened(t *rapid.T, p gate.Policy) gate.Policy {
	switch rapid.IntRange(0, 7).Draw(t, "tightened") {
	case 0:
		lower := map[gate.Analyzer]gate.Threshold{}
		for analyzer, threshold := range p.Thresholds {
			if analyzer != gate.AnalyzerPolicy {
				threshold.Never = false
				threshold.Severity = max(gate.SeverityNegligible, threshold.Severity-1)
			}
			lower[analyzer] = threshold
		}
		p.Thresholds = lower
	case 1:
		p.OnlyFixed = false
	case 2:
		p.Waivers = nil
	case 3:
		p.Rules = append([]gate.Rule{{Action: gate.ActionBlock, When: genCondition().Draw(t, "also")}}, p.Rules...)
	case 4:
		p.Mode = gate.ModeEnforce
	case 5:
		p.Grace = nil
	case 6:
		p.Budgets = append(p.Budgets, genBudget().Draw(t, "another budget"))
	case 7:
		p.UnknownAs = gate.SeverityCritical
	}
	return p
}

func TestTighteningNeverUnblocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		findings := rapid.SliceOf(genFinding()).Draw(t, "findings")
		policy := genPolicy().Draw(t, "policy")
		policy.WaiverTerms.MaxDays = 0
		tight := tightened(t, policy)
		if tight.UnknownAs != policy.UnknownAs {
			// What unknown counts as is only comparable without rules about severities.
			policy.Rules, policy.Budgets, policy.Grace = nil, nil, nil
			tight.Rules, tight.Budgets, tight.Grace = nil, nil, nil
		}
		before, _ := gate.Decide(gate.AllNew(findings), nil, policy, now)
		after, _ := gate.Decide(gate.AllNew(findings), nil, tight, now)
		if blocked(before) > blocked(after) {
			t.Fatalf("%d findings block, and %d after the policy was tightened", blocked(before), blocked(after))
		}
	})
}

func blocked(decisions []gate.Decision) int {
	n := 0
	for _, d := range decisions {
		if d.Action == gate.ActionBlock && d.Change.Finding.Analyzer != gate.AnalyzerPolicy {
			n++
		}
	}
	return n
}

func TestEveryFindingIsDecidedByARuleOfTheExpandedPolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, policy := genFinding().Draw(t, "finding"), genPolicy().Draw(t, "policy")
		policy.Waivers, policy.Budgets, policy.Mode = nil, nil, gate.ModeEnforce
		want := decideOneOf(f, policy)
		expanded := gate.Policy{Rules: policy.Expanded(), UnknownAs: policy.UnknownAs}
		got := decideOneOf(f, expanded)
		if got.Action != want.Action || got.Rule != want.Rule || got.Origin != want.Origin {
			t.Fatalf("the expanded policy says %s by %q (%s), the policy %s by %q (%s)", got.Action, got.Rule, got.Origin, want.Action, want.Rule, want.Origin)
		}
		if want.Rule == "" && want.Origin == gate.OriginDefault {
			t.Fatal("no rule was about the finding")
		}
	})
}

func decideOneOf(f gate.Finding, policy gate.Policy) gate.Decision {
	decisions, _ := gate.Decide(gate.AllNew([]gate.Finding{f}), nil, policy, now)
	return decisions[0]
}
