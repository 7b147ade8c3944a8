package attack_test

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/lint/rules"
	"github.com/containergate/gate/internal/proposal"
	scanner "github.com/containergate/gate/internal/scan"
)

// judge is the whole step up to its verdict. There is no builder.
func (p *pull) judge(t *testing.T) gate.Report {
	t.Helper()
	plan, err := p.plan(t)
	if err != nil {
		t.Fatal(err)
	}
	return run(t, plan)
}

func run(t *testing.T, plan gate.Plan) gate.Report {
	t.Helper()
	plan.Lint.ShellCheck = "off"
	plan.Builder = gate.BuilderPlan{Kind: "docker", DockerHost: "unix:///nowhere/docker.sock"}
	report, err := check.Run(t.Context(), plan, environment(t))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// refusedPlan holds that a pull request may not have such a plan: exit code 2.
func (p *pull) refusedPlan(t *testing.T, words string) {
	t.Helper()
	_, err := p.plan(t)
	var refusal *proposal.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), words) {
		t.Errorf("the plan was not refused for %q: %v", words, err)
	}
}

// wantAction holds that each of the findings is there, and what is said of it.
func wantAction(t *testing.T, r gate.Report, action gate.Action, ids ...string) {
	t.Helper()
	for _, id := range ids {
		found := slices.ContainsFunc(r.Decisions, func(d gate.Decision) bool { return d.Change.Finding.Is(id) && d.Action == action })
		if !found {
			t.Errorf("%s has not the action %s", id, action)
		}
	}
}

// wantGap holds that the guard stands, and that nothing passes with it.
func wantGap(t *testing.T, r gate.Report, guard gate.Guard) {
	t.Helper()
	if !slices.ContainsFunc(r.Verdict.Gaps, func(g gate.Gap) bool { return g.Guard == guard }) {
		t.Errorf("there is no gap %s in %+v", guard, r.Verdict.Gaps)
	}
	if code := r.Verdict.ExitCode(); code == gate.ExitPass || r.Verdict.Complete || r.Verdict.Outcome != gate.Fail {
		t.Errorf("exit code %d, verdict %+v", code, r.Verdict)
	}
}

// wantExit holds the exit code.
func wantExit(t *testing.T, r gate.Report, code int) {
	t.Helper()
	if got := r.Verdict.ExitCode(); got != code {
		t.Errorf("exit code %d, want %d: %v", got, code, r.Verdict.Reasons)
	}
}

// wantEdit holds that the report tells an edit, with words of its details.
func wantEdit(t *testing.T, r gate.Report, path, change, words string) {
	t.Helper()
	for _, e := range r.Edits {
		if e.Path == path && e.Change == change && strings.Contains(strings.Join(e.Details, "; "), words) {
			return
		}
	}
	t.Errorf("no edit says that %s was %s, with %q: %+v", path, change, words, r.Edits)
}

// decide is the verdict over one vulnerability and one error of the Dockerfile
// that are given as found: as conclude decides, and without a scan.
func (p *pull) decide(t *testing.T) gate.Report {
	t.Helper()
	plan, err := p.plan(t)
	if err != nil {
		t.Fatal(err)
	}
	return decided(t, plan, found(vulnerable, "shop"), error3004("shop"))
}

// decided is what conclude decides over findings by a plan.
func decided(t *testing.T, plan gate.Plan, findings ...gate.Finding) gate.Report {
	t.Helper()
	r, err := conclude(plan, job(plan.Policy, "shop", findings...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// conclude joins the reports of jobs as the command does.
func conclude(plan gate.Plan, jobs ...artifact.Artifact) (gate.Report, error) {
	base, organisation, gaps := plan.Beside()
	r, err := artifact.Merge(jobs, plan.Policy, gate.FloorsOf(base, organisation), artifact.Expected(plan), today())
	if len(gaps) > 0 {
		r.Verdict = gate.Summarize(r.Decisions, append(r.Verdict.Gaps, gaps...))
	}
	if plan.Floor != nil {
		r.Edits, r.Notes = append(r.Edits, plan.Floor.Edits...), append(r.Notes, plan.Floor.Notes...)
	}
	return r, err
}

// job is what a job leaves that decides by the policy.
func job(policy gate.Policy, image string, findings ...gate.Finding) artifact.Artifact {
	const platform = "linux/amd64"
	r := gate.Report{
		Tool: gate.Tool{Name: "gate", Version: "1"}, Policy: policy,
		Subjects: []gate.Subject{{Image: image, Source: "build", Platform: platform, Dockerfile: "Dockerfile"}},
		Analyses: []gate.Analysis{{Analyzer: gate.AnalyzerScan, Image: image, Platform: platform, Packages: 3}},
	}
	r.Decisions, r.Verdict = gate.Decide(gate.AllNew(findings), nil, policy, today())
	r.Rules = gate.RulesOf(r.Decisions, gate.PolicyRules())
	return artifact.Artifact{Run: runOf("check", 1), Report: r}
}

// found is a vulnerability that has a fix, as the real one has.
func found(id, image string) gate.Finding {
	return gate.Finding{
		Rule: id, Aliases: []string{}, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityCritical, Image: image, Platform: "linux/amd64",
		Package: &gate.Package{Name: "curl", Version: "1", Type: "deb", PURL: "pkg:deb/debian/curl@1"},
		Message: "curl is vulnerable", Location: gate.Location{Path: "Dockerfile", Line: 1},
		Fix: &gate.Fix{State: gate.FixFixed, Versions: []string{"2"}},
	}
}

func error3004(image string) gate.Finding {
	return gate.Finding{
		Rule: "no-sudo", Aliases: []string{"DL3004"}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityHigh, Image: image,
		Message: "sudo is used in a build", Location: gate.Location{Path: "Dockerfile", Line: 2}, Anchor: "RUN sudo ls",
	}
}

// runOf is the run of the pull request that propose makes, or of one like it.
func runOf(id string, attempt int) artifact.Run {
	b, h, m := githubtest.SHA("base"), githubtest.SHA("head"), githubtest.SHA("merge")
	return artifact.Run{
		Repository: repository, Event: "pull_request", Workflow: ".github/workflows/gate.yml", Job: id, RunID: 4711, Attempt: attempt,
		SHA: m, Ref: "refs/pull/7/merge", PullRequest: 7, HeadSHA: h, HeadRef: "topic", HeadRepository: fork, BaseSHA: b,
	}
}

// misjudged runs a plan that must be refused, and returns the refusal.
func misjudged(t *testing.T, plan gate.Plan) error {
	t.Helper()
	_, err := check.Run(t.Context(), plan, environment(t))
	var input *check.InputError
	if !errors.As(err, &input) {
		t.Errorf("error = %v, want one about the input", err)
	}
	return err
}

// environment is what the line takes from the process.
// licenses is made once: reading the licences' texts takes longer than an attack.
var licenses = sync.OnceValue(scanner.Warm)

func environment(t *testing.T) check.Environment {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	return check.Environment{
		Tool: gate.Tool{Name: "gate", Version: "1"}, Now: today(), Rules: rules.All(), TempDir: t.TempDir(), Display: "quiet", Progress: io.Discard, Root: root,
		Licenses: licenses(),
	}
}
