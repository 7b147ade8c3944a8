package advise_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

// found is a finding of a package of Debian; more names are its aliases.
func found(severity gate.Severity, name, version, id string, aliases ...string) gate.Finding {
	return gate.Finding{
		Rule: id, Aliases: aliases, Analyzer: gate.AnalyzerScan, Severity: severity, Image: "base", Distro: "debian:12",
		Package: &gate.Package{Name: name, Version: version, Type: "deb", PURL: "pkg:deb/debian/" + name + "@" + version},
		Fix:     &gate.Fix{State: gate.FixFixed, Versions: []string{"99"}},
	}
}

func compare(base, candidate []gate.Finding) advise.Difference {
	decisions, _ := gate.Decide(gate.AllNew(candidate), nil, gate.DefaultPolicy(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return advise.Compare(baseline.Mark(baseline.Base{Findings: base}, candidate), decisions)
}

func ids(findings []gate.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Rule+"@"+f.Package.Version)
	}
	return strings.Join(out, " ")
}

func TestComparingTellsWhatGoesAndWhatComes(t *testing.T) {
	base := []gate.Finding{
		found(gate.SeverityCritical, "openssl", "3.0.1", "CVE-1"),
		found(gate.SeverityHigh, "openssl", "3.0.1", "CVE-2"),
		found(gate.SeverityLow, "bash", "5.1", "GHSA-a"),
		found(gate.SeverityLow, "perl", "5.3", "CVE-3"), found(gate.SeverityLow, "perl", "5.4", "CVE-3"),
	}
	candidate := []gate.Finding{
		found(gate.SeverityHigh, "openssl", "3.0.2", "CVE-2"),
		found(gate.SeverityLow, "bash", "5.2", "CVE-9", "GHSA-a"),
		found(gate.SeverityLow, "perl", "5.3", "CVE-3"),
		found(gate.SeverityMedium, "curl", "8.0", "CVE-4"),
		found(gate.SeverityHigh, "curl", "8.0", "CVE-5"),
	}
	d := compare(base, candidate)
	got := []string{ids(d.Removed), ids(d.Added), ids(d.Blocking)}
	want := []string{"CVE-1@3.0.1 CVE-3@5.4", "CVE-5@8.0 CVE-4@8.0", "CVE-2@3.0.2 CVE-5@8.0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	counted := fmt.Sprint(d.RemovedBy, d.AddedBy, d.LeftBy)
	if counted != "map[unknown:0 negligible:0 low:1 medium:0 high:0 critical:1] map[unknown:0 negligible:0 low:0 medium:1 high:1 critical:0] map[unknown:0 negligible:0 low:2 medium:1 high:2 critical:0]" {
		t.Error(counted)
	}
}

func TestComparingAnImageWithItselfShowsNothing(t *testing.T) {
	base := []gate.Finding{found(gate.SeverityHigh, "a", "1", "CVE-1"), found(gate.SeverityHigh, "a", "1", "CVE-1")}
	if d := compare(base, base); len(d.Removed)+len(d.Added) > 0 || len(d.Blocking) != 2 || d.LeftBy[gate.SeverityHigh] != 2 {
		t.Errorf("%+v", d)
	}
}

func TestWhatOnlyTheModeKeepsFromBlockingCounts(t *testing.T) {
	f := found(gate.SeverityHigh, "a", "1", "CVE-1")
	decisions := []gate.Decision{
		{Change: gate.Change{Finding: f, Status: gate.StatusNew}, Action: gate.ActionWarn, WouldBlock: true},
		{Change: gate.Change{Finding: f, Status: gate.StatusNew}, Action: gate.ActionWaived},
		{Change: gate.Change{Finding: f, Status: gate.StatusFixed}, Action: gate.ActionBlock},
	}
	if d := advise.Compare(nil, decisions); len(d.Blocking) != 1 {
		t.Errorf("%+v", d)
	}
}

// choice makes a scanned candidate: findings that block, of all the criticals,
// highs and lows that are left.
func choice(kind advise.Kind, tag string, blocking, critical, high int, size int64) advise.Choice {
	return advise.Choice{
		Candidate: advise.Candidate{Tag: tag, Kind: kind}, Size: size,
		Difference: advise.Difference{
			Blocking: make([]gate.Finding, blocking),
			LeftBy:   map[gate.Severity]int{gate.SeverityCritical: critical, gate.SeverityHigh: high},
		},
	}
}

func TestChoicesAreRankedByWhatTheyLeave(t *testing.T) {
	partial := choice(advise.KindPatch, "partial", 0, 0, 0, 1)
	partial.Gaps = []gate.Gap{{Guard: gate.GuardUnreadable}}
	want := []advise.Choice{
		choice(advise.KindMajor, "clean", 0, 0, 0, 900),
		choice(advise.KindMinor, "high", 0, 0, 3, 100),
		choice(advise.KindMinor, "critical", 0, 1, 0, 100),
		choice(advise.KindPatch, "small", 1, 1, 1, 100),
		choice(advise.KindRefresh, "large", 1, 1, 1, 200),
		choice(advise.KindPatch, "no-size-patch", 1, 1, 1, 0),
		choice(advise.KindMinor, "a-no-size-minor", 1, 1, 1, 0),
		choice(advise.KindMinor, "b-no-size-minor", 1, 1, 1, 0),
		choice(advise.KindRefresh, "many", 2, 0, 0, 1),
		partial,
	}
	mixed := slices.Clone(want)
	slices.Reverse(mixed)
	mixed[1], mixed[5] = mixed[5], mixed[1]
	if diff := cmp.Diff(tagsOfChoices(want), tagsOfChoices(advise.Rank(mixed))); diff != "" {
		t.Error(diff)
	}
}

func tagsOfChoices(choices []advise.Choice) (out []string) {
	for _, c := range choices {
		out = append(out, c.Tag)
	}
	return out
}

func TestTheSmallestStepThatClearsIsRecommended(t *testing.T) {
	musl := choice(advise.KindVariant, "alpine", 0, 0, 0, 10)
	musl.Musl = true
	partial := choice(advise.KindRefresh, "partial", 0, 0, 0, 1)
	partial.Gaps = []gate.Gap{{Guard: gate.GuardUnreadable}}
	for _, test := range []struct {
		name    string
		now     int
		choices []advise.Choice
		want    string
	}{
		{"a patch before a cleaner minor version", 5, []advise.Choice{choice(advise.KindMinor, "minor", 0, 0, 0, 1), choice(advise.KindPatch, "patch", 0, 3, 3, 99)}, "patch"},
		{"a patch that clears before a refresh that does not", 5, []advise.Choice{choice(advise.KindRefresh, "refresh", 1, 0, 0, 1), choice(advise.KindPatch, "patch", 0, 3, 3, 99)}, "patch"},
		{"the cleaner of two equal steps", 5, []advise.Choice{choice(advise.KindVariant, "a", 0, 0, 2, 1), choice(advise.KindVariant, "b", 0, 0, 1, 9)}, "b"},
		{"a later release before another C library", 5, []advise.Choice{musl, choice(advise.KindCombined, "trixie", 0, 9, 9, 9)}, "trixie"},
		{"another C library before another major version", 5, []advise.Choice{musl, choice(advise.KindMajor, "major", 0, 0, 0, 1)}, "alpine"},
		{"what removes most where nothing clears", 5, []advise.Choice{choice(advise.KindRefresh, "refresh", 4, 0, 0, 1), choice(advise.KindMajor, "major", 1, 9, 9, 9)}, "major"},
		{"nothing that leaves as much", 5, []advise.Choice{choice(advise.KindRefresh, "refresh", 5, 0, 0, 1)}, ""},
		{"nothing where nothing blocks", 0, []advise.Choice{choice(advise.KindRefresh, "refresh", 0, 0, 0, 1)}, ""},
		{"nothing that was not scanned wholly", 5, []advise.Choice{partial}, ""},
		{"nothing of nothing", 5, nil, ""},
	} {
		got, ok := advise.Recommend(test.now, test.choices)
		if got.Tag != test.want || ok != (test.want != "") {
			t.Errorf("%s: %q, %t", test.name, got.Tag, ok)
		}
	}
}
