package deliver

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
)

const (
	bot    = "github-actions[bot]"
	repo   = "octo/shop"
	oneSHA = "1111111111111111111111111111111111111111"
	twoSHA = "2222222222222222222222222222222222222222"
)

// fake is GitHub as far as deliveries see it, in memory and for one goroutine
// at a time.
type fake struct {
	comments []rest.Comment
	last     int64
	uploads  []rest.Upload
	checks   []rest.CheckRun
	statuses []rest.Status
	// states are the answers to SARIFStatus, the last one for ever.
	states []rest.Processing
	// errs answers an operation with an error, once each; forever repeats the last.
	errs    map[string][]error
	forever bool
	calls   []string
	// before runs before an operation takes effect.
	before func(op string)
}

func (f *fake) step(op string) error {
	f.calls = append(f.calls, op)
	if f.before != nil {
		f.before(op)
	}
	queue := f.errs[op]
	if len(queue) == 0 {
		return nil
	}
	if !f.forever || len(queue) > 1 {
		f.errs[op] = queue[1:]
	}
	return queue[0]
}

func (f *fake) Login(context.Context) (string, error) { return bot, f.step("login") }

func (f *fake) Comments(context.Context, string, int) ([]rest.Comment, error) {
	if err := f.step("list"); err != nil {
		return nil, err
	}
	return slices.Clone(f.comments), nil
}

func (f *fake) add(author, body string) rest.Comment {
	f.last++
	c := rest.Comment{ID: f.last, Author: author, Body: body, URL: fmt.Sprintf("https://github.com/octo/shop/pull/7#issuecomment-%d", f.last)}
	f.comments = append(f.comments, c)
	return c
}

func (f *fake) CreateComment(_ context.Context, _ string, _ int, body string) (rest.Comment, error) {
	if err := f.step("create"); err != nil {
		return rest.Comment{}, err
	}
	return f.add(bot, body), nil
}

func (f *fake) index(id int64) int {
	return slices.IndexFunc(f.comments, func(c rest.Comment) bool { return c.ID == id })
}

func (f *fake) UpdateComment(_ context.Context, _ string, id int64, body string) (rest.Comment, error) {
	if err := f.step("update"); err != nil {
		return rest.Comment{}, err
	}
	i := f.index(id)
	if i < 0 {
		return rest.Comment{}, failure(rest.NotFound, 404, "Not Found")
	}
	f.comments[i].Body = body
	return f.comments[i], nil
}

func (f *fake) DeleteComment(_ context.Context, _ string, id int64) error {
	if err := f.step("delete"); err != nil {
		return err
	}
	i := f.index(id)
	if i < 0 {
		return failure(rest.NotFound, 404, "Not Found")
	}
	f.comments = slices.Delete(f.comments, i, i+1)
	return nil
}

func (f *fake) UploadSARIF(_ context.Context, _ string, u rest.Upload) (rest.Receipt, error) {
	if err := f.step("upload"); err != nil {
		return rest.Receipt{}, err
	}
	f.uploads = append(f.uploads, u)
	return rest.Receipt{ID: fmt.Sprintf("sarif-%d", len(f.uploads))}, nil
}

func (f *fake) SARIFStatus(context.Context, string, string) (rest.Processing, error) {
	if err := f.step("processing"); err != nil {
		return rest.Processing{}, err
	}
	if len(f.states) == 0 {
		return rest.Processing{State: "complete"}, nil
	}
	state := f.states[0]
	if len(f.states) > 1 {
		f.states = f.states[1:]
	}
	return state, nil
}

func (f *fake) CreateCheckRun(_ context.Context, _ string, run rest.CheckRun) (int64, string, error) {
	if err := f.step("check"); err != nil {
		return 0, "", err
	}
	f.checks = append(f.checks, run)
	return 1, "https://github.com/octo/shop/runs/1", nil
}

func (f *fake) CreateStatus(_ context.Context, _, _ string, s rest.Status) error {
	if err := f.step("status"); err != nil {
		return err
	}
	f.statuses = append(f.statuses, s)
	return nil
}

func failure(kind rest.Kind, status int, message string) *rest.Error {
	return &rest.Error{Kind: kind, Op: "try", Status: status, Message: message}
}

// clock is a time that only moves by sleeping.
type clock struct {
	at    time.Time
	slept []time.Duration
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.slept, c.at = append(c.slept, d), c.at.Add(d)
	return ctx.Err()
}

func finding(rule string, severity gate.Severity, line int) gate.Finding {
	return gate.Finding{
		Rule: rule, Analyzer: gate.AnalyzerScan, Severity: severity, Image: "shop", Platform: "linux/amd64",
		Package:  &gate.Package{Name: "curl", Version: "7.88.1", Type: "deb", PURL: "pkg:deb/debian/curl@7.88.1"},
		Fix:      &gate.Fix{State: gate.FixFixed, Versions: []string{"7.88.2"}},
		Location: gate.Location{Path: "Dockerfile", Line: line, Instruction: "RUN apt-get install -y curl"},
		Message:  "curl is affected.",
	}
}

// reportOf decides a report over findings of the image shop.
func reportOf(gaps []gate.Gap, findings ...gate.Finding) gate.Report {
	r := gate.Report{
		Tool: gate.Tool{Name: "gate", Version: "1.2.3"}, Policy: gate.DefaultPolicy(),
		Subjects: []gate.Subject{{Image: "shop", Source: "build", Builder: "docker", Platform: "linux/amd64", Dockerfile: "Dockerfile"}},
	}
	r.Decisions, r.Verdict = gate.Decide(gate.AllNew(findings), gaps, r.Policy, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	r.Rules = gate.RulesOf(r.Decisions, nil)
	return r
}

func failing() gate.Report { return reportOf(nil, finding("CVE-2024-1", gate.SeverityCritical, 7)) }

func passing1() gate.Report { return reportOf(nil, finding("CVE-2024-2", gate.SeverityLow, 7)) }

func clean() gate.Report { return reportOf(nil) }

func incomplete() gate.Report {
	return reportOf([]gate.Gap{{Guard: gate.GuardDatabase, Image: "shop", Message: "there is no vulnerability database"}})
}

func target(run int64) Target {
	return Target{
		Repository: repo, PullRequest: 7, HeadSHA: oneSHA, Commit: twoSHA, Ref: "refs/pull/7/merge",
		RunID: run, Attempt: 1, RunURL: fmt.Sprintf("https://github.com/octo/shop/actions/runs/%d", run),
		Key: ".github/workflows/gate.yml/gate", SourceURL: "https://github.com/octo/shop/blob/" + oneSHA,
	}
}

// runner is a runtime as in a step, with its log and its files.
type runner struct {
	*github.Runtime
	log     bytes.Buffer
	summary string
}

func newRunner(t testing.TB) *runner {
	t.Helper()
	r := &runner{summary: t.TempDir() + "/summary.md"}
	env := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": r.summary}
	r.Runtime = github.New(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, &r.log)
	return r
}

// everything are the options of a job that asks for all there is.
func everything(c *clock) Options {
	return Options{
		Comment: "always", Upload: true, CheckRun: "gate verdict", Status: "gate", Annotations: true, Summary: true,
		Root: "/github/workspace", CheckoutURI: "file:///github/workspace", Started: c.at,
		WaiverExpires: c.at.AddDate(0, 0, 30), Now: c.now, Sleep: c.sleep,
	}
}

func messages(r Result) string {
	var lines []string
	for _, n := range r.Notices {
		lines = append(lines, string(n.Level)+": "+n.Message)
	}
	return strings.Join(lines, "\n")
}

// ours are the comments that carry a marker and were written by the bot.
func ours(comments []rest.Comment) []marker {
	var found []marker
	for _, c := range comments {
		if m, ok := parseMarker(c.Body); ok && c.Author == bot {
			found = append(found, m)
		}
	}
	return found
}
