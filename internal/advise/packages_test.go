package advise_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/gate"
)

// world says what blocks, by name and version, and remembers what it was asked.
type world struct {
	blocks map[string]string
	asked  []string
	err    error
}

func (w *world) Blocks(_ context.Context, c gate.Component) ([]string, error) {
	w.asked = append(w.asked, c.Package.PURL)
	return strings.Fields(w.blocks[c.Package.Name+" "+c.Package.Version]), w.err
}

// npm is a decision that blocks a package of an application.
func npm(name, version, id, place string, fixes ...string) gate.Decision {
	f := gate.Finding{
		Rule: id, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh, Image: "app", Platform: "linux/amd64",
		Package: &gate.Package{Name: name, Version: version, Type: "npm", PURL: "pkg:npm/" + name + "@" + version},
		Fix:     &gate.Fix{State: gate.FixFixed, Versions: fixes},
	}
	if len(fixes) == 0 {
		f.Fix = &gate.Fix{State: gate.FixNotFixed}
	}
	switch path, line, lock := strings.Cut(place, ":"); {
	case lock:
		f.Source, f.Paths, f.Location = gate.SourceContext, []string{path}, gate.Location{Path: path, Line: len(line)}
	case place == "base":
		f.Paths = []string{"/usr/lib/node_modules/" + name + "/package.json"}
		f.Location = gate.Location{Path: "Dockerfile", Line: 1, Base: true, BaseImage: "node:20"}
	case place == "own":
		f.Paths, f.Location = []string{"/app/node_modules/" + name + "/package.json"}, gate.Location{Path: "Dockerfile", Line: 4}
	default:
		f.Paths = []string{"/app/node_modules/" + name + "/package.json"}
	}
	return gate.Decision{Change: gate.Change{Finding: f, Status: gate.StatusNew}, Action: gate.ActionBlock}
}

func deb(name, version, id string, base bool, fixes ...string) gate.Decision {
	d := npm(name, version, id, "own", fixes...)
	f := &d.Change.Finding
	f.Package = &gate.Package{Name: name, Version: version, Type: "deb", PURL: "pkg:deb/debian/" + name + "@" + strings.ReplaceAll(version, "+", "%2B") + "?distro=debian-12"}
	f.Distro, f.Paths = "debian:12", []string{"/var/lib/dpkg/status"}
	if f.Location.Base = base; base {
		f.Location.Line = 1
	}
	return d
}

// told is manifests as lines of text.
func told(manifests []advise.Manifest) []string {
	var out []string
	for _, m := range manifests {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s:%d %s%s", m.Image, m.Kind, m.Path, m.Line, m.BaseImage, m.Distro)))
		for _, u := range m.Upgrades {
			line := fmt.Sprintf("- %s %s to %s line %d clears %s", u.Package.Name, u.Package.Version, u.To, u.Line, strings.Join(u.Clears, " "))
			for _, l := range u.Left {
				line += fmt.Sprintf("; %s: %s", l.ID, l.Why)
			}
			out = append(out, line)
		}
	}
	return out
}

func TestTheLeastVersionThatClearsAllIsTaken(t *testing.T) {
	for _, test := range []struct {
		name      string
		decisions []gate.Decision
		blocks    map[string]string
		want      string
		asked     int
	}{
		{"one finding", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "1.0.1")}, nil, "- a 1.0.0 to 1.0.1 line 1 clears CVE-1", 1},
		{
			"the higher of two fixes", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "1.0.9"), npm("a", "1.0.0", "CVE-2", "x:1", "1.0.10")},
			nil, "- a 1.0.0 to 1.0.10 line 1 clears CVE-1 CVE-2", 1,
		},
		{
			"the lower of two branches", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "2.0.3", "1.4.1")},
			nil, "- a 1.0.0 to 1.4.1 line 1 clears CVE-1", 1,
		},
		{
			"no branch before the present one", []gate.Decision{npm("a", "2.0.0", "CVE-1", "x:1", "1.4.1", "2.0.3")},
			nil, "- a 2.0.0 to 2.0.3 line 1 clears CVE-1", 1,
		},
		{
			"a fix that has another fault", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0", "2.0.0")},
			map[string]string{"a 1.1.0": "CVE-7"}, "- a 1.0.0 to 2.0.0 line 1 clears CVE-1", 2,
		},
		{
			"a fix of one that is not one of the other", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0", "3.0.0"), npm("a", "1.0.0", "CVE-2", "x:1", "2.0.0")},
			map[string]string{"a 2.0.0": "CVE-1"}, "- a 1.0.0 to 3.0.0 line 1 clears CVE-1 CVE-2", 2,
		},
		{
			"one that nobody has fixed", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0", "9.0.0"), npm("a", "1.0.0", "CVE-2", "x:1")},
			map[string]string{"a 1.1.0": "CVE-2"}, "- a 1.0.0 to 1.1.0 line 1 clears CVE-1; CVE-2: there is no fixed version yet", 1,
		},
		{
			"a fix that comes with another fault and clears two", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0"), npm("a", "1.0.0", "CVE-2", "x:1", "1.1.0")},
			map[string]string{"a 1.1.0": "CVE-9"}, "- a 1.0.0 to 1.1.0 line 1 clears CVE-1 CVE-2; CVE-9: it comes with 1.1.0", 1,
		},
		{
			"no version that helps", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0")},
			map[string]string{"a 1.1.0": "CVE-9"}, "- a 1.0.0 to  line 1 clears ; CVE-1: as much blocks in the versions that fix it (1.1.0)", 1,
		},
		{"nothing fixed", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1")}, nil, "- a 1.0.0 to  line 1 clears ; CVE-1: there is no fixed version yet", 0},
		{
			"a fix in the past", []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "0.9.0")}, nil,
			"- a 1.0.0 to  line 1 clears ; CVE-1: it is named as fixed in 0.9.0, which is not later than 1.0.0", 0,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &world{blocks: test.blocks}
			got, err := advise.Packages(t.Context(), test.decisions, w)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"app file x:0", test.want}, told(got)); diff != "" || len(w.asked) != test.asked {
				t.Errorf("asked for %v\n%s", w.asked, diff)
			}
		})
	}
}

func TestVersionsAreGroupedByWhereTheyAreChanged(t *testing.T) {
	warned := npm("left-pad", "1.0.0", "CVE-8", "web/yarn.lock:777", "1.1.0")
	warned.Action = gate.ActionWarn
	lint := npm("x", "1", "no-root", "own", "2")
	lint.Change.Finding.Analyzer = gate.AnalyzerLint
	gone := npm("x", "1", "CVE-0", "own", "2")
	gone.Change.Status = gate.StatusFixed
	past := npm("b", "1.0.0", "CVE-6", "old/package-lock.json:1", "1.2.0")
	past.Change.Status = gate.StatusFixed
	mode := npm("b", "1.0.0", "CVE-6", "own", "1.2.0")
	mode.Action, mode.WouldBlock = gate.ActionWarn, true
	twice := npm("minimist", "0.0.8", "CVE-5", "package-lock.json:999", "0.2.1")
	twice.Change.Finding.Paths = []string{"package-lock.json", "web/package-lock.json"}
	twice.Change.Finding.Package.Relation = gate.RelationTransitive
	decisions := []gate.Decision{
		deb("openssl", "3.0.11-1", "CVE-1", true, "3.0.13-1~deb12u1"), deb("curl", "7.88.1-10+deb12u4", "CVE-2", false, "7.88.1-10+deb12u5"),
		npm("npm", "9.0.0", "CVE-3", "base", "10.0.0"), npm("a", "1.0.0", "CVE-4", "nowhere", "1.2.0"), mode, twice,
		npm("minimist", "0.0.8", "CVE-5", "own", "0.2.1"), npm("left-pad", "1.0.0", "CVE-8", "own", "1.1.0"), warned, lint, gone, past,
		npm("minimist", "1.2.0", "CVE-9", "package-lock.json:1", "1.2.6"),
		npm("left-pad", "1.0.0", "CVE-8", "base", "1.1.0"),
	}
	want := []string{
		"app file package-lock.json:0",
		"- minimist 0.0.8 to 0.2.1 line 3 clears CVE-5",
		"- minimist 1.2.0 to 1.2.6 line 1 clears CVE-9",
		"app file web/package-lock.json:0",
		"- minimist 0.0.8 to 0.2.1 line 0 clears CVE-5",
		"app file web/yarn.lock:0",
		"- left-pad 1.0.0 to 1.1.0 line 3 clears CVE-8",
		"app instruction Dockerfile:4",
		"- b 1.0.0 to 1.2.0 line 4 clears CVE-6",
		"app image :0",
		"- a 1.0.0 to 1.2.0 line 0 clears CVE-4",
		"app system :0 debian:12",
		"- curl 7.88.1-10+deb12u4 to 7.88.1-10+deb12u5 line 4 clears CVE-2",
		"- openssl 3.0.11-1 to 3.0.13-1~deb12u1 line 1 clears CVE-1",
		"app base Dockerfile:1 node:20",
		"- left-pad 1.0.0 to 1.1.0 line 1 clears CVE-8",
		"- npm 9.0.0 to 10.0.0 line 1 clears CVE-3",
	}
	for range 10 {
		w := &world{}
		got, err := advise.Packages(t.Context(), decisions, w)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, told(got)); diff != "" {
			t.Fatal(diff)
		}
		if first := got[0].Upgrades[0]; first.Package.Relation != gate.RelationTransitive || first.Base || !slices.Equal(first.Files, []string{"/app/node_modules/minimist/package.json"}) {
			t.Errorf("%+v", first)
		}
		if system := got[5].Upgrades; system[0].Base || !system[1].Base {
			t.Errorf("%+v", system)
		}
		if !slices.Contains(w.asked, "pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?distro=debian-12") || len(w.asked) != len(slices.Compact(slices.Sorted(slices.Values(w.asked)))) {
			t.Errorf("asked for %v", w.asked)
		}
		slices.Reverse(decisions)
	}
}

func TestAVulnerabilityUnderAnotherNameIsTheSame(t *testing.T) {
	d := npm("a", "1.0.0", "GHSA-1", "x:1", "1.1.0", "1.2.0")
	d.Change.Finding.Aliases = []string{"CVE-1"}
	other := npm("a", "1.0.0", "CVE-2", "x:1", "1.1.0")
	got, err := advise.Packages(t.Context(), []gate.Decision{d, other}, &world{blocks: map[string]string{"a 1.1.0": "cve-1", "a 1.2.0": "CVE-1 GHSA-1"}})
	if err != nil {
		t.Fatal(err)
	}
	if u := got[0].Upgrades[0]; u.To != "1.1.0" || !slices.Equal(u.Clears, []string{"CVE-2"}) || len(u.Left) != 1 || u.Left[0].ID != "GHSA-1" {
		t.Errorf("%+v", u)
	}
}

func TestSeveralPlatformsAreOneChange(t *testing.T) {
	arm := npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0")
	arm.Change.Finding.Platform = "linux/arm64"
	w := &world{}
	got, err := advise.Packages(t.Context(), []gate.Decision{arm, npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0")}, w)
	if err != nil || len(got) != 1 || len(got[0].Upgrades) != 1 || !slices.Equal(got[0].Upgrades[0].Clears, []string{"CVE-1"}) || len(w.asked) != 1 {
		t.Errorf("%+v, %v, asked for %v", got, err, w.asked)
	}
}

func TestAProbeThatFailsIsAnError(t *testing.T) {
	decisions := []gate.Decision{npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0")}
	broken := errors.New("broken")
	if got, err := advise.Packages(t.Context(), decisions, &world{err: broken}); got != nil || !errors.Is(err, broken) || !strings.Contains(err.Error(), "a 1.1.0") {
		t.Errorf("%v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := advise.Packages(ctx, decisions, &world{}); got != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestPackagesOfADistributionAreUpdatedByOneCommand(t *testing.T) {
	manifest := func(kind advise.ManifestKind, of string, names ...string) advise.Manifest {
		m := advise.Manifest{Kind: kind}
		for _, name := range names {
			m.Upgrades = append(m.Upgrades, advise.Upgrade{Package: gate.Package{Name: name, Type: of}, To: "2"})
		}
		return m
	}
	held := manifest(advise.ManifestSystem, "deb", "a", "held")
	held.Upgrades[1].To = ""
	for _, test := range []struct {
		manifest advise.Manifest
		want     string
	}{
		{manifest(advise.ManifestSystem, "deb", "zlib1g", "libssl3", "libstdc++6", "libssl3"), "apt-get update && apt-get install -y --only-upgrade libssl3 libstdc++6 zlib1g"},
		{manifest(advise.ManifestSystem, "apk", "busybox"), "apk upgrade --no-cache busybox"},
		{manifest(advise.ManifestSystem, "rpm", "openssl-libs"), "dnf upgrade -y openssl-libs"},
		{manifest(advise.ManifestSystem, "deb", "a;reboot", "$(x)", "-y", "a b", "ok"), "apt-get update && apt-get install -y --only-upgrade ok"},
		{held, "apt-get update && apt-get install -y --only-upgrade a"},
		{manifest(advise.ManifestSystem, "alpm", "openssl"), ""},
		{manifest(advise.ManifestFile, "npm", "a"), ""},
		{manifest(advise.ManifestSystem, "deb"), ""},
	} {
		if got := test.manifest.Command(); got != test.want {
			t.Errorf("got %q, not %q", got, test.want)
		}
	}
}

func TestNothingBlocksMeansNothingToChange(t *testing.T) {
	d := npm("a", "1.0.0", "CVE-1", "x:1", "1.1.0")
	d.Action = gate.ActionWaived
	if got, err := advise.Packages(t.Context(), []gate.Decision{d}, nil); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}
