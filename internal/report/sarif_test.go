package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

// sarifFile is what the tests read of a SARIF file.
type sarifFile struct {
	Runs []struct {
		AutomationDetails struct{ ID string }
		Invocations       []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct {
				Level   string
				Message struct{ Text string }
			}
		}
		Tool struct {
			Driver struct {
				Rules []struct {
					ID         string
					HelpURI    string
					Properties map[string]any
				}
			}
		}
		Results []sarifResult
	}
}

type sarifResult struct {
	RuleID    string
	Level     string
	Message   struct{ Text string }
	Locations []struct {
		PhysicalLocation struct {
			ArtifactLocation struct{ URI string }
			Region           struct{ StartLine, EndLine int }
		}
	}
	PartialFingerprints map[string]string
}

func (r sarifResult) place() string { return r.Locations[0].PhysicalLocation.ArtifactLocation.URI }

func sarifOf(t *testing.T, r gate.Report, opts Options) sarifFile {
	t.Helper()
	var file sarifFile
	if err := json.Unmarshal(written(t, "sarif", r, opts), &file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheSARIFReportFollowsBothSchemas(t *testing.T) {
	for _, name := range []string{"sarif-schema-2.1.0.json", "sarif-schema-schemastore.json"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", name))
		if err != nil {
			t.Skipf("the SARIF schema does not lie beside the repository: %v", err)
		}
		compiled := reporttest.Schema(t, data)
		for _, n := range sharedReports() {
			if err := compiled.Validate(reporttest.Decoded(t, written(t, "sarif", n.report, Options{}))); err != nil {
				t.Errorf("%s refuses %s: %v", name, n.name, err)
			}
		}
	}
}

func TestEachImageIsOneRunWithACategoryOfItsOwn(t *testing.T) {
	var ids []string
	for _, run := range sarifOf(t, reportNamed(t, "two-images"), Options{}).Runs {
		ids = append(ids, run.AutomationDetails.ID)
	}
	if want := []string{"gate/shop/", "gate/team/worker/"}; !slices.Equal(ids, want) {
		t.Errorf("categories %q, want %q", ids, want)
	}
	only := sarifOf(t, reportNamed(t, "two-images"), Options{Image: "team/worker"})
	if len(only.Runs) != 1 || only.Runs[0].AutomationDetails.ID != "gate/team/worker/" {
		t.Errorf("the runs for one image: %+v", only.Runs)
	}
	if bare := sarifOf(t, reportNamed(t, "lint-only"), Options{}); bare.Runs[0].AutomationDetails.ID != "gate/" {
		t.Errorf("a bare lint has the category %q", bare.Runs[0].AutomationDetails.ID)
	}
}

func TestPlatformsAreMergedIntoOneResult(t *testing.T) {
	results := sarifOf(t, reportNamed(t, "two-images"), Options{}).Runs[0].Results
	n := 0
	for _, r := range results {
		if r.RuleID == "CVE-2023-45853" {
			n++
			if !strings.Contains(r.Message.Text, "linux/amd64, linux/arm64") || !strings.Contains(r.Message.Text, digest) {
				t.Errorf("the message names not all platforms and the digest: %s", r.Message.Text)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d results, want 1", n)
	}
}

func TestWaivedIgnoredAndFixedFindingsDoNotGoUp(t *testing.T) {
	for _, r := range sarifOf(t, reportNamed(t, "waived"), Options{}).Runs[0].Results {
		if r.RuleID == "CVE-2023-45853" {
			t.Error("a waived finding is a result")
		}
	}
	compared, want := reportNamed(t, "compared"), 0
	for i, d := range compared.Decisions {
		if d.Change.Status != gate.StatusFixed {
			want++
			continue
		}
		compared.Decisions[i].Action = gate.ActionWarn // even if a policy said so
	}
	if got := len(sarifOf(t, compared, Options{}).Runs[0].Results); got != want {
		t.Errorf("%d results, want %d", got, want)
	}
}

func TestAnIncompleteRunSaysSo(t *testing.T) {
	run := sarifOf(t, reportNamed(t, "incomplete"), Options{}).Runs[0]
	if run.Invocations[0].ExecutionSuccessful {
		t.Error("an incomplete run counts as a success")
	}
	levels := map[string]int{}
	for _, n := range run.Invocations[0].ToolExecutionNotifications {
		levels[n.Level]++
	}
	if levels["error"] != 3 || levels["warning"] != 1 || levels["note"] != 1 {
		t.Errorf("notifications: %v", levels)
	}
	if !sarifOf(t, reportNamed(t, "fail"), Options{}).Runs[0].Invocations[0].ExecutionSuccessful {
		t.Error("a complete run counts as a failure")
	}
}

func TestAFindingWithoutAPlaceGetsTheDockerfileOfItsImage(t *testing.T) {
	for _, c := range []struct {
		name, dockerfile, fallback, path, want string
	}{
		{"its image's Dockerfile", "build/Dockerfile", "ci/x", "", "build/Dockerfile"},
		{"the configured file without one", "", "ci/x", "", "ci/x"},
		{"Dockerfile without either", "", "", "", "Dockerfile"},
		{"no file outside the repository", "../other/Dockerfile", "", "../other/Dockerfile", "Dockerfile"},
		{"an absolute path below the root", "", "", "/src/app/sub/Dockerfile", "sub/Dockerfile"},
		{"no absolute path elsewhere", "", "", "/etc/Dockerfile", "Dockerfile"},
		{"no path that only begins like the root", "", "", "/src/application/Dockerfile", "Dockerfile"},
		{"a path that is not clean", "", "", "./a//b/../Dockerfile", "a/Dockerfile"},
		{"a path with odd characters", "", "", "a b/Dockerfile:%é", "a%20b/Dockerfile%3A%25%C3%A9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reportNamed(t, "fail")
			f := scanFindings()[7]
			f.Location.Path, f.Location.Line = c.path, 3
			r.Subjects[0].Dockerfile = c.dockerfile
			r = decide(r, r.Policy, []gate.Finding{f})
			got := sarifOf(t, r, Options{Root: "/src/app", FallbackFile: c.fallback}).Runs[0].Results[0]
			if got.place() != c.want {
				t.Errorf("%s, want %s", got.place(), c.want)
			}
		})
	}
}

func TestAFingerprintOutlivesVersionLineAndBuild(t *testing.T) {
	base := scanFindings()[1]
	fingerprint := func(change func(*gate.Finding)) string {
		f := base
		p := *base.Package
		f.Package = &p
		change(&f)
		subject := shop()
		subject.Image = f.Image
		r := decide(gate.Report{Subjects: []gate.Subject{subject}}, policyOf(), []gate.Finding{f})
		return sarifOf(t, r, Options{}).Runs[0].Results[0].PartialFingerprints["primaryLocationLineHash"]
	}
	want := fingerprint(func(*gate.Finding) {})
	for name, change := range map[string]func(*gate.Finding){
		"another version": func(f *gate.Finding) { f.Package.Version, f.Package.PURL = "8", "pkg:deb/debian/curl@8?arch=amd64" },
		"another line":    func(f *gate.Finding) { f.Location.Line, f.Location.EndLine = 70, 70 },
		"another layer":   func(f *gate.Finding) { f.Location.Layer = "sha256:9" },
	} {
		if got := fingerprint(change); got != want {
			t.Errorf("%s changes the fingerprint", name)
		}
	}
	for name, change := range map[string]func(*gate.Finding){
		"another image":   func(f *gate.Finding) { f.Image = "worker" },
		"another package": func(f *gate.Finding) { f.Package.Name, f.Package.PURL = "wget", "pkg:deb/debian/wget@1" },
	} {
		if got := fingerprint(change); got == want {
			t.Errorf("%s keeps the fingerprint", name)
		}
	}
}

func TestTwoFindingsOfOneKeyAreTwoAlerts(t *testing.T) {
	one, two := scanFindings()[6], scanFindings()[6]
	two.Paths = []string{"/app/node_modules/x/node_modules/lodash/package.json"}
	r := decide(gate.Report{Subjects: []gate.Subject{shop()}}, policyOf(), []gate.Finding{one, two})
	results := sarifOf(t, r, Options{}).Runs[0].Results
	if len(results) != 2 || results[0].PartialFingerprints["primaryLocationLineHash"] == results[1].PartialFingerprints["primaryLocationLineHash"] {
		t.Errorf("%+v", results)
	}
}

func TestTheSecuritySeverityIsWithinTheBandOfTheSeverity(t *testing.T) {
	score := func(s float64) gate.Finding {
		return gate.Finding{Advisory: &gate.Advisory{CVSS: []gate.CVSS{{Score: s}}}}
	}
	for _, c := range []struct {
		name     string
		severity gate.Severity
		score    float64
		want     float64
	}{
		{"a critical of 9.8", gate.SeverityCritical, 9.8, 9.8},
		{"a critical of just 9.0, where GitHub is not clear", gate.SeverityCritical, 9.0, 9.5},
		{"a critical that another calls 5", gate.SeverityCritical, 5, 9.5},
		{"a high of 7.0", gate.SeverityHigh, 7, 7},
		{"a high that another calls 9.8", gate.SeverityHigh, 9.8, 8},
		{"a medium without a score", gate.SeverityMedium, 0, 5.5},
		{"a low", gate.SeverityLow, 3.9, 3.9},
		{"a negligible", gate.SeverityNegligible, 0, 1},
	} {
		if got := securitySeverity(c.severity, []gate.Finding{score(c.score)}); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestOnlyLintRulesAboutSecurityHaveASecuritySeverity(t *testing.T) {
	got := map[string]string{}
	for _, rule := range sarifOf(t, reportNamed(t, "fail"), Options{}).Runs[0].Tool.Driver.Rules {
		_, security := rule.Properties["security-severity"]
		problem, _ := rule.Properties["problem.severity"].(string)
		got[rule.ID] = problem
		if security {
			got[rule.ID] += " security"
		}
	}
	for id, want := range map[string]string{"no-root-user": "error security", "pin-base-image": "warning", "CVE-2023-38545": " security"} {
		if got[id] != want {
			t.Errorf("%s is %q, want %q", id, got[id], want)
		}
	}
}

func TestAnUnknownSeverityCountsAsThePolicySays(t *testing.T) {
	for _, r := range sarifOf(t, reportNamed(t, "fail"), Options{}).Runs[0].Results {
		if r.RuleID == "CVE-2026-1001" && r.Level != "warning" {
			t.Errorf("it is a %s, want the warning of medium", r.Level)
		}
	}
}

func TestHostileTextIsNoLinkInSARIF(t *testing.T) {
	data := string(written(t, "sarif", reportNamed(t, "hostile"), Options{}))
	for line := range strings.SplitSeq(data, "\n") {
		if fault := reporttest.Unsafe(line); fault != "" {
			t.Fatalf("%q: %s", line, fault)
		}
	}
	for _, r := range sarifOf(t, reportNamed(t, "hostile"), Options{}).Runs[0].Results {
		if strings.Contains(r.Message.Text, "](") {
			t.Errorf("a link in %q", r.Message.Text)
		}
	}
}

func TestPolicyRemarksGoToOneRunOnly(t *testing.T) {
	n := 0
	for _, run := range sarifOf(t, reportNamed(t, "two-images"), Options{}).Runs {
		for _, r := range run.Results {
			if r.RuleID == gate.RuleWaiverUnused {
				n++
				if r.place() != ".gate.yaml" {
					t.Errorf("it is at %s", r.place())
				}
			}
		}
	}
	if n != 1 {
		t.Errorf("%d results, want 1", n)
	}
}
