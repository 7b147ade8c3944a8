package gate_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func vulnerability(id string, severity gate.Severity, fix gate.FixState) gate.Finding {
	return gate.Finding{
		Rule: id, Analyzer: gate.AnalyzerScan, Severity: severity, Image: "shop",
		Package: &gate.Package{Name: "openssl", Version: "3.0.1", Type: "deb", PURL: "pkg:deb/debian/openssl@3.0.1?distro=debian-12"},
		Fix:     &gate.Fix{State: fix},
		Paths:   []string{"/var/lib/dpkg/status"},
		Message: "openssl has " + id,
	}
}

func exploited(f gate.Finding) gate.Finding {
	f.Advisory = &gate.Advisory{KEV: &gate.KEV{Added: "2026-01-01", Ransomware: true}}
	return f
}

func decideOne(t *testing.T, f gate.Finding, policy gate.Policy) gate.Decision {
	t.Helper()
	decisions, _ := gate.Decide(gate.AllNew([]gate.Finding{f}), nil, policy, now)
	if len(decisions) == 0 {
		t.Fatal("no decision was made")
	}
	for _, d := range decisions {
		if d.Change.Finding.Rule == f.Rule {
			return d
		}
	}
	t.Fatalf("no decision about %s", f.Rule)
	return gate.Decision{}
}

func TestThresholdDecides(t *testing.T) {
	withThreshold := func(change func(*gate.Policy)) gate.Policy {
		p := gate.DefaultPolicy()
		change(&p)
		return p
	}
	tests := []struct {
		name    string
		finding gate.Finding
		policy  gate.Policy
		want    gate.Action
	}{
		{"a finding at the threshold blocks", vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed), gate.DefaultPolicy(), gate.ActionBlock},
		{"a finding above the threshold blocks", vulnerability("CVE-1", gate.SeverityCritical, gate.FixFixed), gate.DefaultPolicy(), gate.ActionBlock},
		{"a finding below the threshold warns", vulnerability("CVE-1", gate.SeverityMedium, gate.FixFixed), gate.DefaultPolicy(), gate.ActionWarn},
		{"an unknown severity counts as the policy says", vulnerability("CVE-1", gate.SeverityUnknown, gate.FixFixed),
			withThreshold(func(p *gate.Policy) { p.UnknownAs = gate.SeverityCritical }), gate.ActionBlock},
		{"an unknown severity is high by default", vulnerability("CVE-1", gate.SeverityUnknown, gate.FixFixed), gate.DefaultPolicy(), gate.ActionBlock},
		{"an unknown severity counts as the policy says", vulnerability("CVE-1", gate.SeverityUnknown, gate.FixFixed),
			withThreshold(func(p *gate.Policy) { p.UnknownAs = gate.SeverityLow }), gate.ActionWarn},
		{"by default a high vulnerability without a fix warns", vulnerability("CVE-1", gate.SeverityHigh, gate.FixNotFixed), gate.DefaultPolicy(), gate.ActionWarn},
		{"by default what is known to be exploited blocks without a fix", exploited(vulnerability("CVE-1", gate.SeverityLow, gate.FixNotFixed)), gate.DefaultPolicy(), gate.ActionBlock},
		{"without a fix nothing blocks under only-fixed", vulnerability("CVE-1", gate.SeverityCritical, gate.FixWontFix),
			withThreshold(func(p *gate.Policy) { p.OnlyFixed = true }), gate.ActionWarn},
		{"a fixed one still blocks under only-fixed", vulnerability("CVE-1", gate.SeverityCritical, gate.FixFixed),
			withThreshold(func(p *gate.Policy) { p.OnlyFixed = true }), gate.ActionBlock},
		{"only-fixed is not about lint", gate.Finding{Rule: "pin", Analyzer: gate.AnalyzerLint, Severity: gate.SeverityHigh},
			withThreshold(func(p *gate.Policy) { p.OnlyFixed = true }), gate.ActionBlock},
		{"never means never", vulnerability("CVE-1", gate.SeverityCritical, gate.FixFixed),
			withThreshold(func(p *gate.Policy) { p.Thresholds[gate.AnalyzerScan] = gate.Threshold{Never: true} }), gate.ActionWarn},
		{"an analyzer without a threshold blocks at any severity", vulnerability("CVE-1", gate.SeverityNegligible, gate.FixFixed),
			withThreshold(func(p *gate.Policy) { p.Thresholds = nil }), gate.ActionBlock},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := decideOne(t, tt.finding, tt.policy)
			if got.Action != tt.want {
				t.Errorf("action = %s (%s), want %s", got.Action, got.Why, tt.want)
			}
			if got.Why == "" {
				t.Error("a decision must say why")
			}
		})
	}
}

func TestWaiver(t *testing.T) {
	waiver := func(change func(*gate.Waiver)) gate.Waiver {
		w := gate.Waiver{ID: "CVE-1", Reason: "not reachable", Expires: now.AddDate(0, 1, 0), Origin: ".gate.yaml:9"}
		change(&w)
		return w
	}
	finding := vulnerability("CVE-1", gate.SeverityCritical, gate.FixFixed)
	finding.Aliases = []string{"GHSA-x"}
	tests := []struct {
		name   string
		waiver gate.Waiver
		want   gate.Action
		about  string
	}{
		{"by id", waiver(func(*gate.Waiver) {}), gate.ActionWaived, ""},
		{"by alias in another case", waiver(func(w *gate.Waiver) { w.ID = "ghsa-X" }), gate.ActionWaived, ""},
		{"for this package", waiver(func(w *gate.Waiver) { w.Package = "openssl" }), gate.ActionWaived, ""},
		{"for another package", waiver(func(w *gate.Waiver) { w.Package = "zlib" }), gate.ActionBlock, gate.RuleWaiverUnused},
		{"for another image", waiver(func(w *gate.Waiver) { w.Image = "till" }), gate.ActionBlock, gate.RuleWaiverUnused},
		{"for a path below a folder", waiver(func(w *gate.Waiver) { w.Path = "/var/**" }), gate.ActionWaived, ""},
		{"for a path elsewhere", waiver(func(w *gate.Waiver) { w.Path = "/opt/**" }), gate.ActionBlock, gate.RuleWaiverUnused},
		{"expired at this moment", waiver(func(w *gate.Waiver) { w.Expires = now }), gate.ActionBlock, gate.RuleWaiverExpired},
		{"without a date", waiver(func(w *gate.Waiver) { w.Expires = time.Time{} }), gate.ActionBlock, gate.RuleWaiverExpired},
		{"valid for another second", waiver(func(w *gate.Waiver) { w.Expires = now.Add(time.Second) }), gate.ActionWaived, gate.RuleWaiverExpiring},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy := gate.DefaultPolicy()
			policy.Waivers = []gate.Waiver{tt.waiver}
			decisions, verdict := gate.Decide(gate.AllNew([]gate.Finding{finding}), nil, policy, now)
			var action gate.Action
			about := ""
			for _, d := range decisions {
				if d.Change.Finding.Analyzer == gate.AnalyzerPolicy {
					about = d.Change.Finding.Rule
				} else {
					action = d.Action
				}
			}
			if action != tt.want || about != tt.about {
				t.Errorf("action %s with finding %q, want %s with %q", action, about, tt.want, tt.about)
			}
			if (verdict.Outcome == gate.Pass) != (tt.want == gate.ActionWaived) {
				t.Errorf("outcome %s for action %s", verdict.Outcome, action)
			}
		})
	}
}

func TestIncompleteIsNeverGreen(t *testing.T) {
	gap := gate.Gap{Guard: gate.GuardNoPackages, Image: "shop", Message: "no packages"}
	allow := func(a gate.Allowance) gate.Policy {
		p := gate.DefaultPolicy()
		p.Allowances = []gate.Allowance{a}
		return p
	}
	files := gate.Gap{Guard: gate.GuardUnidentified, Image: "shop", Message: "two", Paths: []string{"/usr/bin/a", "/opt/tool/b"}}
	database := gate.Gap{Guard: gate.GuardDatabase, Image: "shop", Message: "no database"}
	tests := []struct {
		name   string
		gap    gate.Gap
		policy gate.Policy
		exit   int
		left   []string
	}{
		{"a gap makes the run incomplete", gap, gate.DefaultPolicy(), gate.ExitIncomplete, nil},
		{"an allowed gap does not", gap, allow(gate.Allowance{Guard: gate.GuardNoPackages}), gate.ExitPass, nil},
		{"allowed for this image", gap, allow(gate.Allowance{Guard: gate.GuardNoPackages, Image: "shop"}), gate.ExitPass, nil},
		{"allowed for another image only", gap, allow(gate.Allowance{Guard: gate.GuardNoPackages, Image: "till"}), gate.ExitIncomplete, nil},
		{"another guard allowed", gap, allow(gate.Allowance{Guard: gate.GuardUnknownDistro}), gate.ExitIncomplete, nil},
		{"one of two files allowed", files, allow(gate.Allowance{Guard: gate.GuardUnidentified, Paths: []string{"/usr/bin/a"}}), gate.ExitIncomplete, []string{"/opt/tool/b"}},
		{"all files allowed by patterns", files, allow(gate.Allowance{Guard: gate.GuardUnidentified, Paths: []string{"/usr/bin/*", "/opt/**"}}), gate.ExitPass, nil},
		{"a missing database can't be allowed", database, allow(gate.Allowance{Guard: gate.GuardDatabase}), gate.ExitIncomplete, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, verdict := gate.Decide(nil, []gate.Gap{tt.gap}, tt.policy, now)
			if got := verdict.ExitCode(); got != tt.exit {
				t.Errorf("exit code %d, want %d (%v)", got, tt.exit, verdict.Reasons)
			}
			if (verdict.Outcome == gate.Pass) != (tt.exit == gate.ExitPass) {
				t.Errorf("outcome %s with exit code %d", verdict.Outcome, tt.exit)
			}
			if tt.left != nil {
				if diff := cmp.Diff(tt.left, verdict.Gaps[0].Paths); diff != "" {
					t.Errorf("files left (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestBlockedWinsOverIncomplete(t *testing.T) {
	_, verdict := gate.Decide(
		gate.AllNew([]gate.Finding{vulnerability("CVE-1", gate.SeverityCritical, gate.FixFixed)}),
		[]gate.Gap{{Guard: gate.GuardDatabaseAge, Message: "old"}}, gate.DefaultPolicy(), now)
	if verdict.ExitCode() != gate.ExitBlocked || verdict.Complete {
		t.Errorf("exit code %d, complete %t: want 1 and incomplete", verdict.ExitCode(), verdict.Complete)
	}
}

func TestWhatIsFixedDoesNotBlock(t *testing.T) {
	change := gate.Change{Finding: vulnerability("CVE-1", gate.SeverityCritical, gate.FixFixed), Status: gate.StatusFixed}
	_, verdict := gate.Decide([]gate.Change{change}, nil, gate.DefaultPolicy(), now)
	if verdict.Outcome != gate.Pass || verdict.Severities[gate.SeverityCritical] != 0 {
		t.Errorf("a fixed finding must neither block nor count: %+v", verdict)
	}
}
