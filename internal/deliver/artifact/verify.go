package artifact

import (
	"errors"
	"fmt"

	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
)

// ErrOutdated means that the report is the one of its run, and that the pull
// request has moved on since: there is nothing to deliver, and nothing is wrong.
var ErrOutdated = errors.New("the pull request has moved on")

// proposed is the only event whose reports are delivered for another workflow:
// the one in which foreign code runs without rights.
const proposed = "pull_request"

// Verify holds what an artifact claims of its run against what GitHub says:
// trigger is the workflow_run event that this trusted workflow was started by,
// and pull is the pull request with the claimed number, as it is now. Each
// claim that could lead a comment or an upload to a wrong place has to be
// equal; the first that is not is the error, with both values.
//
// The error is ErrOutdated when all is as claimed and the pull request has new
// commits or was closed. The merge commit, the base commit and the job stay
// claims, which nothing may rest on. Where one branch is proposed by two open
// pull requests, a run of either can claim to be of the other: they have the
// same author and the same commits.
func Verify(a Artifact, trigger github.Event, pull rest.PullRequest) error {
	run := trigger.WorkflowRun
	if trigger.Name != "workflow_run" || run == nil {
		return fmt.Errorf("the event is %s: reports of another run are delivered on workflow_run only", show(trigger.Name))
	}
	if err := a.Run.valid(); err != nil {
		return fmt.Errorf("the report can't be delivered: %w", err)
	}
	claimed := a.Run
	for _, check := range []struct{ what, claimed, known string }{
		{"the event of the triggering run", run.Event, proposed},
		{"the event", claimed.Event, run.Event},
		{"the repository", claimed.Repository, trigger.Repository},
		{"the run id", fmt.Sprint(claimed.RunID), fmt.Sprint(run.ID)},
		{"the attempt", fmt.Sprint(claimed.Attempt), fmt.Sprint(run.Attempt)},
		{"the workflow", claimed.Workflow, run.Path},
		{"the head repository", claimed.HeadRepository, run.HeadRepository},
		{"the head branch", claimed.HeadRef, run.HeadBranch},
		{"the head commit", claimed.HeadSHA, run.HeadSHA},
		{"the ref", claimed.Ref, fmt.Sprintf("refs/pull/%d/merge", claimed.PullRequest)},
		{"the number of the pull request", fmt.Sprint(claimed.PullRequest), fmt.Sprint(pull.Number)},
		{"the base repository of the pull request", pull.Base.Repository, trigger.Repository},
		{"the head repository of the pull request", claimed.HeadRepository, pull.Head.Repository},
		{"the head branch of the pull request", claimed.HeadRef, pull.Head.Ref},
	} {
		if check.claimed != check.known {
			return fmt.Errorf("the report can't be delivered: %s should be %s, and is %s", check.what, show(check.known), show(check.claimed))
		}
		if check.claimed == "" || check.claimed == "0" {
			return fmt.Errorf("the report can't be delivered: %s is not known", check.what)
		}
	}
	return current(claimed, pull)
}

// current reports whether the pull request still is where the run was.
func current(claimed Run, pull rest.PullRequest) error {
	if !commit(pull.Head.SHA) {
		return fmt.Errorf("the report can't be delivered: the head commit of pull request %d is %s, which is none", pull.Number, show(pull.Head.SHA))
	}
	if pull.State != "open" {
		return fmt.Errorf("%w: pull request %d is %s and not open", ErrOutdated, pull.Number, show(pull.State))
	}
	if pull.Head.SHA != claimed.HeadSHA {
		return fmt.Errorf("%w: the head of pull request %d is %s by now, and the report is of %s", ErrOutdated, pull.Number, pull.Head.SHA, claimed.HeadSHA)
	}
	return nil
}
