package artifact

import (
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

const (
	mergeSHA = "1111111111111111111111111111111111111111"
	headSHA  = "2222222222222222222222222222222222222222"
	baseSHA  = "3333333333333333333333333333333333333333"
)

func runOfJob(job string, attempt int) Run {
	return Run{
		Repository: "octo/shop", Event: "pull_request", Workflow: ".github/workflows/gate.yml", Job: job,
		RunID: 4711, Attempt: attempt, SHA: mergeSHA, Ref: "refs/pull/7/merge", PullRequest: 7,
		HeadSHA: headSHA, HeadRef: "feature", HeadRepository: "fork/shop", BaseSHA: baseSHA,
	}
}

func vulnerability(image, id string, severity gate.Severity) gate.Finding {
	return gate.Finding{
		Rule: id, Aliases: []string{}, Analyzer: gate.AnalyzerScan, Severity: severity, Image: image, Platform: "linux/amd64",
		Package: &gate.Package{Name: "openssl", Version: "1", Type: "deb", PURL: "pkg:deb/debian/openssl@1"},
		Message: "openssl is vulnerable", Location: gate.Location{Path: "Dockerfile", Line: 1},
	}
}

func lintFault(image string) gate.Finding {
	return gate.Finding{
		Rule: "pin-base-image", Aliases: []string{"DL3006"}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityHigh, Image: image,
		Message: "the base image has no tag", Location: gate.Location{Path: "Dockerfile", Line: 1}, Anchor: "FROM debian",
	}
}

func scanned(image, platform string, gaps ...gate.Gap) gate.Analysis {
	return gate.Analysis{Analyzer: gate.AnalyzerScan, Image: image, Platform: platform, Packages: 3, Gaps: gaps}
}

// reportFor is a report that was really decided.
func reportFor(policy gate.Policy, analyses []gate.Analysis, findings ...gate.Finding) gate.Report {
	r := gate.Report{Tool: gate.Tool{Name: "gate", Version: "1.0.0"}, Policy: policy, Analyses: analyses}
	var gaps []gate.Gap
	for _, a := range analyses {
		if a.Analyzer == gate.AnalyzerScan {
			r.Subjects = append(r.Subjects, gate.Subject{Image: a.Image, Source: "build", Platform: a.Platform, Dockerfile: "Dockerfile"})
		}
		gaps = append(gaps, a.Gaps...)
	}
	r.Decisions, r.Verdict = gate.Decide(gate.AllNew(findings), gaps, policy, noon())
	r.Rules = gate.RulesOf(r.Decisions, gate.PolicyRules())
	return r
}

// good is the artifact of a job whose image has nothing that blocks.
func good(image string) Artifact {
	return Artifact{Run: runOfJob("check", 1), Report: reportFor(anyFixPolicy(),
		[]gate.Analysis{scanned(image, "linux/amd64")}, vulnerability(image, "CVE-2026-0001", gate.SeverityLow))}
}

// bad is the artifact of a job whose image has a finding that blocks.
func bad(image string) Artifact {
	return Artifact{Run: runOfJob("check", 1), Report: reportFor(anyFixPolicy(),
		[]gate.Analysis{scanned(image, "linux/amd64")}, vulnerability(image, "CVE-2026-0002", gate.SeverityCritical))}
}

// broken is the artifact of a job whose build failed.
func broken(image string) Artifact {
	gap := gate.Gap{Guard: gate.GuardBuildFailed, Image: image, Analyzer: gate.AnalyzerScan, Message: "the build failed"}
	failed := gate.Analysis{Analyzer: gate.AnalyzerScan, Image: image, Gaps: []gate.Gap{gap}}
	return Artifact{Run: runOfJob("check", 1), Report: reportFor(anyFixPolicy(), []gate.Analysis{failed})}
}

func (a Artifact) on(platform string) Artifact {
	a.Report.Subjects = append([]gate.Subject{}, a.Report.Subjects...)
	a.Report.Analyses = append([]gate.Analysis{}, a.Report.Analyses...)
	for i := range a.Report.Subjects {
		a.Report.Subjects[i].Platform = platform
	}
	for i := range a.Report.Analyses {
		a.Report.Analyses[i].Platform = platform
	}
	return a
}

func (a Artifact) of(job string, attempt int) Artifact {
	a.Run.Job, a.Run.Attempt = job, attempt
	return a
}

func encoded(t testing.TB, a Artifact) []byte {
	t.Helper()
	data, err := encode(a)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// unsafe says what in a message could speak to a terminal or to the runner.
func unsafe(message string) string {
	for _, r := range message {
		if r < ' ' || r > '~' {
			return "holds a character that is not plain: " + message
		}
	}
	if strings.Contains(message, "##[") {
		return "holds a command of the runner: " + message
	}
	if len(message) > 2000 {
		return "is very long"
	}
	return ""
}

func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("there is no error, and should be one with %q", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error %q does not say %q", err, word)
		}
	}
	if fault := unsafe(err.Error()); fault != "" {
		t.Errorf("the error %s", fault)
	}
}

// anyFixPolicy blocks from high on, whether or not there is a fix.
func anyFixPolicy() gate.Policy {
	policy := gate.DefaultPolicy()
	policy.OnlyFixed, policy.OnlyFixedOrigin, policy.WaiverTerms = false, "", gate.WaiverTerms{}
	return policy
}
