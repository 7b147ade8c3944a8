package deliver

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github"
)

func aRun() github.Run {
	return github.Run{ID: 10, Attempt: 2, Job: "gate", Workflow: ".github/workflows/gate.yml", ServerURL: "https://github.com", URL: "https://github.com/octo/shop/actions/runs/10"}
}

func pull(fork bool) *github.PullRequest {
	head := "octo/shop"
	if fork {
		head = "mona/shop"
	}
	return &github.PullRequest{Number: 7, Head: github.Branch{Ref: "topic", SHA: oneSHA, Repository: head}, Base: github.Branch{Ref: "main", Repository: "octo/shop"}}
}

func TestWhereAReportBelongs(t *testing.T) {
	merge := strings.Repeat("3", 40)
	for _, c := range []struct {
		name  string
		event github.Event
		want  Target
		why   string
	}{
		{"a pull request", github.Event{Name: "pull_request", SHA: merge, Ref: "refs/pull/7/merge", PullRequest: pull(false)},
			Target{PullRequest: 7, HeadSHA: oneSHA, Commit: merge, Ref: "refs/pull/7/merge"}, ""},
		{"a fork's pull request", github.Event{Name: "pull_request", SHA: merge, Ref: "refs/pull/7/merge", PullRequest: pull(true)},
			Target{PullRequest: 7, HeadSHA: oneSHA, Commit: merge, Ref: "refs/pull/7/merge", Fork: true}, ""},
		{"a push", github.Event{Name: "push", SHA: merge, Ref: "refs/heads/main"}, Target{HeadSHA: merge, Commit: merge, Ref: "refs/heads/main"}, ""},
		{"a schedule", github.Event{Name: "schedule", SHA: merge, Ref: "refs/heads/main"}, Target{HeadSHA: merge, Commit: merge, Ref: "refs/heads/main"}, ""},
		{"a merge group", github.Event{Name: "merge_group", SHA: merge, Ref: "refs/heads/gh-readonly-queue/main/pr-7", MergeGroup: &github.MergeGroup{HeadSHA: merge}},
			Target{HeadSHA: merge, Passing: true}, "merge queue"},
		{"pull_request_target", github.Event{Name: "pull_request_target", SHA: merge, Ref: "refs/heads/main", PullRequest: pull(true)},
			Target{Fork: true}, "on pull_request_target"},
		{"a comment", github.Event{Name: "issue_comment", SHA: merge, Ref: "refs/heads/main"}, Target{}, "on issue_comment"},
		{"nothing", github.Event{}, Target{}, "no GitHub event"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.event.Repository = "octo/shop"
			got := TargetOf(c.event, aRun())
			if !strings.Contains(got.Why, c.why) || (c.why == "") != (got.Why == "") {
				t.Errorf("why = %q", got.Why)
			}
			if got.Key != ".github/workflows/gate.yml/gate" || got.RunID != 10 || got.Attempt != 2 || got.Repository != "octo/shop" || got.Foreign {
				t.Errorf("got %+v", got)
			}
			got.Repository, got.RunID, got.Attempt, got.RunURL, got.Key, got.SourceURL, got.Why = "", 0, 0, "", "", "", ""
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	if got := TargetOf(github.Event{Repository: "octo/shop", Name: "pull_request", SHA: merge, PullRequest: pull(false)}, aRun()).SourceURL; got != "https://github.com/octo/shop/blob/"+oneSHA {
		t.Errorf("source = %q", got)
	}
}

func TestWhereAnotherRunsReportBelongs(t *testing.T) {
	event := github.Event{Name: "workflow_run", Repository: "octo/shop", SHA: twoSHA, Ref: "refs/heads/main",
		WorkflowRun: &github.WorkflowRun{ID: 51, Attempt: 3, Path: ".github/workflows/pr.yml", HeadSHA: oneSHA, URL: "https://github.com/octo/shop/actions/runs/51"}}
	got := ForeignTarget(event, aRun(), 7, "gate")
	want := Target{
		Repository: "octo/shop", PullRequest: 7, HeadSHA: oneSHA, Commit: oneSHA, Ref: "refs/pull/7/head", RunID: 51, Attempt: 3,
		RunURL: "https://github.com/octo/shop/actions/runs/51", Key: ".github/workflows/pr.yml/gate", Foreign: true,
		SourceURL: "https://github.com/octo/shop/blob/" + oneSHA,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got = ForeignTarget(github.Event{Repository: "octo/shop"}, aRun(), 0, ""); got.Commit != "" || got.Why == "" || !got.Foreign {
		t.Errorf("without a run: %+v", got)
	}
}
