package deliver

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
)

func annotating(c *clock) Options {
	return Options{Comment: "never", Annotations: true, Now: c.now, Sleep: c.sleep, Root: "/checkout"}
}

func TestTheWorstPlacesAreAnnotatedAndTheRestIsCounted(t *testing.T) {
	var findings []gate.Finding
	for line := range 30 {
		severity := gate.SeverityHigh
		if line == 29 {
			severity = gate.SeverityCritical
		}
		findings = append(findings, finding(fmt.Sprintf("CVE-2024-%d", line), severity, line+1), finding(fmt.Sprintf("CVE-2023-%d", line), gate.SeverityLow, line+1))
	}
	run := newRunner(t)
	Deliver(t.Context(), reportOf(nil, findings...), target(10), &fake{}, run.Runtime, annotating(newClock()))
	lines := strings.Split(strings.TrimSpace(run.log.String()), "\n")
	count := map[string]int{}
	for _, line := range lines {
		count[strings.FieldsFunc(line, func(r rune) bool { return r == ':' || r == ' ' })[0]]++
	}
	if count["error"] != mostErrors || count["warning"] != mostWarnings || count["notice"] != 1 {
		t.Errorf("annotations: %v", count)
	}
	if !strings.Contains(lines[0], "line=30") || !strings.Contains(lines[0], "critical CVE-2024-29") {
		t.Errorf("the first is %q", lines[0])
	}
	if want := fmt.Sprintf("%d more findings are not annotated", 60-mostErrors-mostWarnings); !strings.Contains(lines[len(lines)-1], want) {
		t.Errorf("the last is %q, want %s", lines[len(lines)-1], want)
	}
}

func TestFindingsAtOneLineAreOneRemark(t *testing.T) {
	exploited := finding("CVE-2024-5", gate.SeverityHigh, 7)
	exploited.Advisory = &gate.Advisory{KEV: &gate.KEV{}}
	onARM := finding("CVE-2024-1", gate.SeverityHigh, 7)
	onARM.Platform = "linux/arm64"
	lint := gate.Finding{Rule: "no-root-user", Analyzer: gate.AnalyzerLint, Severity: gate.SeverityHigh, Message: "The image runs as root.",
		Location: gate.Location{Path: "/checkout/app/Dockerfile", Line: 3, EndLine: 5}}
	outside := finding("CVE-2024-9", gate.SeverityHigh, 1)
	outside.Location = gate.Location{Path: "/etc/Dockerfile", Line: 4}
	f := &fake{}
	o := annotating(newClock())
	o.CheckRun = "gate"
	run := newRunner(t)
	Deliver(t.Context(), reportOf(nil, finding("CVE-2024-1", gate.SeverityHigh, 7), onARM, exploited, lint, outside), target(10), f, run.Runtime, o)
	got := f.checks[0].Annotations
	if len(got) != 2 {
		t.Fatalf("annotations = %+v", got)
	}
	want := "high CVE-2024-5 (exploited): curl 7.88.1, fixed in 7.88.2 (image shop)\nhigh CVE-2024-1: curl 7.88.1, fixed in 7.88.2 (image shop)"
	if got[0].Path != "Dockerfile" || got[0].StartLine != 7 || got[0].Message != want || got[0].Title != "gate: 3 findings block, the worst high" {
		t.Errorf("got %+v", got[0])
	}
	if got[1].Path != "app/Dockerfile" || got[1].StartLine != 3 || got[1].EndLine != 5 || got[1].Message != "high no-root-user: The image runs as root." {
		t.Errorf("got %+v", got[1])
	}
	if !strings.Contains(run.log.String(), "::error title=gate%3A 1 finding blocks::high CVE-2024-9") {
		t.Errorf("the remark without a file is not there:\n%s", run.log.String())
	}
}

func TestWhatIsWaivedIgnoredOrFixedIsNotAnnotated(t *testing.T) {
	r := failing()
	r.Decisions = append(r.Decisions, []gate.Decision{
		{Action: gate.ActionWaived, Change: gate.Change{Finding: finding("CVE-1", gate.SeverityHigh, 1), Status: gate.StatusNew}},
		{Action: gate.ActionIgnore, Change: gate.Change{Finding: finding("CVE-2", gate.SeverityHigh, 2), Status: gate.StatusNew}},
		{Action: gate.ActionBlock, Change: gate.Change{Finding: finding("CVE-3", gate.SeverityHigh, 3), Status: gate.StatusFixed}},
	}...)
	run := newRunner(t)
	Deliver(t.Context(), r, target(10), &fake{}, run.Runtime, annotating(newClock()))
	if n := strings.Count(run.log.String(), "\n"); n != 1 {
		t.Errorf("log:\n%s", run.log.String())
	}
}

func TestARemarkKeepsTheRunnersLimit(t *testing.T) {
	var findings []gate.Finding
	for i := range 500 {
		findings = append(findings, finding(fmt.Sprintf("CVE-2024-%d", i), gate.SeverityHigh, 7))
	}
	r := remark{findings: findings}
	text := r.message()
	if n := utf8.RuneCountInString(text); n > 4096 || !strings.HasSuffix(text, "more") {
		t.Errorf("%d characters, ending in %q", n, text[len(text)-30:])
	}
	rest := strings.Split(text, "\n")
	if want := fmt.Sprintf("and %d more", 500-len(rest)+1); rest[len(rest)-1] != want {
		t.Errorf("got %q, want %q", rest[len(rest)-1], want)
	}
}

func TestTheSummaryHasTheReportAndWhatWasNotDelivered(t *testing.T) {
	run := newRunner(t)
	o := Options{Comment: "always", Summary: true, Now: newClock().now, Sleep: newClock().sleep}
	f := &fake{errs: map[string][]error{"login": {failure(rest.Forbidden, 403, "Resource not accessible by integration\n~~~~\n# out")}}}
	Deliver(t.Context(), failing(), target(10), f, run.Runtime, o)
	data, err := os.ReadFile(run.summary)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if !strings.HasPrefix(text, "## ") || !strings.Contains(text, "CVE-2024-1") || !strings.Contains(text, "### Delivery") || strings.Contains(text, "\n# out") {
		t.Errorf("summary:\n%s", text)
	}
}

func TestASummaryThatCantBeWrittenIsANotice(t *testing.T) {
	run := newRunner(t)
	if err := os.Mkdir(run.summary, 0o700); err != nil {
		t.Fatal(err)
	}
	result := Deliver(t.Context(), failing(), target(10), nil, run.Runtime, Options{Comment: "never", Summary: true})
	if !strings.Contains(messages(result), "The job summary could not be written") {
		t.Errorf("notices = %s", messages(result))
	}
}

func TestAHugeReportFitsIntoTheSummary(t *testing.T) {
	var findings []gate.Finding
	for i := range 3_000 {
		findings = append(findings, finding(fmt.Sprintf("CVE-2024-%d", i), gate.SeverityHigh, i+1))
	}
	run := newRunner(t)
	if result := Deliver(t.Context(), reportOf(nil, findings...), target(10), nil, run.Runtime, Options{Comment: "never", Summary: true}); len(result.Notices) > 0 {
		t.Errorf("notices = %s", messages(result))
	}
	if info, err := os.Stat(run.summary); err != nil || info.Size() > 1<<20 || info.Size() < 1<<18 {
		t.Errorf("%v, %v", info.Size(), err)
	}
}

func TestPathsOfTheRepository(t *testing.T) {
	for path, want := range map[string]string{
		"Dockerfile": "Dockerfile", "./a//b": "a/b", "/checkout/a": "a", "/checkout": "", "/checkouts/a": "", "../a": "", "a/../../b": "", "": "", "a/": "", ".": "", "/etc/x": "",
	} {
		if got := repositoryFile("/checkout", path); got != want {
			t.Errorf("%q is %q, want %q", path, got, want)
		}
	}
	if got := repositoryFile("", "/checkout/a"); got != "" {
		t.Errorf("without a root: %q", got)
	}
}
