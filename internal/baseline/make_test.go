package baseline_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	difference "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

// vulnerability is a finding of the scan in the image shop.
func vulnerability(rule, name, version string, edits ...func(*gate.Finding)) gate.Finding {
	f := gate.Finding{
		Rule: rule, Aliases: []string{}, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh, Image: "shop", Platform: "linux/amd64",
		Package: &gate.Package{Name: name, Version: version, Type: "deb", PURL: fmt.Sprintf("pkg:deb/debian/%s@%s?arch=amd64&distro=debian-12", name, version)},
		Paths:   []string{"/var/lib/dpkg/status"}, Message: rule + " is in " + name,
	}
	for _, edit := range edits {
		edit(&f)
	}
	return f
}

// fault is a finding of the linter; the anchor is as the linter makes it.
func fault(rule, file string, line int, stage, text string, edits ...func(*gate.Finding)) gate.Finding {
	f := gate.Finding{
		Rule: rule, Aliases: []string{"DL3006"}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityMedium, Image: "shop",
		Location: gate.Location{Path: file, Line: line}, Anchor: stage + "\x00" + text, Message: rule,
	}
	for _, edit := range edits {
		edit(&f)
	}
	return f
}

func aliases(names ...string) func(*gate.Finding) {
	return func(f *gate.Finding) { f.Aliases = names }
}

func severity(s gate.Severity) func(*gate.Finding) {
	return func(f *gate.Finding) { f.Severity = s }
}

func exploited(ransomware bool) func(*gate.Finding) {
	return func(f *gate.Finding) {
		f.Advisory = &gate.Advisory{KEV: &gate.KEV{Added: "2026-01-01", Ransomware: ransomware}}
	}
}

func paths(list ...string) func(*gate.Finding) {
	return func(f *gate.Finding) { f.Paths = list }
}

func software(kind, purl string) func(*gate.Finding) {
	return func(f *gate.Finding) { f.Package.Type, f.Package.PURL = kind, purl }
}

func platform(name string) func(*gate.Finding) {
	return func(f *gate.Finding) { f.Platform = name }
}

// genFinding draws from few words, so that sides meet often.
func genFinding() *rapid.Generator[gate.Finding] {
	return rapid.Custom(func(t *rapid.T) gate.Finding {
		severe := severity(gate.Severity(rapid.IntRange(0, 5).Draw(t, "severity")))
		if rapid.IntRange(0, 3).Draw(t, "kind") == 0 {
			f := fault(rapid.SampledFrom([]string{"pin-base-image", "no-sudo"}).Draw(t, "rule"), rapid.SampledFrom([]string{"Dockerfile", "b/Dockerfile"}).Draw(t, "file"),
				rapid.IntRange(1, 3).Draw(t, "line"), rapid.SampledFrom([]string{"0", "1"}).Draw(t, "stage"), rapid.SampledFrom([]string{"FROM debian", "RUN sudo x"}).Draw(t, "text"), severe)
			f.Image = rapid.SampledFrom([]string{"shop", "till"}).Draw(t, "image")
			return f
		}
		known := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"CVE-1", "CVE-2", "CVE-3", "GHSA-a", "GHSA-b", "ELSA-1"}), 1, 3, rapid.ID[string]).Draw(t, "names")
		f := vulnerability(known[0], rapid.SampledFrom([]string{"openssl", "zlib"}).Draw(t, "package"), rapid.SampledFrom([]string{"1", "2"}).Draw(t, "version"),
			aliases(known[1:]...), severe, platform(rapid.SampledFrom([]string{"linux/amd64", "linux/arm64"}).Draw(t, "platform")))
		f.Analyzer = rapid.SampledFrom([]gate.Analyzer{gate.AnalyzerScan, gate.AnalyzerScan, gate.AnalyzerForeign, gate.AnalyzerLicense}).Draw(t, "analyzer")
		if rapid.IntRange(0, 4).Draw(t, "exploited") == 0 {
			exploited(rapid.Bool().Draw(t, "ransomware"))(&f)
		}
		return f
	})
}

func genFindings() *rapid.Generator[[]gate.Finding] { return rapid.SliceOfN(genFinding(), 0, 12) }

// genKept draws what an earlier run may have known: some of what there is now,
// at other severities.
func genKept(findings []gate.Finding) *rapid.Generator[*baseline.Kept] {
	return rapid.Custom(func(t *rapid.T) *baseline.Kept {
		if rapid.Bool().Draw(t, "nothing kept") {
			return nil
		}
		var then []gate.Finding
		for _, f := range findings {
			if rapid.Bool().Draw(t, "known then") {
				f.Severity = gate.Severity(rapid.IntRange(0, 5).Draw(t, "severity then"))
				then = append(then, f)
			}
		}
		return &baseline.Kept{Known: baseline.KnownOf(then)}
	})
}

func shuffled[T any](t *rapid.T, items []T) []T {
	out := slices.Clone(items)
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// of returns the findings of the changes with one of the statuses, sorted.
func of(changes []gate.Change, statuses ...gate.Status) []gate.Finding {
	found := []gate.Finding{}
	for _, c := range changes {
		if slices.Contains(statuses, c.Status) {
			found = append(found, c.Finding)
		}
	}
	return sorted(found)
}

func sorted(findings []gate.Finding) []gate.Finding {
	out := append([]gate.Finding{}, findings...)
	slices.SortStableFunc(out, func(a, b gate.Finding) int {
		return cmp.Or(gate.Compare(a, b), cmp.Compare(a.Anchor, b.Anchor))
	})
	return out
}

// words tells changes in short, sorted as they are.
func words(changes []gate.Change) []string {
	told := make([]string, 0, len(changes))
	for _, c := range changes {
		text := string(c.Status) + " " + c.Finding.Rule
		if p := c.Finding.Package; p != nil {
			text += " " + p.Name + " " + p.Version
		} else {
			text += fmt.Sprintf(" %s:%d", c.Finding.Location.Path, c.Finding.Location.Line)
		}
		if c.Disclosed {
			text += " disclosed"
		}
		if c.Before != nil {
			text += " from " + c.Before.Severity.String()
		}
		told = append(told, text)
	}
	slices.Sort(told)
	return told
}

func expect(t *testing.T, changes []gate.Change, want ...string) {
	t.Helper()
	slices.Sort(want)
	if diff := difference.Diff(append([]string{}, want...), words(changes)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
