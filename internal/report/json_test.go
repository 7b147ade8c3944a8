package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

func TestTheJSONReportFollowsItsSchema(t *testing.T) {
	published := reporttest.Schema(t, Schema())
	strict := reporttest.StrictSchema(t, Schema())
	for _, n := range sharedReports() {
		t.Run(n.name, func(t *testing.T) {
			value := reporttest.Decoded(t, written(t, "json", n.report, Options{}))
			if err := published.Validate(value); err != nil {
				t.Errorf("the published schema refuses the report: %v", err)
			}
			if err := strict.Validate(value); err != nil {
				t.Errorf("the report has fields that the schema does not describe: %v", err)
			}
		})
	}
}

func TestTheSchemaRefusesWhatIsNoReport(t *testing.T) {
	published := reporttest.Schema(t, Schema())
	for name, damage := range map[string]func(map[string]any){
		"another version":        func(doc map[string]any) { doc["schema"] = "gate-report/2" },
		"no findings":            func(doc map[string]any) { delete(doc, "findings") },
		"findings that are null": func(doc map[string]any) { doc["findings"] = nil },
		"a severity of its own":  func(doc map[string]any) { first(doc)["severity"] = "moderate" },
		"an outcome of its own":  func(doc map[string]any) { doc["verdict"].(map[string]any)["outcome"] = "ok" },
		"a finding without rule": func(doc map[string]any) { delete(first(doc), "rule") },
		"aliases that are null":  func(doc map[string]any) { first(doc)["aliases"] = nil },
	} {
		doc := reporttest.Decoded(t, written(t, "json", reportNamed(t, "fail"), Options{})).(map[string]any)
		damage(doc)
		if published.Validate(doc) == nil {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

func first(doc map[string]any) map[string]any { return doc["findings"].([]any)[0].(map[string]any) }

func TestTheJSONReportKeepsTheContract(t *testing.T) {
	var doc struct {
		Files    int
		Findings []struct {
			Rule, Analyzer, Severity, Message, Action, Status, Fingerprint string
			Aliases, Paths                                                 []string
			Package                                                        struct{ Name, Version, Type, PURL string }
			Fix                                                            struct {
				State    string
				Versions []string
			}
			Location struct {
				Path string
				Line int
			}
		}
		Verdict struct {
			Outcome           string
			Complete          bool
			Blocked, ExitCode int
		}
	}
	if err := json.Unmarshal(written(t, "json", reportNamed(t, "fail"), Options{}), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Verdict.Outcome != "fail" || !doc.Verdict.Complete || doc.Verdict.Blocked != 6 || doc.Verdict.ExitCode != 1 {
		t.Errorf("verdict: %+v", doc.Verdict)
	}
	if doc.Files != 1 || len(doc.Findings) != 10 {
		t.Fatalf("%d files and %d findings", doc.Files, len(doc.Findings))
	}
	f := doc.Findings[1]
	if f.Rule != "CVE-2023-38545" || f.Aliases[0] != "GHSA-7xw4-g7mm-r4pr" || f.Analyzer != "scan" || f.Severity != "critical" ||
		f.Package.Name != "curl" || f.Package.Type != "deb" || !strings.HasPrefix(f.Package.PURL, "pkg:deb/debian/curl@") ||
		f.Fix.State != "fixed" || f.Fix.Versions[0] != "7.88.1-10+deb12u4" || f.Location.Path != "Dockerfile" || f.Location.Line != 7 ||
		f.Paths[0] != "/var/lib/dpkg/status" || f.Message == "" || f.Action != "block" || f.Status != "new" || len(f.Fingerprint) != 32 {
		t.Errorf("finding: %+v", f)
	}
}

func TestEmptyListsAreNotNull(t *testing.T) {
	bare := gate.Report{Decisions: []gate.Decision{{Change: gate.Change{Finding: gate.Finding{Rule: "x", Fix: &gate.Fix{}}}}}}
	text := string(written(t, "json", bare, Options{}))
	if strings.Contains(text, "null") {
		t.Errorf("null in %s", text)
	}
}

func TestTheFilesOfALintAreSummedUp(t *testing.T) {
	doc := newDocument(gate.Report{Analyses: []gate.Analysis{{Files: 2}, {Files: 3, Packages: 7}}})
	if doc.Files != 5 || doc.Packages != 7 {
		t.Errorf("%d files, %d packages", doc.Files, doc.Packages)
	}
}

func TestTheJSONReportIsSafeToPrintAndLosesNothing(t *testing.T) {
	data := written(t, "json", reportNamed(t, "hostile"), Options{})
	for line := range strings.SplitSeq(string(data), "\n") {
		if fault := reporttest.Unsafe(line); fault != "" {
			t.Fatalf("%q: %s", line, fault)
		}
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			t.Fatalf("a command for the runner: %q", line)
		}
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	for i, note := range doc.Notes {
		if want := strings.ToValidUTF8(reporttest.Hostile()[i], "\ufffd"); note != want && !strings.Contains(want, "\ufffd") {
			t.Errorf("note %d is %q, want %q", i, note, want)
		}
	}
}
