package deliver

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/report/plain"
)

// Target is where a report belongs on GitHub. The zero Target is nowhere.
type Target struct {
	// Repository is owner/name.
	Repository string
	// PullRequest is the number of the one to comment on; 0 for none.
	PullRequest int
	// HeadSHA is the commit that checks, statuses and the comment speak of;
	// empty when there is none that they could.
	HeadSHA string
	// Commit and Ref are where code scanning counts the findings. Both are
	// empty where it has no place for them, and Why then says why.
	Commit, Ref, Why string
	// Passing is set where that place is missing by nature and no loss: a merge
	// group's commits are analysed again when they are pushed. A required
	// upload is then not missed.
	Passing bool
	// RunID and Attempt order the runs of a workflow; RunURL is the run's page.
	RunID   int64
	Attempt int
	RunURL  string
	// Key tells the comments of one workflow and job from those of others.
	Key string
	// Fork is set for a pull request from another repository, whose run may
	// only read.
	Fork bool
	// Foreign is set when the report was made by a run that its pull request's
	// author controls. It is marked so, goes to refs/pull/N/* only, and never
	// becomes a check or a status.
	Foreign bool
	// SourceURL is the address of the repository's files at HeadSHA, without a
	// slash at the end; empty means no links.
	SourceURL string
}

// TargetOf returns where the report of a run belongs that examined its event's
// own commit. What the event does not say stays empty.
func TargetOf(event github.Event, run github.Run) Target {
	t := Target{
		Repository: event.Repository, RunID: run.ID, Attempt: run.Attempt, RunURL: run.URL,
		Key: run.Workflow + "/" + run.Job, Fork: event.Fork(), Passing: event.Name == "merge_group",
	}
	if trigger := event.Trigger(); trigger == github.Proposed || trigger == github.Trusted {
		// What a privileged event examined is not what its pull request
		// proposes, and must not speak for it.
		t.HeadSHA = event.StatusSHA()
	}
	if event.Trigger() == github.Proposed && event.PullRequest != nil {
		t.PullRequest = event.PullRequest.Number
	}
	commit, ref, ok := event.Analysis()
	if ok {
		t.Commit, t.Ref = commit, ref
	} else {
		t.Why = whyNowhere(event)
	}
	t.SourceURL = sourceURL(run.ServerURL, t.Repository, cmp.Or(t.HeadSHA, event.SHA))
	return t
}

// ForeignTarget returns where a report belongs that another run made, of which
// a workflow_run event tells; pull and job are that run's claims, which the
// caller has verified. The findings go to the pull request's own head: what the
// other run says of a merge commit cannot be proved.
func ForeignTarget(event github.Event, run github.Run, pull int, job string) Target {
	t := Target{Repository: event.Repository, PullRequest: pull, Foreign: true}
	if made := event.WorkflowRun; made != nil {
		t.RunID, t.Attempt, t.RunURL = made.ID, made.Attempt, made.URL
		t.HeadSHA, t.Key = made.HeadSHA, made.Path+"/"+job
	}
	if pull > 0 && t.HeadSHA != "" {
		t.Commit, t.Ref = t.HeadSHA, fmt.Sprintf("refs/pull/%d/head", pull)
	} else {
		t.Why = "the other run names no pull request or no commit"
	}
	t.SourceURL = sourceURL(run.ServerURL, t.Repository, t.HeadSHA)
	return t
}

// whyNowhere says why code scanning has no place for an event.
func whyNowhere(event github.Event) string {
	switch {
	case event.Name == "":
		return "there is no GitHub event to say which commit was examined"
	case event.Name == "merge_group" || strings.HasPrefix(event.Ref, "refs/heads/gh-readonly-queue/"):
		return "code scanning has no place for the short-lived branch of a merge queue; the commits are analysed again when they are pushed"
	case event.Trigger() == github.Privileged:
		return fmt.Sprintf("on %s the commit of the event is not the one to judge", plain.Word(event.Name))
	case event.Deleted:
		return "the branch was deleted"
	default:
		return "the event names no commit and branch, tag or pull request"
	}
}

func sourceURL(server, repository, sha string) string {
	if server == "" || repository == "" || !isCommit(sha) {
		return ""
	}
	return server + "/" + repository + "/blob/" + sha
}

// isCommit reports whether the text is a whole commit id.
func isCommit(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}
