package foreign_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/foreign"
	"github.com/containergate/gate/internal/gate"
)

// oneRun is a SARIF file of one run with the parts that are given.
func oneRun(parts ...string) string {
	return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Tool","version":"1.2"` + strings.Join(parts, "") + `}]}`
}

// results closes the tool and lists results.
func results(list string) string { return `}},"results":[` + list + `]` }

func about() foreign.About { return foreign.About{Image: "shop", Root: "/repo"} }

// finding reads a file that must hold one finding and no gap.
func finding(t *testing.T, text string) gate.Finding {
	t.Helper()
	a := foreign.Read("x.sarif", []byte(text), about())
	if len(a.Gaps) > 0 || len(a.Findings) != 1 {
		t.Fatalf("gaps %v, findings %v, notes %v", a.Gaps, a.Findings, a.Notes)
	}
	return a.Findings[0]
}

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGrypesOwnOutputIsRead(t *testing.T) {
	a := foreign.Read("grype.sarif", testdata(t, "grype.sarif"), about())
	if len(a.Gaps) > 0 || len(a.Findings) != 2 {
		t.Fatalf("gaps %v, findings %v", a.Gaps, a.Findings)
	}
	f := a.Findings[0]
	want := &gate.Package{Name: "libpam-modules", Version: "1.5.2-6+deb12u2", Type: "deb", PURL: "pkg:deb/debian/libpam-modules@1.5.2-6%2Bdeb12u2?arch=amd64&distro=debian-12.15&upstream=pam"}
	if diff := cmp.Diff(want, f.Package); diff != "" {
		t.Errorf("package (-want +got):\n%s", diff)
	}
	if f.Severity != gate.SeverityHigh || !f.Is("CVE-2025-6020") || f.Rule != "CVE-2025-6020-libpam-modules" || f.Tool != "grype" || f.Image != "shop" {
		t.Errorf("finding %+v", f)
	}
	if f.Location != (gate.Location{}) || len(f.Paths) != 4 || f.Paths[3] != "/var/lib/dpkg/status" {
		t.Errorf("location %+v, paths %v", f.Location, f.Paths)
	}
	if len(a.Rules) != 2 || a.Rules[1].Why != "pam_namespace: potential privilege escalation" || a.Rules[1].URL == "" {
		t.Errorf("rules %+v", a.Rules)
	}
}

func TestESLintsOwnOutputIsRead(t *testing.T) {
	a := foreign.Read("eslint.sarif", testdata(t, "eslint.sarif"), about())
	if len(a.Gaps) > 0 || len(a.Findings) == 0 {
		t.Fatalf("gaps %v, findings %v", a.Gaps, a.Findings)
	}
	want := gate.Location{Path: "src/a.js", Line: 2, Column: 5, EndLine: 2, EndColumn: 10}
	if f := a.Findings[0]; f.Location != want || f.Severity != gate.SeverityHigh || f.Rule != "no-cond-assign" {
		t.Errorf("finding %+v", f)
	}
	if diff := cmp.Diff([]string{"eslint.sarif: 4 findings of ESLint 9.39.5"}, a.Notes); diff != "" {
		t.Error(diff)
	}
}

func TestGatesOwnOutputIsRead(t *testing.T) {
	for name, incomplete := range map[string]bool{"fail.sarif": false, "incomplete.sarif": true, "pass.sarif": false} {
		data, err := os.ReadFile("../report/testdata/golden/sarif/" + name)
		if err != nil {
			t.Skipf("the goldens of the reports are not there: %v", err)
		}
		a := foreign.Read(name, data, about())
		if (len(a.Gaps) > 0) != incomplete {
			t.Errorf("%s: gaps %v", name, a.Gaps)
		}
		for _, f := range a.Findings {
			if f.Tool != "gate" || f.Message == "" || f.Rule == "" || f.Anchor == "" {
				t.Errorf("%s: finding %+v", name, f)
			}
		}
	}
}

const trivyImage = `{"version":"2.1.0","runs":[{
 "tool":{"driver":{"name":"Trivy","version":"0.72.0","rules":[
  {"id":"CVE-2023-45853","name":"OsPackageVulnerability","shortDescription":{"text":"zlib: overflow"},"defaultConfiguration":{"level":"error"},
   "properties":{"precision":"very-high","security-severity":"9.8","tags":["vulnerability","security","CRITICAL"]}},
  {"id":"CVE-2021-44906","name":"LanguageSpecificPackageVulnerability","properties":{"tags":["vulnerability","security","UNKNOWN"]}}]}},
 "properties":{"imageName":"acme/shop:1"},
 "originalUriBaseIds":{"ROOTPATH":{"uri":"file:///repo/acme/shop:1/"}},
 "results":[
  {"ruleId":"CVE-2023-45853","ruleIndex":0,"level":"error",
   "message":{"text":"Package: zlib1g\nInstalled Version: 1:1.2.13\nVulnerability CVE-2023-45853\nSeverity: CRITICAL\nFixed Version: 1:1.2.14, 1:1.3\nLink: [CVE-2023-45853](https://avd.aquasec.com/nvd/cve-2023-45853)"},
   "locations":[{"physicalLocation":{"artifactLocation":{"uri":"acme/shop","uriBaseId":"ROOTPATH"},"region":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":1}}}]},
  {"ruleId":"CVE-2021-44906","ruleIndex":1,"level":"note",
   "message":{"text":"Package: minimist\nInstalled Version: 1.2.5\nVulnerability CVE-2021-44906\nSeverity: UNKNOWN\nFixed Version: \nLink: [CVE-2021-44906](https://x)"},
   "locations":[{"physicalLocation":{"artifactLocation":{"uri":"app/node_modules/minimist/package.json","uriBaseId":"ROOTPATH"},"region":{"startLine":1}}}]}]}]}`

func TestTrivysFormIsRead(t *testing.T) {
	a := foreign.Read("trivy.sarif", []byte(trivyImage), about())
	if len(a.Gaps) > 0 || len(a.Findings) != 2 {
		t.Fatalf("gaps %v, findings %v", a.Gaps, a.Findings)
	}
	zlib, minimist := a.Findings[0], a.Findings[1]
	if zlib.Severity != gate.SeverityCritical || len(zlib.Paths) != 0 || zlib.Location.Path != "" {
		t.Errorf("zlib: %+v", zlib)
	}
	if diff := cmp.Diff(&gate.Package{Name: "zlib1g", Version: "1:1.2.13"}, zlib.Package); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&gate.Fix{State: gate.FixFixed, Versions: []string{"1:1.2.14", "1:1.3"}}, zlib.Fix); diff != "" {
		t.Error(diff)
	}
	if minimist.Severity != gate.SeverityUnknown || minimist.Fix != nil || !cmp.Equal(minimist.Paths, []string{"/app/node_modules/minimist/package.json"}) {
		t.Errorf("minimist: %+v", minimist)
	}
	if strings.Contains(zlib.Message, "](") || strings.Contains(zlib.Message, "\n") {
		t.Errorf("message %q", zlib.Message)
	}
}

const codeQL = `{"version":"2.1.0","runs":[{
 "tool":{"driver":{"name":"CodeQL","semanticVersion":"2.20.0","rules":[{"id":"other"}]},
  "extensions":[{"name":"codeql/javascript-queries","rules":[{"id":"js/x"},{"id":"js/xss","defaultConfiguration":{"level":"error"},
   "messageStrings":{"m":{"text":"From {0} to {{1}} [{1}](1)"}},
   "properties":{"tags":["security","external/cwe/cwe-079"],"problem.severity":"error","security-severity":"6.1"}}]}]},
 "artifacts":[{"location":{"uri":"src/a%20b.js","uriBaseId":"%SRCROOT%","index":0}}],
 "results":[{"ruleId":"js/xss","rule":{"id":"js/xss","index":1,"toolComponent":{"index":0}},
  "message":{"id":"m","arguments":["here","there"]},
  "locations":[{"physicalLocation":{"artifactLocation":{"index":0},"region":{"startLine":7,"startColumn":3,"endColumn":9}}}],
  "partialFingerprints":{"primaryLocationLineHash":"abc:1"}}]}]}`

func TestCodeQLsFormIsRead(t *testing.T) {
	f := finding(t, codeQL)
	if f.Severity != gate.SeverityMedium || f.Message != "From here to {1} there" || !cmp.Equal(f.Tags, []string{"CWE-79", "security"}) {
		t.Errorf("finding %+v", f)
	}
	if f.Location != (gate.Location{Path: "src/a b.js", Line: 7, Column: 3, EndLine: 7, EndColumn: 9}) {
		t.Errorf("location %+v", f.Location)
	}
	moved := finding(t, strings.Replace(codeQL, `"startLine":7`, `"startLine":70`, 1))
	if gate.KeyOf(f) != gate.KeyOf(moved) {
		t.Error("the line is part of the finding's identity")
	}
	other := finding(t, strings.Replace(codeQL, "abc:1", "abd:1", 1))
	if gate.KeyOf(f) == gate.KeyOf(other) {
		t.Error("the fingerprint is no part of the finding's identity")
	}
}

func TestAHostileIdIsCutAndStaysItself(t *testing.T) {
	long := strings.Repeat("x", 500)
	read := func(id string) gate.Finding {
		quoted, _ := json.Marshal(id)
		return finding(t, oneRun(results(`{"ruleId":`+string(quoted)+`,"message":{"text":"m"}}`)))
	}
	a, b := read(long+"a"), read(long+"b")
	if a.Rule == b.Rule || len(a.Rule) != 200 {
		t.Errorf("%q and %q", a.Rule, b.Rule)
	}
	if got := read("a\nb\u202e\u001b").Rule; got != "a b\ufffd\ufffd" {
		t.Errorf("rule %q", got)
	}
	if got := read(""); got.Rule != "no-rule-id" {
		t.Errorf("rule %q", got.Rule)
	}
}

func TestFilesOfPowerShellAreRead(t *testing.T) {
	text := oneRun(results(`{"ruleId":"R","message":{"text":"für 🙂"}}`))
	little, big := []byte("\xff\xfe"), []byte("\xfe\xff")
	for _, unit := range utf16.Encode([]rune(text)) {
		little = append(little, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	for _, file := range []string{"\ufeff" + text, string(little), string(big), string(little[2:]), string(big[2:])} {
		if f := finding(t, file); f.Message != "für 🙂" {
			t.Errorf("message %q", f.Message)
		}
	}
}

func TestTheSameBytesComeOutInAnyOrderOfProperties(t *testing.T) {
	one := `{"ruleId":"R","message":{"text":"m"},"fingerprints":{"a":"1","b":"2"},"properties":{"cve":"CVE-2024-1111","ghsa":"GHSA-jfh8-c2jp-5v3q"}}`
	two := `{"properties":{"ghsa":"GHSA-jfh8-c2jp-5v3q","cve":"CVE-2024-1111"},"fingerprints":{"b":"2","a":"1"},"message":{"text":"m"},"ruleId":"R"}`
	if diff := cmp.Diff(finding(t, oneRun(results(one))), finding(t, oneRun(results(two)))); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(trivyImage))
	f.Add([]byte(codeQL))
	f.Add([]byte(oneRun(results(`{"ruleId":"R","message":{"text":"m"}}`))))
	f.Add([]byte("\xff\xfe{\x00}\x00"))
	for _, name := range []string{"grype.sarif", "eslint.sarif"} {
		if data, err := os.ReadFile("testdata/" + name); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a := foreign.Read("x.sarif", data, about())
		if len(a.Gaps) == 0 && !json.Valid(data) && len(data) > 2 && data[0] != 0xef && data[0] != 0xff && data[0] != 0xfe && data[0] != 0 && data[1] != 0 {
			t.Error("no gap for what is no JSON")
		}
		for _, found := range a.Findings {
			if found.Rule == "" || found.Tool == "" || found.Anchor == "" || strings.ContainsAny(found.Rule+found.Message+found.Location.Path, "\n\x1b\u202e") || found.Location.Line < 0 {
				t.Errorf("finding %+v", found)
			}
		}
		again := foreign.Read("x.sarif", data, about())
		if !cmp.Equal(a, again) {
			t.Error("the same file was read in two ways")
		}
	})
}
