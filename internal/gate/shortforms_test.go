package gate_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestShortForms(t *testing.T) {
	with := func(change func(*gate.Policy)) gate.Policy {
		p := gate.DefaultPolicy()
		change(&p)
		return p
	}
	fixedOn := func(day string) gate.Finding {
		f := vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed)
		f.Fix.Available = day
		return f
	}
	inContext := vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed)
	inContext.Source = gate.SourceContext
	secret := gate.Finding{Rule: "secret-in-env", Analyzer: gate.AnalyzerLint, Severity: gate.SeverityLow, Tags: []string{gate.TagSecret}}
	week := with(func(p *gate.Policy) {
		p.Grace = []gate.Grace{{Severity: gate.SeverityHigh, Days: 7, Origin: "grace"}}
	})
	relaxed := with(func(p *gate.Policy) {
		p.Overrides = []gate.Override{{Image: "shop", Thresholds: map[gate.Analyzer]gate.Threshold{gate.AnalyzerScan: {Severity: gate.SeverityCritical, Origin: "override"}}}}
	})
	unfixedToo := with(func(p *gate.Policy) {
		off := false
		p.Overrides = []gate.Override{{Image: "shop", OnlyFixed: &off}}
	})
	tests := []struct {
		name    string
		finding gate.Finding
		policy  gate.Policy
		want    gate.Action
		rule    string
	}{
		{"a secret blocks whatever its severity", secret, gate.DefaultPolicy(), gate.ActionBlock, "secrets"},
		{"six days after the fix there is grace", fixedOn("2026-11-15"), week, gate.ActionWarn, "grace"},
		{"seven days after the fix there is none", fixedOn("2026-11-14"), week, gate.ActionBlock, "fail-on"},
		{"without a day there is no grace", fixedOn(""), week, gate.ActionBlock, "fail-on"},
		{"grace is not for what is exploited", exploited(fixedOn("2026-11-20")), week, gate.ActionBlock, "known-exploited"},
		{"an image has a bar of its own", fixedOn(""), relaxed, gate.ActionWarn, "below"},
		{"an image may let unfixed ones block", vulnerability("CVE-1", gate.SeverityHigh, gate.FixWontFix), unfixedToo, gate.ActionBlock, "fail-on"},
		{"the context has the bar of the scan", inContext, gate.DefaultPolicy(), gate.ActionBlock, "fail-on"},
		{"the context may have a bar of its own", inContext, with(func(p *gate.Policy) {
			p.Thresholds[gate.ThresholdContext] = gate.Threshold{Severity: gate.SeverityCritical}
		}), gate.ActionWarn, "below"},
		{"the context's bar is not the image's", fixedOn(""), with(func(p *gate.Policy) {
			p.Thresholds[gate.ThresholdContext] = gate.Threshold{Never: true}
		}), gate.ActionBlock, "fail-on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decideOne(t, tt.finding, tt.policy); got.Action != tt.want || got.Rule != tt.rule {
				t.Errorf("%s by %q: %s; want %s by %q", got.Action, got.Rule, got.Why, tt.want, tt.rule)
			}
		})
	}
}

func TestWhatWasThereBeforeWarns(t *testing.T) {
	for status, want := range map[gate.Status]gate.Action{
		gate.StatusNew: gate.ActionBlock, gate.StatusWorse: gate.ActionBlock, gate.StatusExisting: gate.ActionWarn, gate.StatusFixed: gate.ActionIgnore,
	} {
		change := gate.Change{Finding: vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed), Status: status}
		decisions, _ := gate.Decide([]gate.Change{change}, nil, gate.DefaultPolicy(), now)
		if decisions[0].Action != want {
			t.Errorf("%s: %s, want %s", status, decisions[0].Action, want)
		}
	}
}

func TestABudgetLetsSoManyPass(t *testing.T) {
	finding := func(name, platform string) gate.Finding {
		f := vulnerability("CVE-1", gate.SeverityMedium, gate.FixFixed)
		f.Package = &gate.Package{Name: name, Version: "1", Type: "deb"}
		f.Platform = platform
		return f
	}
	policy := gate.DefaultPolicy()
	policy.Budgets = []gate.Budget{{Name: "medium", Max: 2, When: gate.Condition{Severities: []gate.Severity{gate.SeverityMedium}}, Origin: ".gate.yaml:4"}}
	two := []gate.Finding{finding("a", "linux/amd64"), finding("b", "linux/amd64"), finding("b", "linux/arm64")}
	if _, verdict := gate.Decide(gate.AllNew(two), nil, policy, now); verdict.Blocked != 0 || verdict.Warned != 3 {
		t.Errorf("two within the budget: %d block, %d warn", verdict.Blocked, verdict.Warned)
	}
	decisions, verdict := gate.Decide(gate.AllNew(append(two, finding("c", "linux/amd64"))), nil, policy, now)
	if verdict.Blocked != 4 || verdict.Outcome != gate.Fail {
		t.Errorf("three over the budget: %d block", verdict.Blocked)
	}
	if d := decisions[0]; d.Rule != "medium" || d.Origin != ".gate.yaml:4" || d.Why != `there are 3 such findings, and the budget "medium" allows 2` {
		t.Errorf("decided by %q (%s): %s", d.Rule, d.Origin, d.Why)
	}
}

func TestTheModeWarnBlocksNothingAndExcusesNoGap(t *testing.T) {
	policy := gate.DefaultPolicy()
	policy.Mode = gate.ModeWarn
	changes := gate.AllNew([]gate.Finding{vulnerability("CVE-1", gate.SeverityCritical, gate.FixFixed)})
	decisions, verdict := gate.Decide(changes, nil, policy, now)
	if verdict.Outcome != gate.Pass || verdict.WouldBlock != 1 || !strings.Contains(decisions[0].Why, "mode is warn") {
		t.Errorf("outcome %s, %d would block: %s", verdict.Outcome, verdict.WouldBlock, decisions[0].Why)
	}
	gaps := []gate.Gap{{Guard: gate.GuardDatabase, Message: "no database"}}
	if _, verdict := gate.Decide(changes, gaps, policy, now); verdict.ExitCode() != gate.ExitIncomplete {
		t.Errorf("with a gap the exit code is %d", verdict.ExitCode())
	}
	if _, verdict := gate.DecideStrictest(changes, nil, policy, []gate.Policy{gate.DefaultPolicy()}, now); verdict.Blocked != 1 {
		t.Error("the mode of the head lowered the floor")
	}
}
