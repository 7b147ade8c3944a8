package attack_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/githubtest"
)

// throughTheDelivery is what the author of a pull request writes into the report
// that a second, trusted workflow delivers. conclude.txtar has the command itself.
func throughTheDelivery() map[string]attack {
	return map[string]attack{
		"forge-a-report":                  forgeAReport,
		"report-for-another-pull-request": reportForAnotherPullRequest,
		"deliver-an-old-report":           deliverAnOldReport,
		"turn-green-by-delivery":          turnGreenByDelivery,
		"close-alerts-by-delivery":        closeAlertsByDelivery,
		"oversized-report":                oversizedReport,
		"malformed-report":                malformedReport,
		"text-of-a-report":                textOfAReport,
	}
}

// second is the trusted workflow: what triggered it, and the folder into which
// it downloaded the reports.
type second struct {
	*pull
	folder string
}

// delivering makes the second workflow of a pull request, which the author of
// another one attacks as well.
func delivering(t *testing.T) *second {
	t.Helper()
	p := propose(t, shop(), tree{"new": "x"})
	p.event = github.Event{
		Name: "workflow_run", Repository: repository, DefaultBranch: "main", Ref: "refs/heads/main", SHA: githubtest.SHA("base"),
		WorkflowRun: &github.WorkflowRun{ID: 4711, Attempt: 1, Event: "pull_request", Path: ".github/workflows/gate.yml",
			HeadSHA: githubtest.SHA("head"), HeadBranch: "topic", HeadRepository: fork, Conclusion: "success"},
	}
	p.Change(repository, func(r *githubtest.Repository) {
		victim := githubtest.Pull{Number: 8, Author: "mona", Head: githubtest.Side{Ref: "feature", SHA: githubtest.SHA("base"), Repository: "mona/shop"}}
		ownBranch := githubtest.Pull{Number: 9, Author: "mona", Head: githubtest.Side{Ref: "topic", SHA: githubtest.SHA("head"), Repository: repository}}
		r.Pulls = append(r.Pulls, victim, ownBranch)
	})
	return &second{pull: p, folder: t.TempDir()}
}

// leave puts a report into the folder, with what the author makes of its run.
func (s *second) leave(t *testing.T, r gate.Report, change func(*artifact.Run)) {
	t.Helper()
	a := artifact.Artifact{Run: runOf("check", 1), Report: r}
	if change != nil {
		change(&a.Run)
	}
	if _, err := artifact.Write(s.folder, a); err != nil {
		t.Fatal(err)
	}
}

// deliver reads, verifies and delivers as the command does.
func (s *second) deliver(t *testing.T, options deliver.Options) (deliver.Result, error) {
	t.Helper()
	reports, err := artifact.Read(s.folder)
	if err != nil {
		return deliver.Result{}, err
	}
	pull, err := s.api.PullRequest(t.Context(), s.event.Repository, reports[0].Run.PullRequest)
	if err != nil {
		return deliver.Result{}, err
	}
	if err := artifact.Verify(reports[0], s.event, pull); err != nil {
		return deliver.Result{}, err
	}
	here := runnerOf(t, "900")
	target := deliver.ForeignTarget(s.event, here.Run(), reports[0].Run.PullRequest, reports[0].Run.Job)
	return deliver.Deliver(t.Context(), reports[0].Report, target, s.api, here.Runtime, options), nil
}

// nothing holds that GitHub was told nothing.
func (s *second) nothing(t *testing.T) {
	t.Helper()
	r := s.Repository(repository)
	if n := len(r.Comments) + len(r.Uploads) + len(r.CheckRuns) + len(r.Statuses); n != 0 {
		t.Errorf("%d things were delivered", n)
	}
}

// refused holds that the report is not delivered, as it is or as outdated.
func (s *second) refused(t *testing.T, outdated bool) {
	t.Helper()
	_, err := s.deliver(t, all())
	if err == nil || errors.Is(err, artifact.ErrOutdated) != outdated {
		t.Errorf("error = %v", err)
	}
	s.nothing(t)
}

func forgeAReport(t *testing.T) {
	_, good := verdicts()
	for name, change := range map[string]func(*artifact.Run){
		"another run":          func(r *artifact.Run) { r.RunID = 4710 },
		"another attempt":      func(r *artifact.Run) { r.Attempt = 2 },
		"another head commit":  func(r *artifact.Run) { r.HeadSHA = r.BaseSHA },
		"the repository's own": func(r *artifact.Run) { r.HeadRepository = repository },
		"another fork":         func(r *artifact.Run) { r.HeadRepository = "mona/shop" },
		"another branch":       func(r *artifact.Run) { r.HeadRef = "main" },
		"another workflow":     func(r *artifact.Run) { r.Workflow = ".github/workflows/release.yml" },
		"another event":        func(r *artifact.Run) { r.Event = "push" },
		"another repository":   func(r *artifact.Run) { r.Repository = "octo/bank" },
		"the default branch":   func(r *artifact.Run) { r.Ref = "refs/heads/main" },
		"no pull request":      func(r *artifact.Run) { r.PullRequest, r.Ref = 0, "refs/pull/0/merge" },
		"a fork that is gone":  func(r *artifact.Run) { r.HeadRepository = "" },
	} {
		t.Run(name, func(t *testing.T) {
			s := delivering(t)
			s.leave(t, good, change)
			s.refused(t, false)
		})
	}
	t.Run("a run of a push", func(t *testing.T) {
		s := delivering(t)
		s.event.WorkflowRun.Event = "push"
		s.leave(t, good, func(r *artifact.Run) { r.Event = "push" })
		s.refused(t, false)
	})
}

func reportForAnotherPullRequest(t *testing.T) {
	bad, _ := verdicts()
	for name, change := range map[string]func(*artifact.Run){
		"by its number": func(r *artifact.Run) { r.PullRequest, r.Ref = 8, "refs/pull/8/merge" },
		"with all that it has": func(r *artifact.Run) {
			r.PullRequest, r.Ref, r.HeadRepository, r.HeadRef, r.HeadSHA = 8, "refs/pull/8/merge", "mona/shop", "feature", r.BaseSHA
		},
		"one of the same name":  func(r *artifact.Run) { r.PullRequest, r.Ref = 9, "refs/pull/9/merge" },
		"by its number alone":   func(r *artifact.Run) { r.PullRequest = 8 },
		"one that is not there": func(r *artifact.Run) { r.PullRequest, r.Ref = 99, "refs/pull/99/merge" },
	} {
		t.Run(name, func(t *testing.T) {
			s := delivering(t)
			s.leave(t, bad, change)
			s.refused(t, false)
		})
	}
}

func deliverAnOldReport(t *testing.T) {
	_, good := verdicts()
	for name, edit := range map[string]func(*githubtest.Pull){
		"new commits": func(p *githubtest.Pull) { p.Head.SHA = githubtest.SHA("merge") },
		"closed":      func(p *githubtest.Pull) { p.State = "closed" },
		"merged":      func(p *githubtest.Pull) { p.State, p.Merged = "closed", true },
	} {
		t.Run(name, func(t *testing.T) {
			s := delivering(t)
			s.leave(t, good, nil)
			s.Change(repository, func(r *githubtest.Repository) { edit(&r.Pulls[0]) })
			s.refused(t, true)
		})
	}
}

func turnGreenByDelivery(t *testing.T) {
	_, good := verdicts()
	s := delivering(t)
	s.leave(t, good, nil)
	result, err := s.deliver(t, all())
	if err != nil {
		t.Fatal(err)
	}
	r := s.Repository(repository)
	if len(r.CheckRuns) != 0 || len(r.Statuses) != 0 || result.CheckRunURL != "" {
		t.Errorf("%d check runs and %d statuses were made of a foreign report", len(r.CheckRuns), len(r.Statuses))
	}
	if len(r.Comments) != 1 || r.Comments[0].Issue != 7 || !strings.Contains(r.Comments[0].Body, "own run") {
		t.Errorf("the comment does not say who reported it: %+v", r.Comments)
	}
}

func closeAlertsByDelivery(t *testing.T) {
	s := delivering(t)
	bad, good := verdicts()
	main := githubtest.SHA("base")
	push := github.Event{Name: "push", Repository: repository, Ref: "refs/heads/main", SHA: main, DefaultBranch: "main"}
	here := runnerOf(t, "5")
	deliver.Deliver(t.Context(), bad, deliver.TargetOf(push, here.Run()), s.api, here.Runtime, all())
	open := func() (n int) {
		for _, u := range s.Repository(repository).Uploads {
			if u.Ref == "refs/heads/main" {
				n++
			}
		}
		return n
	}
	if open() != 1 {
		t.Fatalf("uploads = %+v", s.Repository(repository).Uploads)
	}
	s.leave(t, good, nil)
	if _, err := s.deliver(t, all()); err != nil {
		t.Fatal(err)
	}
	uploads := s.Repository(repository).Uploads
	if last := uploads[len(uploads)-1]; open() != 1 || last.Ref != "refs/pull/7/head" || last.Commit != githubtest.SHA("head") {
		t.Errorf("the delivery went to %s at %s", last.Ref, last.Commit)
	}
	// Even where the target is forged inside, what is foreign stays with its pull request.
	target := deliver.ForeignTarget(s.event, here.Run(), 7, "check")
	for _, ref := range []string{"refs/heads/main", "refs/pull/8/head", "refs/pull/7", "refs/pull/70/head"} {
		before := len(s.Repository(repository).Uploads)
		target.Ref, target.Commit = ref, main
		deliver.Deliver(t.Context(), good, target, s.api, here.Runtime, all())
		if after := len(s.Repository(repository).Uploads); after != before {
			t.Errorf("a foreign report was uploaded for %s", ref)
		}
	}
}
