package deliver

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
)

// longest bounds all calls of one delivery together, so that an API that is
// down does not hold a job for the sum of everything's patience.
const longest = 6 * time.Minute

// API is the part of GitHub's REST API that deliveries use; *rest.Client is one.
// Its errors are *rest.Error, or the context's.
type API interface {
	Login(ctx context.Context) (string, error)
	Comments(ctx context.Context, repo string, number int) ([]rest.Comment, error)
	CreateComment(ctx context.Context, repo string, number int, body string) (rest.Comment, error)
	UpdateComment(ctx context.Context, repo string, id int64, body string) (rest.Comment, error)
	DeleteComment(ctx context.Context, repo string, id int64) error
	UploadSARIF(ctx context.Context, repo string, upload rest.Upload) (rest.Receipt, error)
	SARIFStatus(ctx context.Context, repo, id string) (rest.Processing, error)
	CreateCheckRun(ctx context.Context, repo string, run rest.CheckRun) (id int64, url string, err error)
	CreateStatus(ctx context.Context, repo, sha string, status rest.Status) error
}

// Options say what is delivered, and how.
type Options struct {
	// Comment is always, on-failure, on-change or never; empty is always.
	Comment string
	// Upload sends a complete report to code scanning; RequireUpload makes it
	// a miss when that fails.
	Upload, RequireUpload bool
	// CheckRun is the name of a check run, Status the context of a commit
	// status; empty is none.
	CheckRun, Status string
	// Annotations puts the worst findings on their lines; Summary writes the
	// job summary.
	Annotations, Summary bool
	// Root is the repository's absolute path here, for paths below it, and
	// CheckoutURI the same as a file: address.
	Root, CheckoutURI string
	// FallbackFile is where code scanning shows what has no line of its own.
	FallbackFile string
	// Started is when the examination began.
	Started time.Time
	// WaiverExpires is the day that is proposed for waivers.
	WaiverExpires time.Time
	// Now and Sleep are the clock; Sleep ends early with the context's error.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// Level says how much a notice asks of its reader.
type Level string

// The levels there are: a warning is for somebody to mend, a notice is good to know.
const (
	LevelNotice  Level = "notice"
	LevelWarning Level = "warning"
)

// Notice is one line about a delivery that did not go as wished.
type Notice struct {
	Level Level
	// Message is plain text on one line: what was not delivered, why, and what
	// to do about it.
	Message string
}

// Result is what came of a delivery.
type Result struct {
	// CommentURL is the comment's address, SARIFIDs are those of the uploads
	// that GitHub took, and CheckRunURL is the check run's address.
	CommentURL  string
	SARIFIDs    []string
	CheckRunURL string
	// Notices are in the order in which they came up.
	Notices []Notice
	// Missed is what was required explicitly and not delivered, in words.
	Missed []string
}

// delivery is one report on its way.
type delivery struct {
	report  gate.Report
	target  Target
	api     API
	runtime *github.Runtime
	options Options
	result  Result
}

// Deliver tells the report to the runner and to GitHub. A nil api means that
// there is no token, a nil runtime that there is no runner. It returns when
// everything was delivered or given up: after some minutes at the latest.
func Deliver(ctx context.Context, r gate.Report, t Target, api API, rt *github.Runtime, o Options) Result {
	d := &delivery{report: r, target: t, api: api, runtime: rt, options: o.filled()}
	if rt == nil {
		d.runtime = github.New(func(string) (string, bool) { return "", false }, io.Discard)
	}
	d.summarize()
	d.annotate()
	if api == nil {
		d.withoutToken()
	} else {
		d.tell(ctx)
	}
	d.summarizeNotices()
	return d.result
}

// tell makes all calls. The comment comes first and is looked at once more at
// the end, when the waiting for code scanning has used the time between.
func (d *delivery) tell(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	thread := d.comment(ctx)
	uploads := d.upload(ctx)
	d.checkRun(ctx)
	d.status(ctx)
	d.await(ctx, uploads)
	if thread != nil {
		thread.settle(ctx)
		d.result.CommentURL = thread.url
	}
}

func (o Options) filled() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return o
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

// note adds a notice, once.
func (d *delivery) note(level Level, message string) {
	if slices.ContainsFunc(d.result.Notices, func(n Notice) bool { return n.Message == message }) {
		return
	}
	d.result.Notices = append(d.result.Notices, Notice{Level: level, Message: message})
}

// withoutToken says what a token would have done, where a runner is listening.
// On a terminal nobody expects a delivery.
func (d *delivery) withoutToken() {
	const message = "Nothing was told to GitHub, because there is no token. Leave github-token at its default, and give the job the permissions of docs/github.md."
	if !d.asked() {
		return
	}
	if d.runtime.Active() {
		d.note(LevelWarning, message)
	}
	if d.options.Upload {
		d.miss(message)
	}
}

// asked reports whether any delivery needs the API.
func (d *delivery) asked() bool {
	return d.options.Upload || d.options.CheckRun != "" || d.options.Status != "" || d.commentable()
}
