package artifact

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
)

func trigger() github.Event {
	return github.Event{
		Name: "workflow_run", Repository: "octo/shop", DefaultBranch: "main", Ref: "refs/heads/main", SHA: baseSHA,
		WorkflowRun: &github.WorkflowRun{
			ID: 4711, Attempt: 1, Event: "pull_request", Path: ".github/workflows/gate.yml",
			HeadSHA: headSHA, HeadBranch: "feature", HeadRepository: "fork/shop", Conclusion: "success",
		},
	}
}

func pull() rest.PullRequest {
	return rest.PullRequest{
		Number: 7, State: "open", Author: "mallory",
		Head: rest.Side{Ref: "feature", SHA: headSHA, Repository: "fork/shop"},
		Base: rest.Side{Ref: "main", SHA: baseSHA, Repository: "octo/shop"},
	}
}

func TestAReportOfTheTriggeringRunIsDelivered(t *testing.T) {
	if err := Verify(good("shop"), trigger(), pull()); err != nil {
		t.Fatal(err)
	}
	sha, ref := good("shop").Run.Analysis()
	if sha != headSHA || ref != "refs/pull/7/head" {
		t.Errorf("code scanning counts it to %s of %s", sha, ref)
	}
}

const other = "4444444444444444444444444444444444444444"

func TestATamperedFieldIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Run, *github.Event, *rest.PullRequest)
		want   []string
	}{
		{"another repository", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.Repository = "octo/bank" }, []string{"the repository", "octo/bank", "octo/shop"}},
		{"another run", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.RunID = 1 }, []string{"run id", `"1"`, "4711"}},
		{"another attempt", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.Attempt = 2 }, []string{"attempt", `"2"`, `"1"`}},
		{"another event", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.Event = "push" }, []string{"the event", "push", "pull_request"}},
		{"another workflow", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.Workflow = ".github/workflows/evil.yml" }, []string{"workflow", "evil.yml", "gate.yml"}},
		{"another head", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.HeadSHA = other }, []string{"head commit", other, headSHA}},
		{"another branch", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.HeadRef = "main\u202e##[error]" }, []string{"head branch", "feature"}},
		{"another fork", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.HeadRepository = "octo/shop" }, []string{"head repository", "octo/shop", "fork/shop"}},
		{"another pull request", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.PullRequest = 8 }, []string{"ref", "refs/pull/8/merge"}},
		{"another pull request and ref", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.PullRequest, r.Ref = 8, "refs/pull/8/merge" }, []string{"number", `"8"`, `"7"`}},
		{"another ref", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.Ref = "refs/heads/main" }, []string{"ref", "refs/heads/main"}},
		{"no pull request", func(r *Run, _ *github.Event, p *rest.PullRequest) {
			r.PullRequest, r.Ref, p.Number = 0, "refs/pull/0/merge", 0
		}, []string{"number", "not known"}},
		{"a commit that is none", func(r *Run, e *github.Event, p *rest.PullRequest) {
			r.HeadSHA, e.WorkflowRun.HeadSHA, p.Head.SHA = "x", "x", "x"
		}, []string{"head commit"}},
		{"no commit at all", func(r *Run, e *github.Event, p *rest.PullRequest) {
			r.HeadSHA, e.WorkflowRun.HeadSHA, p.Head.SHA = "", "", ""
		}, []string{"head commit", "not known"}},
		{"a fork that is gone", func(r *Run, e *github.Event, p *rest.PullRequest) {
			r.HeadRepository, e.WorkflowRun.HeadRepository, p.Head.Repository = "", "", ""
		}, []string{"head repository", "not known"}},
		{"a fork that is gone by now", func(_ *Run, _ *github.Event, p *rest.PullRequest) { p.Head.Repository = "" }, []string{"head repository of the pull request"}},
		{"a pull request of another fork", func(_ *Run, _ *github.Event, p *rest.PullRequest) { p.Head.Repository = "victim/shop" }, []string{"victim/shop"}},
		{"a pull request of another branch", func(_ *Run, _ *github.Event, p *rest.PullRequest) { p.Head.Ref = "other" }, []string{"other", "feature"}},
		{"a claim and a pull request of another fork", func(r *Run, _ *github.Event, p *rest.PullRequest) {
			r.HeadRepository, p.Head.Repository = "victim/shop", "victim/shop"
		}, []string{"head repository", "victim/shop", "fork/shop"}},
		{"a claim and a pull request of another branch", func(r *Run, _ *github.Event, p *rest.PullRequest) {
			r.HeadRef, p.Head.Ref = "other", "other"
		}, []string{"head branch", "other", "feature"}},
		{"a claim and a pull request of another head", func(r *Run, _ *github.Event, p *rest.PullRequest) {
			r.HeadSHA, p.Head.SHA = other, other
		}, []string{"head commit", other, headSHA}},
		{"a claim and a pull request of another repository", func(r *Run, _ *github.Event, p *rest.PullRequest) {
			r.Repository, p.Base.Repository = "octo/bank", "octo/bank"
		}, []string{"the repository", "octo/bank"}},
		{"a pull request elsewhere", func(_ *Run, _ *github.Event, p *rest.PullRequest) { p.Base.Repository = "fork/shop" }, []string{"base repository", "fork/shop", "octo/shop"}},
		{"a pull request without a head", func(_ *Run, _ *github.Event, p *rest.PullRequest) { p.Head.SHA = "" }, []string{"head commit", "none"}},
		{"a run of a push", func(r *Run, e *github.Event, _ *rest.PullRequest) { r.Event, e.WorkflowRun.Event = "push", "push" }, []string{"push"}},
		{"a run of pull_request_target", func(r *Run, e *github.Event, _ *rest.PullRequest) {
			r.Event, e.WorkflowRun.Event = "pull_request_target", "pull_request_target"
		}, []string{"pull_request_target"}},
		{"no run", func(_ *Run, e *github.Event, _ *rest.PullRequest) { e.WorkflowRun = nil }, []string{"workflow_run only"}},
		{"another trigger", func(_ *Run, e *github.Event, _ *rest.PullRequest) { e.Name = "pull_request_target" }, []string{"workflow_run only"}},
		{"no event", func(_ *Run, e *github.Event, _ *rest.PullRequest) { *e = github.Event{} }, []string{"workflow_run only"}},
		{"a control character", func(r *Run, _ *github.Event, _ *rest.PullRequest) { r.Job = "\x1b[2J" }, []string{"job"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, e, p := good("shop"), trigger(), pull()
			c.change(&a.Run, &e, &p)
			err := Verify(a, e, p)
			wantError(t, err, c.want...)
			if errors.Is(err, ErrOutdated) {
				t.Errorf("it is taken for outdated: %v", err)
			}
		})
	}
}

func TestAPullRequestThatMovedOnIsNoFault(t *testing.T) {
	moved, closed := pull(), pull()
	moved.Head.SHA = other
	closed.State = "closed"
	for _, p := range []rest.PullRequest{moved, closed} {
		err := Verify(good("shop"), trigger(), p)
		wantError(t, err, "pull request 7")
		if !errors.Is(err, ErrOutdated) {
			t.Errorf("it is not taken for outdated: %v", err)
		}
	}
	moved.Head.Repository = "victim/shop"
	if err := Verify(good("shop"), trigger(), moved); err == nil || errors.Is(err, ErrOutdated) {
		t.Errorf("a pull request of another fork is taken for outdated: %v", err)
	}
}

func TestNoClaimThatCountsCanBeTamperedWith(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"octo/shop", "fork/shop", "main", "feature", "refs/pull/7/merge", "refs/pull/7/head", headSHA, other, ""}))
		number := rapid.OneOf(rapid.IntRange(-1, 12), rapid.Int())
		a := good("shop")
		before := a.Run
		r := &a.Run
		switch rapid.IntRange(0, 9).Draw(t, "field") {
		case 0:
			r.Repository = text.Draw(t, "text")
		case 1:
			r.Event = text.Draw(t, "text")
		case 2:
			r.Workflow = text.Draw(t, "text")
		case 3:
			r.RunID = int64(number.Draw(t, "number"))
		case 4:
			r.Attempt = number.Draw(t, "number")
		case 5:
			r.Ref = text.Draw(t, "text")
		case 6:
			r.PullRequest = number.Draw(t, "number")
		case 7:
			r.HeadSHA = text.Draw(t, "text")
		case 8:
			r.HeadRef = text.Draw(t, "text")
		case 9:
			r.HeadRepository = text.Draw(t, "text")
		}
		err := Verify(a, trigger(), pull())
		if (err == nil) != (a.Run == before) {
			t.Fatalf("the error is %v for %+v", err, a.Run)
		}
		if err != nil && (errors.Is(err, ErrOutdated) || unsafe(err.Error()) != "") {
			t.Fatalf("the error is %q", err)
		}
	})
}

func TestARunIsWhatEventAndEnvironmentSay(t *testing.T) {
	step := github.Run{ID: 4711, Attempt: 1, Job: "check", Workflow: ".github/workflows/gate.yml", URL: "https://example.com"}
	proposal := github.Event{
		Name: "pull_request", Repository: "octo/shop", Ref: "refs/pull/7/merge", SHA: mergeSHA,
		PullRequest: &github.PullRequest{
			Number: 7, Head: github.Branch{Ref: "feature", SHA: headSHA, Repository: "fork/shop"},
			Base: github.Branch{Ref: "main", SHA: baseSHA, Repository: "octo/shop"},
		},
	}
	group := github.Event{
		Name: "merge_group", Repository: "octo/shop", Ref: "refs/heads/gh-readonly-queue/main/pr-7", SHA: mergeSHA,
		MergeGroup: &github.MergeGroup{HeadSHA: mergeSHA, HeadRef: "refs/heads/gh-readonly-queue/main/pr-7", BaseSHA: baseSHA},
	}
	push := github.Event{Name: "push", Repository: "octo/shop", Ref: "refs/heads/main", SHA: baseSHA}
	queued := Run{
		Repository: "octo/shop", Event: "merge_group", Workflow: step.Workflow, Job: "check", RunID: 4711, Attempt: 1, SHA: mergeSHA,
		Ref: group.Ref, HeadSHA: mergeSHA, HeadRef: "gh-readonly-queue/main/pr-7", HeadRepository: "octo/shop", BaseSHA: baseSHA,
	}
	pushed := Run{
		Repository: "octo/shop", Event: "push", Workflow: step.Workflow, Job: "check", RunID: 4711, Attempt: 1, SHA: baseSHA,
		Ref: "refs/heads/main", HeadSHA: baseSHA, HeadRef: "main", HeadRepository: "octo/shop",
	}
	for _, c := range []struct {
		event github.Event
		want  Run
	}{{proposal, runOfJob("check", 1)}, {group, queued}, {push, pushed}} {
		got := RunOf(c.event, step)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.event.Name, diff)
		}
		if err := got.valid(); err != nil {
			t.Errorf("%s: %v", c.event.Name, err)
		}
	}
	if RunOf(github.Event{}, github.Run{}) != (Run{}) {
		t.Error("outside Actions there is a run")
	}
}
