package tracking

import (
	"context"
	"slices"
	"time"

	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
)

// Label makes the issues listable; each of ours has it.
const Label = "gate-rescan"

// API is the part of GitHub's REST API that tracking uses; *rest.Client is one.
// Its errors are *rest.Error, or the context's.
type API interface {
	Login(ctx context.Context) (string, error)
	EnsureLabel(ctx context.Context, repo string, label rest.Label) error
	Issues(ctx context.Context, repo, label string) ([]rest.Issue, error)
	CreateIssue(ctx context.Context, repo string, form rest.IssueForm) (rest.Issue, error)
	UpdateIssue(ctx context.Context, repo string, number int, form rest.IssueForm) (rest.Issue, error)
	Comments(ctx context.Context, repo string, number int) ([]rest.Comment, error)
	CreateComment(ctx context.Context, repo string, number int, body string) (rest.Comment, error)
	DeleteComment(ctx context.Context, repo string, id int64) error
}

// Options say where the issues are kept, and how.
type Options struct {
	// Repository is owner/name, where the issues are.
	Repository string
	// Scope tells fleets apart that keep their issues in one repository, such as
	// by the repository that is rescanned. It must be the same at every rescan
	// of a fleet: with another one its issues are not found.
	Scope string
	// Partial is set when the fleet is only a part of what is released. What is
	// not in it is then not taken for released no more.
	Partial bool
	// Labels, beside our own, and Assignees are given to issues that are opened.
	Labels, Assignees []string
	// RunURL is the page of the run, for comments; empty means no link.
	RunURL string
	// Sleep waits, or ends early with the context's error.
	Sleep func(context.Context, time.Duration) error
}

// Result is what came of it. The lists hold names of images, sorted.
type Result struct {
	// Issues are the addresses of the issues there are, by the image's name.
	Issues map[string]string
	// Updated are the issues whose text alone changed.
	Opened, Updated, Commented, Closed, Reopened []string
	// Failed are the images whose issue may not say what the fleet says.
	Failed []string
	// Notices say why, and what to do about it, in the order in which it came up.
	Notices []deliver.Notice
}

// Deliver brings the issues of a fleet up to date. It returns when everything
// was told or given up. A failure of one image stops the others only when they
// would fail in the same way.
func Deliver(ctx context.Context, fleet gate.Fleet, api API, o Options) Result {
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	d := &delivery{fleet: fleet, api: api, options: o, day: fleet.Time.UTC().Format(time.DateOnly)}
	d.result.Issues = map[string]string{}
	d.all(ctx)
	for _, list := range []*[]string{&d.result.Opened, &d.result.Updated, &d.result.Commented, &d.result.Closed, &d.result.Reopened, &d.result.Failed} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return d.result
}

// sleep waits, or returns the context's error as soon as there is one.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
