package gate_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestTermsOfWaivers(t *testing.T) {
	fixed := vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed)
	fixed.Fix.Versions = []string{"3.0.2"}
	open := vulnerability("CVE-1", gate.SeverityHigh, gate.FixNotFixed)
	base := gate.Waiver{ID: "CVE-1", Reason: "r", Expires: now.AddDate(0, 0, 60)}
	with := func(change func(*gate.Waiver)) gate.Waiver {
		w := base
		change(&w)
		return w
	}
	tests := []struct {
		name    string
		finding gate.Finding
		waiver  gate.Waiver
		terms   gate.WaiverTerms
		waived  bool
		about   string
		says    string
	}{
		{"in force and used", open, base, gate.WaiverTerms{}, true, "", ""},
		{"longer than the policy allows", open, base, gate.WaiverTerms{MaxDays: 30}, false, gate.RuleWaiverRefused,
			"the waiver for CVE-1 does not hold: the policy allows 30 days, which is until 2026-12-21"},
		{"as long as the policy allows", open, base, gate.WaiverTerms{MaxDays: 60}, true, "", ""},
		{"without the owner that the policy wants", open, base, gate.WaiverTerms{NeedOwner: true}, false, gate.RuleWaiverRefused,
			"the waiver for CVE-1 does not hold: the policy wants an owner"},
		{"without the ticket that the policy wants", open, base, gate.WaiverTerms{NeedTicket: true}, false, gate.RuleWaiverRefused,
			"the waiver for CVE-1 does not hold: the policy wants a ticket"},
		{"with owner and ticket", open, with(func(w *gate.Waiver) { w.Owner, w.Ticket = "team", "https://example.com/1" }),
			gate.WaiverTerms{NeedOwner: true, NeedTicket: true}, true, "", ""},
		{"about to expire", open, with(func(w *gate.Waiver) { w.Expires = now.AddDate(0, 0, 14) }), gate.WaiverTerms{WarnDays: 14}, true, gate.RuleWaiverExpiring,
			"the waiver for CVE-1 holds until 2026-12-05"},
		{"not yet about to expire", open, with(func(w *gate.Waiver) { w.Expires = now.AddDate(0, 0, 15) }), gate.WaiverTerms{WarnDays: 14}, true, "", ""},
		{"for what has a fix", fixed, base, gate.WaiverTerms{}, true, gate.RuleWaiverFixAvailable,
			"the waiver for CVE-1 covers what is fixed in openssl 3.0.2"},
		{"until there is a fix, and there is one", fixed, with(func(w *gate.Waiver) { w.UntilFixed = true }), gate.WaiverTerms{}, false, gate.RuleWaiverFixAvailable,
			"the waiver for CVE-1 covers what is fixed in openssl 3.0.2, so that it no longer holds"},
		{"until there is a fix, and there is none", open, with(func(w *gate.Waiver) { w.UntilFixed = true }), gate.WaiverTerms{}, true, "", ""},
		{"for its version", open, with(func(w *gate.Waiver) { w.Versions = "<=3.0.1" }), gate.WaiverTerms{}, true, "", ""},
		{"for another version", open, with(func(w *gate.Waiver) { w.Versions = "<3.0.1" }), gate.WaiverTerms{}, false, gate.RuleWaiverUnused,
			"the waiver for CVE-1 matches no finding"},
		{"for its package URL", open, with(func(w *gate.Waiver) { w.PURL = "pkg:deb/debian/openssl" }), gate.WaiverTerms{}, true, "", ""},
		{"for another package URL", open, with(func(w *gate.Waiver) { w.PURL = "pkg:deb/ubuntu/*" }), gate.WaiverTerms{}, false, gate.RuleWaiverUnused,
			"the waiver for CVE-1 matches no finding"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy := gate.DefaultPolicy()
			policy.OnlyFixed = false
			policy.Waivers, policy.WaiverTerms = []gate.Waiver{tt.waiver}, tt.terms
			decisions, _ := gate.Decide(gate.AllNew([]gate.Finding{tt.finding}), nil, policy, now)
			var waived bool
			var about, says string
			for _, d := range decisions {
				if f := d.Change.Finding; f.Analyzer == gate.AnalyzerPolicy {
					about, says = f.Rule, f.Message
				} else {
					waived = d.Action == gate.ActionWaived
				}
			}
			if waived != tt.waived || about != tt.about || says != tt.says {
				t.Errorf("waived %t with %q: %q; want %t with %q: %q", waived, about, says, tt.waived, tt.about, tt.says)
			}
		})
	}
}

func TestAWaiverForAVersionThatCantBeReadCoversNothing(t *testing.T) {
	f := vulnerability("CVE-1", gate.SeverityHigh, gate.FixFixed)
	f.Package.Version = ""
	policy := gate.DefaultPolicy()
	policy.Waivers = []gate.Waiver{{ID: "CVE-1", Versions: "<9", Reason: "r", Expires: now.AddDate(0, 1, 0)}}
	if got := decideOne(t, f, policy); got.Action != gate.ActionBlock {
		t.Errorf("action %s", got.Action)
	}
}

func TestVEXStatements(t *testing.T) {
	f := vulnerability("GHSA-1", gate.SeverityHigh, gate.FixFixed)
	f.Aliases = []string{"CVE-1"}
	tests := []struct {
		name      string
		statement gate.Statement
		want      gate.Action
	}{
		{"not affected, by an alias", gate.Statement{IDs: []string{"CVE-1"}, Status: gate.VEXNotAffected}, gate.ActionIgnore},
		{"fixed", gate.Statement{IDs: []string{"GHSA-1"}, Status: gate.VEXFixed}, gate.ActionIgnore},
		{"affected", gate.Statement{IDs: []string{"CVE-1"}, Status: gate.VEXAffected}, gate.ActionBlock},
		{"under investigation", gate.Statement{IDs: []string{"CVE-1"}, Status: gate.VEXUnderInvestigation}, gate.ActionBlock},
		{"another vulnerability", gate.Statement{IDs: []string{"CVE-2"}, Status: gate.VEXNotAffected}, gate.ActionBlock},
		{"another image", gate.Statement{IDs: []string{"CVE-1"}, Image: "till", Status: gate.VEXNotAffected}, gate.ActionBlock},
		{"its package", gate.Statement{IDs: []string{"CVE-1"}, Packages: []string{"pkg:deb/debian/openssl@3.0.1"}, Status: gate.VEXNotAffected}, gate.ActionIgnore},
		{"its package in any version", gate.Statement{IDs: []string{"CVE-1"}, Packages: []string{"pkg:deb/debian/openssl"}, Status: gate.VEXNotAffected}, gate.ActionIgnore},
		{"its package in another version", gate.Statement{IDs: []string{"CVE-1"}, Packages: []string{"pkg:deb/debian/openssl@3.0.2"}, Status: gate.VEXNotAffected}, gate.ActionBlock},
		{"a qualifier that it has", gate.Statement{IDs: []string{"CVE-1"}, Packages: []string{"pkg:deb/debian/openssl@3.0.1?distro=debian-12"}, Status: gate.VEXNotAffected}, gate.ActionIgnore},
		{"a qualifier that it has not", gate.Statement{IDs: []string{"CVE-1"}, Packages: []string{"pkg:deb/debian/openssl@3.0.1?distro=debian-11"}, Status: gate.VEXNotAffected}, gate.ActionBlock},
		{"another package", gate.Statement{IDs: []string{"CVE-1"}, Packages: []string{"pkg:deb/debian/open"}, Status: gate.VEXNotAffected}, gate.ActionBlock},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy := gate.DefaultPolicy()
			policy.Statements = []gate.Statement{tt.statement}
			if got := decideOne(t, f, policy); got.Action != tt.want {
				t.Errorf("action %s, want %s: %s", got.Action, tt.want, got.Why)
			}
		})
	}
	policy := gate.DefaultPolicy()
	policy.Statements = []gate.Statement{{IDs: []string{"CVE-1"}, Status: gate.VEXAffected}, {IDs: []string{"GHSA-1"}, Status: gate.VEXNotAffected}}
	if got := decideOne(t, f, policy); got.Action != gate.ActionBlock {
		t.Errorf("a lighter statement counts: %s", got.Why)
	}
	policy.Statements = []gate.Statement{{IDs: []string{"CVE-1"}, Status: gate.VEXNotAffected, Justification: "component_not_present", Author: "Acme", Impact: "not built in", Origin: "a.json"}}
	got := decideOne(t, f, policy)
	if want := "VEX: not affected (component_not_present), says Acme: not built in"; got.Why != want || got.Origin != "a.json" {
		t.Errorf("why: %s (%s)", got.Why, got.Origin)
	}
}
