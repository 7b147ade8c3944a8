package gate_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// full is a finding that says something about everything that conditions ask for.
func full() gate.Finding {
	return gate.Finding{
		Rule: "GHSA-aaaa-bbbb-cccc", Aliases: []string{"CVE-2026-1"}, Tags: []string{"CWE-79"},
		Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh, Image: "shop", Platform: "linux/amd64", Distro: "debian:12",
		Package: &gate.Package{
			Name: "lodash", Version: "4.17.20", Type: "npm", PURL: "pkg:npm/lodash@4.17.20",
			Licenses: []string{"MIT"}, Relation: gate.RelationDirect,
		},
		Fix:      &gate.Fix{State: gate.FixFixed, Versions: []string{"4.17.21"}, Available: "2026-11-01"},
		Location: gate.Location{Path: "Dockerfile", Line: 3, Stage: "build"},
		Paths:    []string{"/app/node_modules/lodash/package.json"},
		Advisory: &gate.Advisory{
			Published: "2026-10-22", Risk: 40, CVSS: []gate.CVSS{{Score: 5}, {Score: 7.4}},
			EPSS: &gate.EPSS{Probability: 0.2, Percentile: 0.9}, KEV: &gate.KEV{Ransomware: true},
		},
	}
}

func bound(op string, value float64) *gate.Bound { return &gate.Bound{Op: op, Value: value} }

func is(b bool) *bool { return &b }

func TestEachConditionHoldsForWhatItNames(t *testing.T) {
	tests := []struct {
		name  string
		when  gate.Condition
		holds bool
	}{
		{"nothing is about everything", gate.Condition{}, true},
		{"its severity", gate.Condition{Severities: []gate.Severity{gate.SeverityLow, gate.SeverityHigh}}, true},
		{"another severity", gate.Condition{Severities: []gate.Severity{gate.SeverityCritical}}, false},
		{"its alias", gate.Condition{IDs: []string{"cve-2026-1"}}, true},
		{"a pattern over ids", gate.Condition{IDs: []string{"CVE-2026-*"}}, true},
		{"another id", gate.Condition{IDs: []string{"CVE-2026-11"}}, false},
		{"its tag", gate.Condition{Tags: []string{"CWE-*"}}, true},
		{"another tag", gate.Condition{Tags: []string{"CIS *"}}, false},
		{"its analyzer", gate.Condition{Analyzers: []gate.Analyzer{gate.AnalyzerScan}}, true},
		{"another analyzer", gate.Condition{Analyzers: []gate.Analyzer{gate.AnalyzerLint}}, false},
		{"its status", gate.Condition{Statuses: []gate.Status{gate.StatusNew}}, true},
		{"another status", gate.Condition{Statuses: []gate.Status{gate.StatusExisting, gate.StatusWorse}}, false},
		{"fixed", gate.Condition{Fix: []gate.FixState{gate.FixFixed}}, true},
		{"not fixed", gate.Condition{Fix: []gate.FixState{gate.FixNotFixed, gate.FixWontFix}}, false},
		{"a fix of at least 20 days", gate.Condition{FixAge: bound(">=", 20)}, true},
		{"a fix of at least 21 days", gate.Condition{FixAge: bound(">=", 21)}, false},
		{"an advisory of 30 days", gate.Condition{AdvisoryAge: bound("=", 30)}, true},
		{"an advisory of less than 30 days", gate.Condition{AdvisoryAge: bound("<", 30)}, false},
		{"exploited", gate.Condition{KEV: is(true)}, true},
		{"not exploited", gate.Condition{KEV: is(false)}, false},
		{"used by ransomware", gate.Condition{Ransomware: is(true)}, true},
		{"not used by ransomware", gate.Condition{Ransomware: is(false)}, false},
		{"EPSS above", gate.Condition{EPSS: bound(">", 0.1)}, true},
		{"EPSS below", gate.Condition{EPSS: bound("<", 0.1)}, false},
		{"EPSS percentile", gate.Condition{EPSSPercentile: bound(">=", 0.9)}, true},
		{"EPSS percentile above", gate.Condition{EPSSPercentile: bound(">", 0.9)}, false},
		{"risk", gate.Condition{Risk: bound("<=", 40)}, true},
		{"risk below", gate.Condition{Risk: bound("<", 40)}, false},
		{"the highest CVSS score", gate.Condition{CVSS: bound(">=", 7.4)}, true},
		{"a higher CVSS score", gate.Condition{CVSS: bound(">=", 7.5)}, false},
		{"an operator that does not exist", gate.Condition{CVSS: bound("~", 0)}, false},
		{"its image", gate.Condition{Images: []string{"sh*"}}, true},
		{"another image", gate.Condition{Images: []string{"till"}}, false},
		{"its platform", gate.Condition{Platforms: []string{"linux/*"}}, true},
		{"another platform", gate.Condition{Platforms: []string{"linux/arm64"}}, false},
		{"its distribution", gate.Condition{Distros: []string{"debian:*"}}, true},
		{"another distribution", gate.Condition{Distros: []string{"alpine:*"}}, false},
		{"own", gate.Condition{Sides: []gate.Side{gate.SideOwn}}, true},
		{"of the base", gate.Condition{Sides: []gate.Side{gate.SideBase}}, false},
		{"its stage", gate.Condition{Stages: []string{"build"}}, true},
		{"another stage", gate.Condition{Stages: []string{"run"}}, false},
		{"in the image", gate.Condition{Sources: []string{"image"}}, true},
		{"in the context", gate.Condition{Sources: []string{gate.SourceContext}}, false},
		{"its file in the image", gate.Condition{Paths: []string{"/app/**"}}, true},
		{"its place in the repository", gate.Condition{Paths: []string{"Dockerfile"}}, true},
		{"another path", gate.Condition{Paths: []string{"/app/*"}}, false},
		{"its package", gate.Condition{Packages: []string{"lodash"}}, true},
		{"another package", gate.Condition{Packages: []string{"lodash-es"}}, false},
		{"its type", gate.Condition{Types: []string{"npm"}}, true},
		{"another type", gate.Condition{Types: []string{"deb"}}, false},
		{"its package URL without version", gate.Condition{PURLs: []string{"pkg:npm/lodash"}}, true},
		{"a pattern over package URLs", gate.Condition{PURLs: []string{"pkg:npm/*@4.*"}}, true},
		{"another package URL", gate.Condition{PURLs: []string{"pkg:npm/lod"}}, false},
		{"its version", gate.Condition{Versions: ">=4, <4.17.21"}, true},
		{"another version", gate.Condition{Versions: "<4 || >=5"}, false},
		{"direct", gate.Condition{Relations: []gate.Relation{gate.RelationDirect}}, true},
		{"transitive", gate.Condition{Relations: []gate.Relation{gate.RelationTransitive}}, false},
		{"its licence", gate.Condition{Licenses: []string{"mit"}}, true},
		{"another licence", gate.Condition{Licenses: []string{"GPL-*"}}, false},
		{"another tool", gate.Condition{Tools: []string{"Trivy"}}, false},
		{"two that hold", gate.Condition{Images: []string{"shop"}, Packages: []string{"lodash"}}, true},
		{"two of which one holds", gate.Condition{Images: []string{"shop"}, Packages: []string{"x"}}, false},
		{"all", gate.Condition{All: []gate.Condition{{Images: []string{"shop"}}, {Types: []string{"npm"}}}}, true},
		{"all but one", gate.Condition{All: []gate.Condition{{Images: []string{"shop"}}, {Types: []string{"deb"}}}}, false},
		{"any", gate.Condition{Any: []gate.Condition{{Images: []string{"till"}}, {Types: []string{"npm"}}}}, true},
		{"not any", gate.Condition{Any: []gate.Condition{{Images: []string{"till"}}, {Types: []string{"deb"}}}}, false},
		{"not", gate.Condition{Not: &gate.Condition{Images: []string{"till"}}}, true},
		{"not what it is", gate.Condition{Not: &gate.Condition{Images: []string{"shop"}}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// Without data that is missing, a rule that blocks and one that does not agree.
			for action, otherwise := range map[gate.Action]gate.Action{gate.ActionBlock: gate.ActionIgnore, gate.ActionIgnore: gate.ActionBlock} {
				policy := gate.Policy{Rules: []gate.Rule{{Name: "asked", Action: action, When: tt.when}, {Name: "rest", Action: otherwise}}}
				if got := decideOne(t, full(), policy); (got.Rule == "asked") != tt.holds {
					t.Errorf("decided by %q (%s): %s", got.Rule, got.Action, got.Why)
				}
			}
		})
	}
}

func TestWhatIsNotKnownNeverOpensTheGate(t *testing.T) {
	bare := gate.Finding{
		Rule: "CVE-1", Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh, Image: "shop",
		Package: &gate.Package{Name: "x", Type: "deb"}, Fix: &gate.Fix{State: gate.FixFixed},
		Location: gate.Location{Layer: "sha256:1"},
	}
	tests := []struct {
		name string
		when gate.Condition
	}{
		{"the day of the fix", gate.Condition{FixAge: bound(">=", 30)}},
		{"the day of the fix, the other way round", gate.Condition{FixAge: bound("<", 30)}},
		{"the day of the advisory", gate.Condition{AdvisoryAge: bound("<", 30)}},
		{"base or own", gate.Condition{Sides: []gate.Side{gate.SideBase}}},
		{"own or base", gate.Condition{Sides: []gate.Side{gate.SideOwn}}},
		{"the stage", gate.Condition{Stages: []string{"build"}}},
		{"the version", gate.Condition{Versions: ">=1"}},
		{"direct or not", gate.Condition{Relations: []gate.Relation{gate.RelationDirect}}},
		{"the opposite of what is not known", gate.Condition{Not: &gate.Condition{Sides: []gate.Side{gate.SideBase}}}},
		{"one of two that are not known", gate.Condition{Any: []gate.Condition{{Stages: []string{"a"}}, {Versions: "<1"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, action := range []gate.Action{gate.ActionBlock, gate.ActionWarn, gate.ActionIgnore} {
				policy := gate.Policy{Rules: []gate.Rule{{Name: "asked", Action: action, When: tt.when}, {Name: "rest", Action: gate.ActionBlock}}}
				got := decideOne(t, bare, policy)
				if (got.Rule == "asked") != (action == gate.ActionBlock) {
					t.Errorf("a rule to %s: decided by %q", action, got.Rule)
				}
			}
		})
	}
}

func TestAScoreThatIsMissingIsNotReached(t *testing.T) {
	bare := gate.Finding{Rule: "CVE-1", Analyzer: gate.AnalyzerScan}
	for _, when := range []gate.Condition{{EPSS: bound(">", 0)}, {Risk: bound(">", 0)}, {CVSS: bound(">", 0)}, {EPSSPercentile: bound(">", 0)}} {
		policy := gate.Policy{Rules: []gate.Rule{{Name: "asked", Action: gate.ActionBlock, When: when}, {Name: "rest", Action: gate.ActionWarn}}}
		if got := decideOne(t, bare, policy); got.Rule != "rest" {
			t.Errorf("%+v: decided by %q", when, got.Rule)
		}
	}
}

func TestTheFirstRuleDecides(t *testing.T) {
	policy := gate.DefaultPolicy()
	policy.Rules = []gate.Rule{
		{Name: "other", Action: gate.ActionIgnore, When: gate.Condition{Images: []string{"till"}}},
		{Name: "first", Action: gate.ActionWarn, Reason: "we know", When: gate.Condition{Packages: []string{"lodash"}}, Origin: ".gate.yaml:7"},
		{Name: "second", Action: gate.ActionBlock},
	}
	got := decideOne(t, full(), policy)
	want := gate.Decision{Change: got.Change, Action: gate.ActionWarn, Rule: "first", Why: `the rule "first": we know`, Origin: ".gate.yaml:7"}
	if got.Action != want.Action || got.Rule != want.Rule || got.Why != want.Why || got.Origin != want.Origin {
		t.Errorf("got %s by %q (%s): %s", got.Action, got.Rule, got.Origin, got.Why)
	}
}
