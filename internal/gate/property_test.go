package gate_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
)

func genFinding() *rapid.Generator[gate.Finding] {
	return rapid.Custom(func(t *rapid.T) gate.Finding {
		f := gate.Finding{
			Rule:     rapid.SampledFrom([]string{"CVE-1", "CVE-2", "GHSA-a", "pin-base-image"}).Draw(t, "rule"),
			Analyzer: rapid.SampledFrom([]gate.Analyzer{gate.AnalyzerScan, gate.AnalyzerLint}).Draw(t, "analyzer"),
			Severity: gate.Severity(rapid.IntRange(0, 5).Draw(t, "severity")),
			Image:    rapid.SampledFrom([]string{"shop", "till"}).Draw(t, "image"),
			Location: gate.Location{Path: "Dockerfile", Line: rapid.IntRange(0, 3).Draw(t, "line")},
			Message:  rapid.SampledFrom([]string{"a", "b"}).Draw(t, "message"),
		}
		if f.Analyzer == gate.AnalyzerScan {
			f.Package = &gate.Package{Name: rapid.SampledFrom([]string{"openssl", "zlib"}).Draw(t, "package"), Version: "1", Type: "deb"}
			f.Fix = &gate.Fix{
				State:     rapid.SampledFrom([]gate.FixState{gate.FixFixed, gate.FixNotFixed}).Draw(t, "fix"),
				Available: rapid.SampledFrom([]string{"", "2026-11-20", "2026-01-01"}).Draw(t, "fixed on"),
			}
			if rapid.Bool().Draw(t, "exploited") {
				f = exploited(f)
			}
		}
		return f
	})
}

func genPolicy() *rapid.Generator[gate.Policy] {
	return rapid.Custom(func(t *rapid.T) gate.Policy {
		p := gate.DefaultPolicy()
		p.OnlyFixed = rapid.Bool().Draw(t, "only fixed")
		p.UnknownAs = gate.Severity(rapid.IntRange(1, 5).Draw(t, "unknown as"))
		for _, a := range []gate.Analyzer{gate.AnalyzerScan, gate.AnalyzerLint} {
			p.Thresholds[a] = gate.Threshold{
				Never: rapid.Bool().Draw(t, "never"), Severity: gate.Severity(rapid.IntRange(1, 5).Draw(t, "threshold")),
			}
		}
		p.Mode = rapid.SampledFrom([]gate.Mode{gate.ModeEnforce, gate.ModeEnforce, gate.ModeWarn}).Draw(t, "mode")
		p.Rules = rapid.SliceOfN(genRule(), 0, 3).Draw(t, "rules")
		p.Budgets = rapid.SliceOfN(genBudget(), 0, 2).Draw(t, "budgets")
		p.WaiverTerms.MaxDays = rapid.IntRange(0, 2).Draw(t, "longest waiver")
		if rapid.Bool().Draw(t, "grace") {
			p.Grace = []gate.Grace{{Severity: gate.SeverityHigh, Days: rapid.IntRange(0, 30).Draw(t, "days of grace")}}
		}
		if rapid.Bool().Draw(t, "override") {
			p.Overrides = []gate.Override{{Image: "till", Thresholds: map[gate.Analyzer]gate.Threshold{gate.AnalyzerScan: {Severity: gate.SeverityCritical}}}}
		}
		for range rapid.IntRange(0, 3).Draw(t, "waivers") {
			p.Waivers = append(p.Waivers, genWaiver().Draw(t, "waiver"))
		}
		return p
	})
}

// genCondition is about what analyzers find, never about the policy's own waivers.
func genCondition() *rapid.Generator[gate.Condition] {
	return rapid.Custom(func(t *rapid.T) gate.Condition {
		c := gate.Condition{Analyzers: []gate.Analyzer{gate.AnalyzerScan, gate.AnalyzerLint}}
		switch rapid.IntRange(0, 6).Draw(t, "condition") {
		case 0:
			c.Severities = []gate.Severity{gate.Severity(rapid.IntRange(1, 5).Draw(t, "of severity"))}
		case 1:
			kev := rapid.Bool().Draw(t, "kev")
			c.KEV = &kev
		case 2:
			c.FixAge = &gate.Bound{Op: rapid.SampledFrom([]string{"<", ">="}).Draw(t, "op"), Value: 30}
		case 3:
			c.Packages = []string{"open*"}
		case 4:
			c.Not = &gate.Condition{Images: []string{"shop"}}
		case 5:
			c.Sides = []gate.Side{gate.SideBase}
		}
		return c
	})
}

func genRule() *rapid.Generator[gate.Rule] {
	return rapid.Custom(func(t *rapid.T) gate.Rule {
		return gate.Rule{
			Name:   rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "name"),
			Action: rapid.SampledFrom([]gate.Action{gate.ActionBlock, gate.ActionWarn, gate.ActionIgnore}).Draw(t, "action"),
			When:   genCondition().Draw(t, "when"),
		}
	})
}

func genBudget() *rapid.Generator[gate.Budget] {
	return rapid.Custom(func(t *rapid.T) gate.Budget {
		return gate.Budget{Max: rapid.IntRange(0, 3).Draw(t, "max"), When: genCondition().Draw(t, "counted")}
	})
}

func genWaiver() *rapid.Generator[gate.Waiver] {
	return rapid.Custom(func(t *rapid.T) gate.Waiver {
		return gate.Waiver{
			ID:      rapid.SampledFrom([]string{"CVE-1", "GHSA-a", "pin-base-image", "nothing"}).Draw(t, "id"),
			Package: rapid.SampledFrom([]string{"", "openssl"}).Draw(t, "for package"),
			Reason:  "reason", Expires: now.AddDate(0, 0, rapid.IntRange(-2, 2).Draw(t, "days")),
		}
	})
}

func genGaps() *rapid.Generator[[]gate.Gap] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) gate.Gap {
		return gate.Gap{Guard: rapid.SampledFrom([]gate.Guard{gate.GuardNoPackages, gate.GuardDatabase}).Draw(t, "guard"), Message: "m"}
	}), 0, 2)
}

func TestAddingAFindingNeverTurnsFailIntoPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		findings := rapid.SliceOf(genFinding()).Draw(t, "findings")
		policy, gaps := genPolicy().Draw(t, "policy"), genGaps().Draw(t, "gaps")
		_, before := gate.Decide(gate.AllNew(findings), gaps, policy, now)
		more := append(slices.Clone(findings), genFinding().Draw(t, "another"))
		_, after := gate.Decide(gate.AllNew(more), gaps, policy, now)
		if before.Outcome == gate.Fail && after.Outcome == gate.Pass {
			t.Fatal("one more finding turned fail into pass")
		}
	})
}

func TestOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		findings := rapid.SliceOf(genFinding()).Draw(t, "findings")
		policy, gaps := genPolicy().Draw(t, "policy"), genGaps().Draw(t, "gaps")
		decisions, verdict := gate.Decide(gate.AllNew(findings), gaps, policy, now)
		seed := rapid.Uint64().Draw(t, "seed")
		random := rand.New(rand.NewPCG(seed, 1))
		random.Shuffle(len(findings), func(i, j int) { findings[i], findings[j] = findings[j], findings[i] })
		random.Shuffle(len(gaps), func(i, j int) { gaps[i], gaps[j] = gaps[j], gaps[i] })
		decisions2, verdict2 := gate.Decide(gate.AllNew(findings), gaps, policy, now)
		if diff := cmp.Diff(decisions, decisions2) + cmp.Diff(verdict, verdict2); diff != "" {
			t.Fatalf("another order gave another result:\n%s", diff)
		}
	})
}

func TestAnExpiredWaiverDecidesLikeNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		findings := rapid.SliceOf(genFinding()).Draw(t, "findings")
		policy := genPolicy().Draw(t, "policy")
		policy.Waivers = nil
		without, _ := gate.Decide(gate.AllNew(findings), nil, policy, now)
		expired := genWaiver().Draw(t, "waiver")
		expired.Expires = now
		policy.Waivers = []gate.Waiver{expired}
		with, _ := gate.Decide(gate.AllNew(findings), nil, policy, now)
		with = slices.DeleteFunc(with, func(d gate.Decision) bool { return d.Change.Finding.Analyzer == gate.AnalyzerPolicy })
		if diff := cmp.Diff(without, with); diff != "" {
			t.Fatalf("an expired waiver changed a decision:\n%s", diff)
		}
	})
}

func TestAGapNeverLeavesAPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		findings := rapid.SliceOf(genFinding()).Draw(t, "findings")
		policy := genPolicy().Draw(t, "policy")
		gaps := append(genGaps().Draw(t, "gaps"), gate.Gap{Guard: gate.GuardAnalyzerError, Message: "failed"})
		_, verdict := gate.Decide(gate.AllNew(findings), gaps, policy, now)
		if verdict.Outcome == gate.Pass || verdict.ExitCode() == gate.ExitPass {
			t.Fatalf("an incomplete run passed: %+v", verdict)
		}
	})
}
