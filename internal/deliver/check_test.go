package deliver

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
)

func judging(c *clock) Options {
	o := everything(c)
	o.Comment, o.Upload = "never", false
	return o
}

func TestTheVerdictBecomesACheckRunAndAStatus(t *testing.T) {
	blockedAndIncomplete := reportOf(incomplete().Verdict.Gaps, finding("CVE-2024-1", gate.SeverityCritical, 7))
	for _, c := range []struct {
		report                   gate.Report
		conclusion, state, title string
	}{
		{clean(), "success", "success", "pass – nothing blocks"},
		{passing1(), "success", "success", "pass – nothing blocks, 1 warning"},
		{failing(), "failure", "failure", "fail – 1 finding blocks"},
		{incomplete(), "failure", "error", "incomplete – not everything could be examined (1 reason)"},
		{blockedAndIncomplete, "failure", "failure", "fail – 1 finding blocks, and the result is incomplete"},
	} {
		t.Run(c.title, func(t *testing.T) {
			f := &fake{}
			result := Deliver(t.Context(), c.report, target(10), f, nil, judging(newClock()))
			if len(f.checks) != 1 || len(f.statuses) != 1 {
				t.Fatalf("calls = %v", f.calls)
			}
			check, status := f.checks[0], f.statuses[0]
			if check.Conclusion != c.conclusion || check.Title != c.title || check.Status != "completed" || check.HeadSHA != oneSHA || check.Name != "gate verdict" {
				t.Errorf("check = %+v", check)
			}
			if status.State != c.state || status.Description != c.title || status.Context != "gate" || status.TargetURL == "" {
				t.Errorf("status = %+v", status)
			}
			if result.CheckRunURL == "" || !strings.Contains(messages(result), "GitHub chooses the workflow") {
				t.Errorf("result = %+v", result)
			}
		})
	}
}

func TestAnotherRunsReportNeverJudges(t *testing.T) {
	foreign := target(10)
	foreign.Foreign, foreign.Ref = true, "refs/pull/7/head"
	f := &fake{}
	Deliver(t.Context(), clean(), foreign, f, nil, everything(newClock()))
	if len(f.checks)+len(f.statuses) > 0 {
		t.Errorf("calls = %v", f.calls)
	}
}

func TestWithoutACommitNothingIsJudged(t *testing.T) {
	for _, sha := range []string{"", "HEAD", strings.Repeat("g", 40)} {
		at := target(10)
		at.HeadSHA = sha
		f := &fake{}
		result := Deliver(t.Context(), clean(), at, f, nil, judging(newClock()))
		if len(f.calls) > 0 || len(result.Notices) != 2 {
			t.Errorf("%q: calls %v, notices %s", sha, f.calls, messages(result))
		}
	}
}

func TestACheckRunKeepsGitHubsLimits(t *testing.T) {
	var findings []gate.Finding
	for i := range 3000 {
		f := finding(fmt.Sprintf("CVE-2024-%d", i), gate.SeverityHigh, i%400+1)
		f.Package.Name = strings.Repeat("näme", 50)
		findings = append(findings, f)
	}
	f := &fake{}
	Deliver(t.Context(), reportOf(nil, findings...), target(10), f, nil, judging(newClock()))
	check := f.checks[0]
	if utf8.RuneCountInString(check.Summary) > 65535 || len(check.Annotations) != checkLines {
		t.Errorf("summary %d, annotations %d", len(check.Summary), len(check.Annotations))
	}
	for _, a := range check.Annotations {
		if a.Path != "Dockerfile" || a.StartLine < 1 || a.EndLine < a.StartLine || a.Level != "failure" || utf8.RuneCountInString(a.Title) > 255 || len(a.Message) > 64<<10 {
			t.Errorf("annotation = %+v", a)
		}
	}
	if n := utf8.RuneCountInString(f.statuses[0].Description); n > 140 {
		t.Errorf("description of %d characters", n)
	}
}
