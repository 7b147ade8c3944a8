package scan_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
)

// finding picks the finding of an advisory in a package.
func finding(t *testing.T, a gate.Analysis, rule, pkg string) gate.Finding {
	t.Helper()
	for _, f := range a.Findings {
		if f.Rule == rule && f.Package.Name == pkg {
			return f
		}
	}
	t.Fatalf("%s in %s was not found; found %v", rule, pkg, tuples(a.Findings))
	return gate.Finding{}
}

func run(t *testing.T, in scan.Input) (gate.Analysis, gate.Subject) {
	t.Helper()
	result, err := exampleScanner(t).Scan(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return result.Analysis, result.Subject
}

// instructions is a Locator that answers with what it was asked.
type instructions struct{ asked []string }

func (l *instructions) Package(pkg gate.Package, layer string, paths []string) gate.Location {
	l.asked = append(l.asked, pkg.Name+" "+strings.Join(paths, ","))
	return gate.Location{Path: "Dockerfile", Line: 7, Layer: layer}
}

func TestAFindingHasEverythingTheDatabaseKnows(t *testing.T) {
	where := &instructions{}
	img := makeImage(t, debian(), map[string]content{"/app/node_modules/minimist/package.json": text(`{"name":"minimist","version":"1.2.5"}`)})
	analysis, subject := run(t, scan.Input{Name: "shop", Image: img, Locate: where})

	got := finding(t, analysis, "CVE-2023-4911", "libc6")
	want := gate.Finding{
		Rule: "CVE-2023-4911", Aliases: []string{}, Tags: []string{"CWE-122"},
		Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh, Image: "shop", Platform: "linux/amd64", Distro: "debian:12",
		Package: &gate.Package{
			Name: "libc6", Version: "2.36-9+deb12u1", Type: "deb", Upstream: "glibc",
			PURL: "pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64&distro=debian-12&upstream=glibc",
		},
		Fix:      &gate.Fix{State: gate.FixFixed, Versions: []string{"2.36-9+deb12u3"}, Available: "2023-10-03"},
		Location: gate.Location{Path: "Dockerfile", Line: 7, Layer: img.Layers()[0].DiffID},
		Paths:    []string{"/var/lib/dpkg/status"},
		Message:  "libc6 2.36-9+deb12u1 has CVE-2023-4911 (fixed in 2.36-9+deb12u3). It is known to be exploited.",
		Advisory: &gate.Advisory{
			Source:      "debian:distro:debian:12",
			Description: "The dynamic loader overflows a buffer on a crafted GLIBC_TUNABLES variable; a local user can become root through a set-uid program.",
			URLs: []string{
				"https://security-tracker.debian.org/tracker/CVE-2023-4911",
				"https://security-tracker.debian.org/tracker/DSA-5514-1",
				"https://www.debian.org/security/2023/dsa-5514",
			},
			CWEs: []string{"CWE-122"},
			CVSS: []gate.CVSS{{Source: "nvd@nist.gov", Version: "3.1", Vector: "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", Score: 7.8}},
			KEV:  &gate.KEV{Added: "2023-11-21", Due: "2023-12-12"},
			Risk: 80.325,
		},
	}
	want.Advisory.Risk = got.Advisory.Risk
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Advisory.Risk < 50 {
		t.Errorf("risk = %v: an exploited vulnerability should have a high one", got.Advisory.Risk)
	}
	node := finding(t, analysis, "GHSA-xvch-5gv4-984h", "minimist")
	if !slices.Equal(node.Aliases, []string{"CVE-2021-44906"}) || node.Severity != gate.SeverityCritical || node.Location.Layer != img.Layers()[1].DiffID {
		t.Errorf("minimist: %+v", node)
	}
	if e := node.Advisory.EPSS; e == nil || e.Probability != 0.04581 || e.Date != "2026-09-29" {
		t.Errorf("minimist's EPSS: %+v", e)
	}
	if !slices.Contains(where.asked, "libc6 /var/lib/dpkg/status") {
		t.Errorf("the locator was asked for %v", where.asked)
	}
	if subject.Distro != "debian 12" || subject.Platform != "linux/amd64" || subject.ImageID != img.ID() || subject.Layers != 2 {
		t.Errorf("subject = %+v", subject)
	}
	if analysis.Packages != 3 || len(analysis.Gaps) != 0 {
		t.Errorf("%d packages, gaps %v", analysis.Packages, analysis.Gaps)
	}
	if len(analysis.Data) == 0 || analysis.Data[0].Captured.IsZero() {
		t.Errorf("data = %v", analysis.Data)
	}
}

func TestEveryFixStateIsToldApart(t *testing.T) {
	root := debian()
	root["/var/lib/dpkg/status"] = text(libc + "\nPackage: coreutils\nStatus: install ok installed\nVersion: 9.1-1\nArchitecture: amd64\nMaintainer: Debian\nDescription: z\n")
	analysis, _ := run(t, scan.Input{Image: makeImage(t, root)})
	for _, tt := range []struct {
		rule, pkg string
		state     gate.FixState
		severity  gate.Severity
		says      string
	}{
		{"CVE-2024-2961", "libc6", gate.FixFixed, gate.SeverityHigh, "(fixed in 2.36-9+deb12u6)"},
		{"CVE-2019-1010022", "libc6", gate.FixNotFixed, gate.SeverityNegligible, "(not fixed yet)"},
		{"CVE-2016-2781", "coreutils", gate.FixWontFix, gate.SeverityLow, "(the vendor will not fix it)"},
	} {
		f := finding(t, analysis, tt.rule, tt.pkg)
		if f.Fix.State != tt.state || f.Severity != tt.severity || !strings.Contains(f.Message, tt.says) {
			t.Errorf("%s: state %s, severity %s, message %q", tt.rule, f.Fix.State, f.Severity, f.Message)
		}
	}
}

func TestEveryAdvisoryIsDescribedOnce(t *testing.T) {
	root := debian()
	root["/var/lib/dpkg/status"] = text(libssl + "\n" + strings.Replace(libssl, "libssl3", "openssl", 1) + "\n" + libc)
	analysis, _ := run(t, scan.Input{Image: makeImage(t, root)})
	var ids []string
	for _, r := range analysis.Rules {
		ids = append(ids, r.ID)
		if r.Title == "" || r.Why == "" || r.Fix == "" || r.URL == "" {
			t.Errorf("rule %s lacks something: %+v", r.ID, r)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("rules are not sorted, once each: %v", ids)
	}
	i := slices.Index(ids, "CVE-2023-5363")
	if i < 0 {
		t.Fatalf("rules = %v", ids)
	}
	if got := analysis.Rules[i]; got.Title != "CVE-2023-5363 in libssl3, openssl" ||
		got.Fix != "Update libssl3 to 3.0.11-1~deb12u2 or later. Update openssl to 3.0.11-1~deb12u2 or later." {
		t.Errorf("rule = %+v", got)
	}
}

func TestTwoScansOfOneImageAreEqualDownToTheBillOfMaterials(t *testing.T) {
	img := makeImage(t, debian(), map[string]content{
		"/app/node_modules/lodash/package.json": text(lodash),
		"/usr/bin/tool":                         elf(),
	})
	dir := t.TempDir()
	path := filepath.Join(dir, "sub", "bill.json")
	var results [2]gate.Analysis
	var bills [2]string
	for i := range results {
		results[i], _ = run(t, scan.Input{Name: "a", Image: img, SBOMPath: path})
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bills[i] = string(raw)
	}
	if diff := cmp.Diff(results[0], results[1]); diff != "" {
		t.Error(diff)
	}
	if bills[0] != bills[1] {
		t.Error("the bills of materials differ")
	}
	if !json.Valid([]byte(bills[0])) || !strings.Contains(bills[0], `"lodash"`) {
		t.Errorf("the bill of materials is not one: %.100s", bills[0])
	}
	if a := results[0].Artifacts; len(a) != 1 || a[0].Path != path || a[0].Kind != "sbom-syft-json" {
		t.Errorf("artifacts = %v", a)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "sub", ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	without, _ := run(t, scan.Input{Name: "a", Image: img})
	if diff := cmp.Diff(results[0].Findings, without.Findings); diff != "" {
		t.Errorf("writing a bill of materials changes the findings: %s", diff)
	}
}

func TestSecretsOfTheBuildAreNotInTheBillOfMaterials(t *testing.T) {
	root := debian()
	root["/app/node_modules/s3cret/package.json"] = text(`{"name":"s3cret","version":"1.0.0"}`)
	img := makeImage(t, root)
	path := filepath.Join(t.TempDir(), "bill.json")
	run(t, scan.Input{Image: img, SBOMPath: path, Redact: func(s string) string { return strings.ReplaceAll(s, "s3cret", "***") }})
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Source struct{ Metadata map[string]any }
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"config", "manifest", "labels"} {
		if v, ok := document.Source.Metadata[field]; ok && v != nil && v != "" {
			t.Errorf("the image's %s is in the bill of materials: %v", field, v)
		}
	}
	if strings.Contains(string(raw), "s3cret") || !strings.Contains(string(raw), "***") {
		t.Error("the text was not redacted")
	}
}

func TestABillOfMaterialsIsMatchedLikeTheImageItCameFrom(t *testing.T) {
	img := makeImage(t, debian())
	path := filepath.Join(t.TempDir(), "bill.json")
	fromImage, _ := run(t, scan.Input{Image: img, SBOMPath: path})
	fromBill, subject := run(t, scan.Input{SBOM: path})
	if diff := cmp.Diff(tuples(fromImage.Findings), tuples(fromBill.Findings)); diff != "" || len(fromBill.Findings) == 0 {
		t.Errorf("%d findings; %s", len(fromBill.Findings), diff)
	}
	if subject.Source != "sbom:"+path || subject.Distro != "debian 12" {
		t.Errorf("subject = %+v", subject)
	}
}

func TestADirectoryIsScannedWithItsLockFiles(t *testing.T) {
	analysis, subject := run(t, scan.Input{Dir: lockFiles(t)})
	for rule, pkg := range map[string]string{
		"GHSA-35jh-r3h4-6jhm": "lodash", "GHSA-h5c8-rqwp-cp95": "jinja2", "GHSA-69ch-w2m2-3vjp": "golang.org/x/text", "GHSA-4374-p667-p6c8": "golang.org/x/net",
	} {
		f := finding(t, analysis, rule, pkg)
		if len(f.Paths) != 1 || !strings.HasPrefix(f.Paths[0], "/") {
			t.Errorf("%s: paths %v", rule, f.Paths)
		}
	}
	if !strings.HasPrefix(subject.Source, "dir:") || len(analysis.Gaps) != 0 {
		t.Errorf("subject %+v, gaps %v", subject, analysis.Gaps)
	}
}

func TestWhatCannotBeScannedIsAnError(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "bill.json")
	put(t, garbage, `{"hello":"world"}`)
	for name, tt := range map[string]struct {
		in   scan.Input
		says string
	}{
		"nothing at all":            {scan.Input{}, "nothing to scan"},
		"a directory that is gone":  {scan.Input{Dir: filepath.Join(t.TempDir(), "gone")}, "gone"},
		"a bill that is gone":       {scan.Input{SBOM: filepath.Join(t.TempDir(), "gone.json")}, "gone.json"},
		"a bill that is none":       {scan.Input{SBOM: garbage}, "syft JSON, CycloneDX or SPDX"},
		"a place that is no folder": {scan.Input{Dir: t.TempDir(), SBOMPath: filepath.Join(garbage, "x.json")}, "write bill of materials"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := exampleScanner(t).Scan(t.Context(), tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error = %v, want one that says %q", err, tt.says)
			}
		})
	}
}

func TestACancelledScanEndsWithTheErrorOfItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := exampleScanner(t).Scan(ctx, scan.Input{Dir: lockFiles(t)})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
}
