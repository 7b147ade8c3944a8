package github

// Event is what started the workflow. Outside Actions it is the zero Event.
type Event struct {
	// Name is the event's kind: pull_request, push, merge_group, schedule,
	// workflow_dispatch, release, workflow_run, pull_request_target, …; it is
	// "unknown" when the runner does not say. Action is its activity (opened,
	// synchronize, …; of repository_dispatch any line), where it has one.
	Name   string
	Action string
	// Repository is the owner/name in which the workflow runs.
	Repository string
	// DefaultBranch is that repository's; empty when the payload does not say.
	DefaultBranch string
	// Ref and SHA are what the runner checks out by default: for pull_request
	// refs/pull/N/merge and the merge commit.
	Ref string
	SHA string
	// One of these is set for the events that are about it.
	PullRequest *PullRequest
	MergeGroup  *MergeGroup
	WorkflowRun *WorkflowRun
	// Before is the commit that a pushed branch pointed to; empty for a new branch.
	Before string
	// Deleted is true for a push that deleted its branch or tag.
	Deleted bool
	// Tag is the tag of a release, or of a pushed tag.
	Tag string
}

// PullRequest is the pull request that an event is about. An issue_comment says
// no more of it than its number and its author.
type PullRequest struct {
	Number int
	// Head is what is proposed; its repository is empty when the fork is gone.
	Head Branch
	// Base is where it would go.
	Base Branch
	// Author is the login of who opened it.
	Author string
	// Draft is true while it is not ready for review.
	Draft bool
}

// Branch is one side of a pull request.
type Branch struct {
	// Ref is the branch's name without refs/heads/.
	Ref string
	SHA string
	// Repository is owner/name.
	Repository string
}

// MergeGroup is a group of a merge queue. Its refs are full: refs/heads/….
type MergeGroup struct {
	HeadSHA string
	HeadRef string
	BaseSHA string
	BaseRef string
}

// WorkflowRun is the run that triggered a workflow_run event.
type WorkflowRun struct {
	ID      int64
	Attempt int
	// Event is what started that run: pull_request, push, …
	Event string
	// Path is the workflow's file: .github/workflows/gate.yml.
	Path       string
	HeadSHA    string
	HeadBranch string
	// HeadRepository is owner/name; empty when the fork is gone.
	HeadRepository string
	// Conclusion is success, failure, cancelled, …
	Conclusion string
	URL        string
}
