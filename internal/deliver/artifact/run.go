package artifact

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/containergate/gate/internal/github"
)

// Run says in which workflow run a report was made. Read from a file it is a
// claim that somebody makes; outside Actions it is the zero Run.
type Run struct {
	// Repository is the owner/name in which the workflow ran, Event what
	// started it, Workflow the workflow's file and Job the job's id.
	Repository string `json:"repository"`
	Event      string `json:"event"`
	Workflow   string `json:"workflow"`
	Job        string `json:"job"`
	RunID      int64  `json:"runId"`
	// Attempt counts from 1; a run that is started again has a higher one.
	Attempt int `json:"attempt"`
	// SHA and Ref are what was checked out: for a pull request the merge
	// commit, which nobody can verify afterwards.
	SHA string `json:"sha"`
	Ref string `json:"ref"`
	// PullRequest is the pull request's number; 0 for other events.
	PullRequest int `json:"pullRequest"`
	// The head is what is proposed, or simply the commit and the branch or tag
	// for events that propose nothing.
	HeadSHA        string `json:"headSha"`
	HeadRef        string `json:"headRef"`
	HeadRepository string `json:"headRepository"`
	// BaseSHA is the commit that the event names as the base, where it names one.
	BaseSHA string `json:"baseSha"`
}

// RunOf describes the run that this process is a step of.
func RunOf(event github.Event, run github.Run) Run {
	base, _ := event.Base()
	r := Run{
		Repository: event.Repository, Event: event.Name, Workflow: run.Workflow, Job: run.Job,
		RunID: run.ID, Attempt: run.Attempt, SHA: event.SHA, Ref: event.Ref,
		HeadSHA: event.StatusSHA(), HeadRepository: event.Repository, BaseSHA: base,
	}
	switch {
	case event.PullRequest != nil:
		r.PullRequest = event.PullRequest.Number
		r.HeadRef, r.HeadRepository = event.PullRequest.Head.Ref, event.PullRequest.Head.Repository
	case event.MergeGroup != nil:
		r.HeadRef = branch(event.MergeGroup.HeadRef)
	default:
		r.HeadRef = branch(event.Ref)
	}
	return r
}

// branch is the name of a branch or tag without its folder.
func branch(ref string) string {
	return strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/")
}

// Analysis returns the commit and the ref that code scanning should count the
// report of a verified pull request's run to: the head's commit and
// refs/pull/N/head. The merge commit that was examined is not used, because
// only the run itself names it, and whoever proposes can make a commit with
// the same two parents and other files. Lines of a file that the base has
// changed meanwhile can be some lines off.
func (r Run) Analysis() (sha, ref string) {
	return r.HeadSHA, fmt.Sprintf("refs/pull/%d/head", r.PullRequest)
}

// fact is one thing that a run says of itself, ready to compare and to show.
type fact struct{ name, value string }

// facts are what all jobs and attempts of one run have in common.
func (r Run) facts() []fact {
	return []fact{
		{"repository", r.Repository},
		{"run id", fmt.Sprint(r.RunID)},
		{"head commit", r.HeadSHA},
		{"event", r.Event},
		{"workflow", r.Workflow},
		{"commit", r.SHA},
		{"ref", r.Ref},
		{"pull request", fmt.Sprint(r.PullRequest)},
		{"head branch", r.HeadRef},
		{"head repository", r.HeadRepository},
		{"base commit", r.BaseSHA},
	}
}

// differs returns the first fact that two runs do not share, as each has it.
func (r Run) differs(other Run) (own, others fact, differ bool) {
	theirs := other.facts()
	for i, f := range r.facts() {
		if f != theirs[i] {
			return f, theirs[i], true
		}
	}
	return fact{}, fact{}, false
}

// wordMost is how many bytes a word of a run may have: more than any path,
// branch or repository that GitHub has.
const wordMost = 1024

// valid reports what in a run can't be, whoever wrote it.
func (r Run) valid() error {
	if r.RunID < 0 || r.Attempt < 0 || r.PullRequest < 0 {
		return errors.New("run: a number is negative")
	}
	for _, f := range append(r.facts(), fact{"job", r.Job}) {
		if len(f.value) > wordMost {
			return fmt.Errorf("run: %s has %d bytes, at most %d", f.name, len(f.value), wordMost)
		}
		if !utf8.ValidString(f.value) || strings.ContainsFunc(f.value, unicode.IsControl) {
			return fmt.Errorf("run: %s %s holds what no name has", f.name, show(f.value))
		}
	}
	for _, f := range []fact{{"commit", r.SHA}, {"head commit", r.HeadSHA}, {"base commit", r.BaseSHA}} {
		if f.value != "" && !commit(f.value) {
			return fmt.Errorf("run: %s %s is not the hash of a commit", f.name, show(f.value))
		}
	}
	return nil
}

// commit reports whether the text is a full commit hash.
func commit(text string) bool {
	const sha1, sha256 = 40, 64
	return (len(text) == sha1 || len(text) == sha256) && strings.Trim(text, "0123456789abcdef") == ""
}
