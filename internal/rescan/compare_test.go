package rescan

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

// fault is a vulnerability of a package of Debian.
func fault(id, name string, change ...func(*gate.Finding)) gate.Finding {
	f := gate.Finding{
		Rule: id, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh, Image: "app", Distro: "debian:12",
		Package:  &gate.Package{Name: name, Version: "1.0", Type: "deb", PURL: "pkg:deb/debian/" + name + "@1.0"},
		Fix:      &gate.Fix{State: gate.FixNotFixed},
		Advisory: &gate.Advisory{Published: "2026-03-01"},
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func severe(s gate.Severity) func(*gate.Finding) { return func(f *gate.Finding) { f.Severity = s } }

func mended(f *gate.Finding) {
	f.Fix = &gate.Fix{State: gate.FixFixed, Versions: []string{"1.1", "2.0"}}
}

func exploited(f *gate.Finding) { f.Advisory = &gate.Advisory{KEV: &gate.KEV{Added: "2026-04-01"}} }

func ransomed(f *gate.Finding) { f.Advisory = &gate.Advisory{KEV: &gate.KEV{Ransomware: true}} }

// observed is what becomes of findings, when others were there before.
func observed(before, now []gate.Finding, whole bool) []gate.Observed {
	told := history{Findings: bareAll(before), FirstSeen: map[string]string{}}
	for _, f := range before {
		told.FirstSeen[fingerprint(f)] = "2026-02-02"
	}
	c := compareWith(told, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC))
	var decisions []gate.Decision
	for _, f := range now {
		decisions = append(decisions, gate.Decision{Change: gate.Change{Finding: f, Status: gate.StatusNew}, Action: gate.ActionBlock})
	}
	var all []gate.Observed
	for _, d := range decided(decisions, c.changes(now, whole)) {
		all = append(all, c.observe(d))
	}
	return all
}

func TestWhatBecameOfAFindingSinceTheLastRescan(t *testing.T) {
	one := fault("CVE-2026-1", "curl")
	for name, test := range map[string]struct {
		before, now []gate.Finding
		part        bool
		status      gate.Status
		worse       []string
		seen        string
	}{
		"one that was not there is new":        {nil, []gate.Finding{one}, false, gate.StatusNew, nil, "2026-05-05"},
		"one that was there is not":            {[]gate.Finding{one}, []gate.Finding{one}, false, gate.StatusExisting, nil, "2026-02-02"},
		"one that is gone is fixed":            {[]gate.Finding{one}, nil, false, gate.StatusFixed, nil, "2026-02-02"},
		"a severity that rose is worse":        {[]gate.Finding{fault("CVE-2026-1", "curl", severe(gate.SeverityLow))}, []gate.Finding{one}, false, gate.StatusWorse, []string{"its severity rose from low to high"}, "2026-02-02"},
		"a severity that fell is not":          {[]gate.Finding{one}, []gate.Finding{fault("CVE-2026-1", "curl", severe(gate.SeverityLow))}, false, gate.StatusExisting, nil, "2026-02-02"},
		"one that is exploited now is worse":   {[]gate.Finding{one}, []gate.Finding{fault("CVE-2026-1", "curl", exploited)}, false, gate.StatusWorse, []string{"it is known to be exploited"}, "2026-02-02"},
		"one that ransomware uses is worse":    {[]gate.Finding{fault("CVE-2026-1", "curl", exploited)}, []gate.Finding{fault("CVE-2026-1", "curl", ransomed)}, false, gate.StatusWorse, []string{"it is known to be used by ransomware"}, "2026-02-02"},
		"one that can be mended now is told":   {[]gate.Finding{one}, []gate.Finding{fault("CVE-2026-1", "curl", mended)}, false, gate.StatusWorse, []string{"a fixed version appeared"}, "2026-02-02"},
		"one that could be mended is as it is": {[]gate.Finding{fault("CVE-2026-1", "curl", mended)}, []gate.Finding{fault("CVE-2026-1", "curl", mended)}, false, gate.StatusExisting, nil, "2026-02-02"},
	} {
		t.Run(name, func(t *testing.T) {
			got := observed(test.before, test.now, !test.part)
			if len(got) != 1 {
				t.Fatalf("%d observations: %+v", len(got), got)
			}
			o := got[0]
			if o.Status != test.status || !slices.Equal(o.Worse, test.worse) || o.FirstSeen != test.seen {
				t.Errorf("it is %s, worse by %q, first seen %s", o.Status, o.Worse, o.FirstSeen)
			}
		})
	}
}

func TestOfAnImageThatWasNotSeenWholeNothingIsGone(t *testing.T) {
	if got := observed([]gate.Finding{fault("CVE-2026-1", "curl")}, nil, false); len(got) != 0 {
		t.Errorf("it says %+v", got)
	}
}

func TestWhatIsGoneAndWasNotSeenIsRemembered(t *testing.T) {
	gone := fault("CVE-2026-1", "curl")
	before := history{Findings: bareAll([]gate.Finding{gone}), FirstSeen: map[string]string{fingerprint(gone): "2026-02-02"}}
	f := found{Database: "d"}
	for name, test := range map[string]struct {
		gaps    []gate.Gap
		scanned bool
		kept    int
	}{
		"seen whole":         {nil, true, 0},
		"seen in part":       {[]gate.Gap{{Guard: gate.GuardUnreadable}}, true, 1},
		"not scanned at all": {nil, false, -1},
	} {
		t.Run(name, func(t *testing.T) {
			f.Seen.Gaps = test.gaps
			left := memoryOf(Target{}, f, before, f.Seen, compareWith(before, time.Time{}, time.Now()), test.scanned)
			now, written := left.state.(history)
			switch {
			case test.kept < 0 && written, test.kept >= 0 && (!written || len(now.Findings) != test.kept || len(now.FirstSeen) != test.kept):
				t.Errorf("remembered is %+v", left.state)
			}
		})
	}
}

func TestWhenAVulnerabilityWasDisclosed(t *testing.T) {
	release := time.Date(2026, 3, 1, 15, 0, 0, 0, time.UTC)
	for day, want := range map[string]gate.Disclosure{
		"2026-02-28": gate.DisclosedBefore, "2026-03-01": gate.DisclosedBefore, "2026-03-02": gate.DisclosedSince, "": gate.DisclosedUnknown,
	} {
		f := fault("CVE-2026-1", "curl")
		f.Advisory = &gate.Advisory{Published: day}
		if got := compareWith(history{}, release, release).disclosure(f); got != want {
			t.Errorf("published %q: %q, want %q", day, got, want)
		}
		if got := compareWith(history{}, time.Time{}, release).disclosure(f); got != gate.DisclosedUnknown {
			t.Errorf("of an image of which nobody knows when it was released: %q", got)
		}
	}
}

func TestWhatRemovesAFinding(t *testing.T) {
	library := func(f *gate.Finding) { f.Distro, f.Package.Type = "", "npm" }
	for name, test := range map[string]struct {
		finding gate.Finding
		want    gate.Remedy
	}{
		"a mended package of the distribution": {fault("CVE-2026-1", "curl", mended), gate.Remedy{Kind: gate.RemedyRebuild, Package: "curl", From: "1.0", To: "1.1"}},
		"a mended dependency":                  {fault("CVE-2026-1", "lodash", mended, library), gate.Remedy{Kind: gate.RemedyDependency, Package: "lodash", From: "1.0", To: "1.1"}},
		"nothing that is mended":               {fault("CVE-2026-1", "curl"), gate.Remedy{}},
		"no package":                           {gate.Finding{Rule: "x"}, gate.Remedy{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, remedyOf(test.finding)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAReleasedBillIsTakenOnlyForTheImageThatItNames(t *testing.T) {
	target := Target{Platform: "linux/arm64", Digest: "sha256:aa", ConfigID: "sha256:cc", Index: "sha256:11"}
	for name, test := range map[string]struct {
		text     string
		platform string
		want     bool
	}{
		"the manifest":                        {`{"version":"sha256:aa"}`, "", true},
		"the configuration":                   {`{"imageID":"sha256:cc"}`, "", true},
		"the manifest in a package URL":       {`"pkg:oci/app@sha256%3Aaa"`, "", true},
		"the index, for all platforms":        {`{"version":"sha256:11"}`, "", false},
		"the index, for this platform":        {`{"version":"sha256:11"}`, "linux/arm64", true},
		"something else":                      {`{"name":"gate_linux_arm64"}`, "linux/arm64", false},
		"nothing that could have been either": {``, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := names([]byte(test.text), target, gate.ReleasedBill{Platform: test.platform}); got != test.want {
				t.Errorf("taken: %v", got)
			}
		})
	}
}
