package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

func publicKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// listing lists files in memory, as Request.Glob does.
func listing(files map[string]string) func(string) ([]string, error) {
	return func(pattern string) ([]string, error) {
		var names []string
		for name := range files {
			if ok, err := path.Match(pattern, name); ok {
				names = append(names, name)
			} else if err != nil {
				return nil, err
			}
		}
		return names, nil
	}
}

func fullFiles(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		".gate.yaml": string(text), "keys/cosign.pub": publicKey(t), "keys/github.json": trustedRoot("github"),
		"vex/b.json": `{"b":1}`, "vex/a.json": `{"a":1}`, "vex/sub/c.json": "{}",
	}
}

func fullPlan(t *testing.T) gate.Plan {
	t.Helper()
	r := request(fullFiles(t))
	r.Glob = listing(fullFiles(t))
	return load(t, r)
}

func bound(op string, value float64) *gate.Bound { return &gate.Bound{Op: op, Value: value} }

func TestEveryConditionIsRead(t *testing.T) {
	yes, no := true, false
	want := gate.Rule{
		Name: "build stage", Action: gate.ActionWarn, Reason: "the build stage is not shipped", Origin: ".gate.yaml:11",
		When: gate.Condition{
			Severities: []gate.Severity{gate.SeverityCritical, gate.SeverityHigh},
			Statuses:   []gate.Status{gate.StatusNew, gate.StatusExisting, gate.StatusWorse},
			Fix:        []gate.FixState{gate.FixFixed}, FixAge: bound(">=", 30), AdvisoryAge: bound("<", 7),
			KEV: &yes, Ransomware: &no, EPSS: bound(">=", 0.1), EPSSPercentile: bound(">=", 0.95), Risk: bound(">=", 50), CVSS: bound(">=", 9),
			Sides: []gate.Side{gate.SideBase}, Stages: []string{"build*"}, Sources: []string{"context"},
			Packages: []string{"openssl*"}, Types: []string{"deb"}, PURLs: []string{"pkg:npm/**"}, Versions: ">=1.0, <2 || =3.1",
			Relations: []gate.Relation{gate.RelationDirect}, Paths: []string{"/opt/**"}, Distros: []string{"debian:*"},
			IDs: []string{"CVE-2024-1234", "DL3008"}, Tags: []string{"CIS *"},
			Analyzers: append(gate.Analyzers(), gate.AnalyzerPolicy), Licenses: []string{"GPL-*"},
			Platforms: []string{"linux/arm64"}, Images: []string{"shop"}, Tools: []string{"Trivy"},
			All: []gate.Condition{{KEV: &yes}, {Severities: []gate.Severity{gate.SeverityMedium, gate.SeverityHigh, gate.SeverityCritical}}},
			Any: []gate.Condition{{Sides: []gate.Side{gate.SideOwn}}, {Fix: []gate.FixState{gate.FixNotFixed, gate.FixWontFix, gate.FixUnknown}}},
			Not: &gate.Condition{Images: []string{"till"}},
		},
	}
	rules := fullPlan(t).Policy.Rules
	if diff := cmp.Diff(want, rules[1], cmp.AllowUnexported(gate.Rule{})); diff != "" {
		t.Error(diff)
	}
	own := gate.Rule{Action: gate.ActionWarn, Origin: ".gate.yaml:92", When: gate.Condition{KEV: &yes, Images: []string{"shop"}}}
	if diff := cmp.Diff(own, rules[0], cmp.AllowUnexported(gate.Rule{})); diff != "" {
		t.Errorf("an image's own rule comes first and is about it alone:\n%s", diff)
	}
	if len(rules) != 3 || rules[2].Action != gate.ActionIgnore {
		t.Errorf("rules = %+v", rules)
	}
}

func TestEverySectionIsRead(t *testing.T) {
	got := fullPlan(t)
	p := got.Policy
	low, off := gate.SeverityLow, false
	bar := func(severity gate.Severity, origin gate.Origin) gate.Threshold {
		return gate.Threshold{Severity: severity, Origin: origin}
	}
	const line3 = gate.Origin(".gate.yaml:3")
	checks := []struct {
		name      string
		want, got any
	}{
		{"fail-on", map[gate.Analyzer]gate.Threshold{
			gate.AnalyzerScan: bar(gate.SeverityHigh, line3), gate.ThresholdContext: bar(gate.SeverityCritical, line3), gate.AnalyzerLint: bar(gate.SeverityMedium, line3),
			gate.AnalyzerLicense: bar(gate.SeverityMedium, line3), gate.AnalyzerPackages: bar(gate.SeverityLow, line3), gate.AnalyzerForeign: {Never: true, Origin: line3},
			gate.AnalyzerPolicy: {Never: true, Origin: gate.OriginDefault},
		}, p.Thresholds},
		{"mode", []any{gate.ModeEnforce, gate.Origin(".gate.yaml:2")}, []any{p.Mode, p.ModeOrigin}},
		{"only-fixed and unknown-as", []any{true, gate.Origin(".gate.yaml:4"), gate.SeverityHigh}, []any{p.OnlyFixed, p.OnlyFixedOrigin, p.UnknownAs}},
		{"grace", []gate.Grace{
			{Severity: gate.SeverityCritical, Origin: ".gate.yaml:6"}, {Severity: gate.SeverityHigh, Days: 7, Origin: ".gate.yaml:6"}, {Severity: gate.SeverityMedium, Days: 14, Origin: ".gate.yaml:6"},
		}, p.Grace},
		{"max and budgets", []gate.Budget{
			{Name: "max critical", Origin: ".gate.yaml:7", When: gate.Condition{Analyzers: []gate.Analyzer{gate.AnalyzerScan}, Severities: []gate.Severity{gate.SeverityCritical}}},
			{Name: "max high", Max: 5, Origin: ".gate.yaml:7", When: gate.Condition{Analyzers: []gate.Analyzer{gate.AnalyzerScan}, Severities: []gate.Severity{gate.SeverityHigh}}},
			{Name: "max total", Max: 50, Origin: ".gate.yaml:7", When: gate.Condition{Analyzers: []gate.Analyzer{gate.AnalyzerScan}}},
			{Name: "lint debt", Max: 10, Reason: "paid back by spring", Origin: ".gate.yaml:9", When: gate.Condition{Analyzers: []gate.Analyzer{gate.AnalyzerLint}}},
		}, p.Budgets},
		{"licenses", &gate.LicensePolicy{
			Allow: []string{"MIT", "Apache-2.0"}, Deny: []string{"AGPL-*", "GPL-3.0-only"}, Review: []string{"MPL-2.0"}, Unknown: &low, Origin: ".gate.yaml:47",
			Exceptions: []gate.LicenseException{{PURL: "pkg:deb/debian/**", Licenses: []string{"GPL-*"}, Reason: "Debian's own", Origin: ".gate.yaml:53"}},
		}, p.Licenses},
		{"packages", []gate.PackageRule{
			{Name: "log4j-core", Versions: "<2.17.1", Reason: "Log4Shell", Severity: gate.SeverityCritical, Origin: ".gate.yaml:56"},
			{Require: true, Name: "ca-certificates", Image: "shop", Reason: "TLS", Severity: gate.SeverityHigh, Origin: ".gate.yaml:58"},
		}, p.Packages},
		{"vex", []gate.Document{{Path: "vex/a.json", Content: []byte(`{"a":1}`), Origin: ".gate.yaml:60"}, {Path: "vex/b.json", Content: []byte(`{"b":1}`), Origin: ".gate.yaml:60"}}, p.VEX},
		{"waiver-terms", gate.WaiverTerms{MaxDays: 180, WarnDays: 14, NeedOwner: true, NeedTicket: true, Origin: ".gate.yaml:64"}, p.WaiverTerms},
		{"accept-waivers", true, p.AcceptWaivers},
		{"waivers", []gate.Waiver{{
			ID: "CVE-2023-45853", Image: "shop", Package: "zlib1g", PURL: "pkg:deb/debian/zlib1g", Versions: "<=1:1.2.13", Path: "/usr/**",
			Reason: "minizip is not built", Owner: "team", Ticket: "https://example.com/1", UntilFixed: true,
			Status: gate.VEXNotAffected, Justification: "vulnerable_code_not_in_execute_path", Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
			Origin: ".gate.yaml:67", Location: gate.Location{Path: ".gate.yaml", Line: 67, Column: 5, EndLine: 67},
		}}, p.Waivers},
		{"sarif-in", []gate.ForeignReport{{Path: "trivy.sarif", Origin: ".gate.yaml:81"}, {Path: "reports/*.sarif", Image: "shop", Origin: ".gate.yaml:82"}}, got.Foreign},
		{"images' own words", []gate.Override{
			{Image: "shop", Thresholds: map[gate.Analyzer]gate.Threshold{gate.AnalyzerScan: bar(gate.SeverityCritical, ".gate.yaml:89")}, OnlyFixed: &off, OnlyFixedOrigin: ".gate.yaml:90"},
			{Image: "till", Thresholds: map[gate.Analyzer]gate.Threshold{gate.AnalyzerLint: {Never: true, Origin: ".gate.yaml:100"}}},
		}, p.Overrides},
		{"allow", []gate.Allowance{{Guard: gate.GuardNoPackages, Image: "shop", Origin: ".gate.yaml:94"}, {Guard: gate.GuardUnknownDistro, Image: "shop", Reason: "scratch", Origin: ".gate.yaml:95"}}, p.Allowances},
		{"the database and the scan", []any{[]string{"https://mirror.example.com/v6/latest.json"}, false, false}, []any{got.Database.Mirrors, got.Database.ActionsCache, got.Scan.Context}},
		{"released", []gate.ReleasedSource{
			{Kind: gate.ReleasedImages, Images: []string{"ghcr.io/acme/shop:1.0"}, Origin: ".gate.yaml:102"},
			{
				Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/api", Name: "api", Tags: []string{"v*"}, Except: []string{"*-debug"}, Versions: ">=1.4 <3",
				Lines: "minor", Last: 5, Platforms: []string{"linux/amd64", "linux/arm64"}, Origin: ".gate.yaml:103",
			},
			{Kind: gate.ReleasedReleases, Prereleases: true, Origin: ".gate.yaml:111"},
			{Kind: gate.ReleasedPackages, Place: "acme/api", Last: 3, Origin: ".gate.yaml:113"},
			{Kind: gate.ReleasedManifests, Place: "deploy", Tags: []string{"prod/**"}, Origin: ".gate.yaml:115"},
			{Kind: gate.ReleasedFile, Place: "released.txt", Origin: ".gate.yaml:117"},
		}, got.Rescan.Sources},
		{"sbom", []string{"out.json", "spdx-json"}, []string{got.Images[0].SBOM, got.Images[0].SBOMFormat}},
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if s := p.VEXSigners; len(s) != 2 || s[0].Path != "keys/cosign.pub" || !strings.HasPrefix(string(s[0].Key), "-----BEGIN") || s[1].Subject != "https://github.com/acme/**" || s[1].RootPath != "keys/github.json" || string(s[1].Root) != trustedRoot("github") {
		t.Errorf("signers = %+v", s)
	}
}

func TestWhoSetsTheBarMeansAllVulnerabilities(t *testing.T) {
	flags := func(name, value string) config.Source { return config.Flags{name: {value}} }
	tests := []struct {
		name, text string
		source     config.Source
		want       bool
		origin     gate.Origin
	}{
		{"nobody says anything: what is fixed blocks", "", config.Flags{}, true, gate.OriginDefault},
		{"the file sets the bar", "fail-on: high\n", config.Flags{}, false, ".gate.yaml:2"},
		{"the file sets it by analyzer", "fail-on:\n  scan: high\n", config.Flags{}, false, ".gate.yaml:3"},
		{"the file sets another analyzer's", "fail-on: {lint: warning}\n", config.Flags{}, true, gate.OriginDefault},
		{"the file says both", "fail-on: high\nonly-fixed: true\n", config.Flags{}, true, ".gate.yaml:3"},
		{"a flag sets the bar", "", flags("fail-on", "critical"), false, "--fail-on"},
		{"a flag sets the bar, the file only-fixed", "only-fixed: true\n", flags("fail-on", "critical"), true, ".gate.yaml:2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, request(map[string]string{".gate.yaml": "version: 1\n" + tt.text}, tt.source)).Policy
			if p.OnlyFixed != tt.want || p.OnlyFixedOrigin != tt.origin {
				t.Errorf("only-fixed %t by %s", p.OnlyFixed, p.OnlyFixedOrigin)
			}
		})
	}
	p := load(t, request(map[string]string{".gate.yaml": "version: 1\nimages:\n  - {name: a, context: a, fail-on: low}\n  - {name: b, context: b, fail-on: {lint: style}}\n"})).Policy
	if a, b := p.Overrides[0], p.Overrides[1]; a.OnlyFixed == nil || *a.OnlyFixed || b.OnlyFixed != nil || !p.OnlyFixed {
		t.Errorf("overrides = %+v", p.Overrides)
	}
}

func TestComparisonsOfSeverities(t *testing.T) {
	for comparison, want := range map[string]string{
		"<low": "negligible", "<= low": "negligible low", "=medium": "medium", "== high": "high", ">high": "critical", ">=high": "high critical",
	} {
		p := load(t, request(map[string]string{".gate.yaml": "version: 1\nrules: [{action: warn, when: {severity: \"" + comparison + "\"}}]\n"})).Policy
		var got []string
		for _, s := range p.Rules[0].When.Severities {
			got = append(got, s.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s means %v", comparison, got)
		}
	}
}

func TestWaiversBesideThePolicyAreAdded(t *testing.T) {
	policy := "version: 1\nwaivers: [{id: A-1, reason: r, expires: 2027-01-01}]\n"
	waivers := "version: 1\nwaivers:\n  - {id: B-1, reason: r, expires: 2027-01-01}\n"
	for _, name := range config.WaiverPaths {
		p := load(t, request(map[string]string{".gate.yaml": policy, name: waivers})).Policy
		if len(p.Waivers) != 2 || p.Waivers[1].Origin != gate.Origin(name+":3") || p.Waivers[1].Location.Path != name {
			t.Errorf("%s: waivers = %+v", name, p.Waivers)
		}
	}
	named := request(map[string]string{"ci/gate.yaml": policy, "ci/.gate-waivers.yaml": waivers}, config.Flags{"config": {"ci/gate.yaml"}})
	if p := load(t, named).Policy; len(p.Waivers) != 2 {
		t.Errorf("beside a named policy: %+v", p.Waivers)
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"two such files":       {map[string]string{".gate-waivers.yaml": waivers, ".github/gate-waivers.yaml": waivers}, ".github/gate-waivers.yaml: there are waivers in .gate-waivers.yaml as well"},
		"a policy key in it":   {map[string]string{".gate-waivers.yaml": "version: 1\nfail-on: low\n"}, `.gate-waivers.yaml:2:1: unknown key "fail-on" in the waivers file`},
		"a waiver without end": {map[string]string{".gate-waivers.yaml": "version: 1\nwaivers: [{id: a, reason: r}]\n"}, ".gate-waivers.yaml:2:11: the waiver for a needs an expiry"},
		"no version":           {map[string]string{".gate-waivers.yaml": "waivers: []\n"}, "the waivers file has no version"},
	} {
		if _, err := config.Load(request(c.files)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := config.Load(request(map[string]string{".gate-waivers.yaml": "version: 1\nwaivers:\n"})); err != nil {
		t.Errorf("a list that is empty now: %v", err)
	}
}

func TestDocumentsOfInputsAreAdded(t *testing.T) {
	files := map[string]string{".gate.yaml": "version: 1\nvex: a.json\nsarif-in: a.sarif\n", "a.json": "a", "b.json": "b"}
	plan := load(t, request(files, config.Flags{"vex": {"b.json", "./a.json"}, "sarif-in": {"b.sarif,image=shop"}}))
	var names []string
	for _, d := range plan.Policy.VEX {
		names = append(names, d.Path+"="+string(d.Content)+" "+string(d.Origin))
	}
	if want := []string{"a.json=a .gate.yaml:2", "b.json=b --vex"}; !slices.Equal(names, want) {
		t.Errorf("documents = %v", names)
	}
	want := []gate.ForeignReport{{Path: "a.sarif", Origin: ".gate.yaml:3"}, {Path: "b.sarif", Image: "shop", Origin: "--sarif-in"}}
	if diff := cmp.Diff(want, plan.Foreign); diff != "" {
		t.Error(diff)
	}
}

func TestAnImageOfItsOwnNameOnlyGetsItsRules(t *testing.T) {
	text := "version: 1\nfail-on: {lint: never}\nimages:\n  - {context: services/a, rules: [{action: ignore, when: {id: X-1}}]}\n  - {name: b, image: 'docker:b'}\n"
	p := load(t, request(map[string]string{".gate.yaml": text})).Policy
	findings := []gate.Finding{{Rule: "X-1", Analyzer: gate.AnalyzerScan, Severity: gate.SeverityCritical, Image: "a"}}
	findings = append(findings, findings[0])
	findings[1].Image = "b"
	findings[1].Fix = &gate.Fix{State: gate.FixFixed}
	decisions, _ := gate.Decide(gate.AllNew(findings), nil, p, time.Now())
	for _, d := range decisions {
		want := map[string]gate.Action{"a": gate.ActionIgnore, "b": gate.ActionBlock}[d.Change.Finding.Image]
		if d.Action != want {
			t.Errorf("%s: %s", d.Change.Finding.Image, d.Action)
		}
	}
}

func TestTheOrganisationsPolicyIsPinned(t *testing.T) {
	hex40, hex64 := strings.Repeat("a1", 20), strings.Repeat("b2", 32)
	for text, want := range map[string]string{
		"auto": "auto", "off": "",
		"ghcr.io/acme/policy@sha256:" + hex64:     "oci:ghcr.io/acme/policy@sha256:" + hex64,
		"oci:ghcr.io/acme/policy@sha256:" + hex64: "oci:ghcr.io/acme/policy@sha256:" + hex64,
		"acme/policies/gate/floor.yaml@" + hex40:  "acme/policies/gate/floor.yaml@" + hex40,
		"gate-floor.yaml":                         "", "acme/policies/floor.yaml@main": "", "oci:ghcr.io/acme/policy:1": "", "on": "",
	} {
		plan, err := config.Load(request(nil, config.Flags{"organisation-policy": {text}}))
		if (err == nil) != (want != "") || plan.OrganisationSource != want {
			t.Errorf("%s: %q, %v", text, plan.OrganisationSource, err)
		}
	}
	if _, err := config.Load(request(map[string]string{".gate.yaml": "version: 1\norganisation-policy: off\n"})); err == nil {
		t.Error("the repository's own file switched the organisation's policy off")
	}
}
