package github

import "strings"

// Trigger says how far the code that an event brings may be trusted, and with
// it what gate may build.
type Trigger string

// The triggers there are.
const (
	// None is no event at all: outside Actions.
	None Trigger = ""
	// Proposed is pull_request. The code is foreign, but the token of a fork's
	// or Dependabot's pull request is read-only and there are no secrets:
	// GitHub made it for building what is proposed.
	Proposed Trigger = "proposed"
	// Trusted is an event of somebody who may write to the repository (push,
	// merge_group, workflow_dispatch, release …) or of the clock (schedule).
	// It names the commit that may be built.
	Trusted Trigger = "trusted"
	// Privileged is an event that anybody may cause and that runs with the
	// repository's own token and secrets: pull_request_target, workflow_run,
	// issue_comment. Its commit is the default branch's, so a workflow that
	// has foreign code here has fetched it by itself. Events that gate does
	// not know are taken for this kind.
	Privileged Trigger = "privileged"
)

// Trigger returns what the event is good for. A called workflow (workflow_call)
// sees the event of its caller.
func (e Event) Trigger() Trigger {
	switch e.Name {
	case "":
		return None
	case "pull_request":
		return Proposed
	case "push", "merge_group", "schedule", "workflow_dispatch", "repository_dispatch",
		"release", "registry_package", "create":
		return Trusted
	default:
		return Privileged
	}
}

// StatusSHA returns the commit that check runs and statuses belong on; empty
// when the event does not say. For a pull request it is the last commit of its
// own branch: what is put on the merge commit is not shown there. For a merge
// group it is the group's commit.
func (e Event) StatusSHA() string {
	switch {
	case e.PullRequest != nil:
		return e.PullRequest.Head.SHA
	case e.Name == "pull_request" || e.Name == "pull_request_target":
		return ""
	case e.MergeGroup != nil && e.MergeGroup.HeadSHA != "":
		return e.MergeGroup.HeadSHA
	default:
		return e.SHA
	}
}

// Analysis returns the commit and the ref to which code scanning should count
// what was found in the checkout: for a pull request the merge commit and
// refs/pull/N/merge, else the commit and the branch or tag. It is not ok where
// code scanning has no place for it (branches of a merge queue are deleted at
// once), where the checkout is not the event's own commit (Privileged), when a
// branch was deleted, and where there is no commit or ref.
func (e Event) Analysis() (sha, ref string, ok bool) {
	switch {
	case e.Trigger() != Proposed && e.Trigger() != Trusted:
		return "", "", false
	case e.Name == "merge_group" || strings.HasPrefix(e.Ref, "refs/heads/gh-readonly-queue/"):
		return "", "", false
	case e.Deleted || e.SHA == "":
		return "", "", false
	case !strings.HasPrefix(e.Ref, "refs/heads/") && !strings.HasPrefix(e.Ref, "refs/tags/") && pullNumber(e.Ref) == 0:
		return "", "", false
	}
	return e.SHA, e.Ref, true
}

// Fork reports whether the event is about a pull request whose head is in
// another repository. It is true, too, where the head's repository is not
// known: the fork was deleted, or the payload does not say.
func (e Event) Fork() bool {
	if e.PullRequest == nil {
		return false
	}
	base := e.PullRequest.Base.Repository
	if base == "" {
		base = e.Repository
	}
	return e.PullRequest.Head.Repository == "" || !strings.EqualFold(e.PullRequest.Head.Repository, base)
}

// Base returns what the event itself names as the base: the commit and the full
// ref (refs/heads/…) of the pull request's or the merge group's base; empty for
// other events and for what is not known. The commit of a pull request's base
// is the branch as it was when the event was sent, which can be behind the
// first parent of the merge commit.
func (e Event) Base() (sha, ref string) {
	switch {
	case e.PullRequest != nil:
		if e.PullRequest.Base.Ref != "" {
			ref = "refs/heads/" + e.PullRequest.Base.Ref
		}
		return e.PullRequest.Base.SHA, ref
	case e.MergeGroup != nil:
		return e.MergeGroup.BaseSHA, e.MergeGroup.BaseRef
	}
	return "", ""
}

// OfDefaultBranch reports whether the run is about what the default branch has,
// caused by somebody who may write to it or by the clock. Only such a run may
// fill caches that others read.
func (e Event) OfDefaultBranch() bool {
	switch e.Name {
	case "push", "schedule", "workflow_dispatch":
		return e.DefaultBranch != "" && e.Ref == "refs/heads/"+e.DefaultBranch
	}
	return false
}
