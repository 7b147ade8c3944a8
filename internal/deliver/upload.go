package deliver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report"
	"github.com/containergate/gate/internal/report/plain"
)

// toolName is the name under which code scanning lists the findings.
const toolName = "gate"

// uploaded is a file that code scanning took and has not processed yet.
type uploaded struct {
	image, id string
	// state is why nothing is known of it at last.
	state string
}

// upload hands one file for each image to code scanning. A report that is not
// complete is not uploaded at all: the alerts that it lacks would be closed.
func (d *delivery) upload(ctx context.Context) []uploaded {
	if !d.options.Upload || !d.mayUpload() {
		return nil
	}
	var taken []uploaded
	for _, image := range report.SARIFImages(d.report) {
		id, err := d.uploadOne(ctx, image)
		if err != nil {
			d.miss(d.problem(d.about(image), err))
			if lasting(err) {
				break
			}
			continue
		}
		taken = append(taken, uploaded{image: image, id: id})
		d.result.SARIFIDs = append(d.result.SARIFIDs, id)
	}
	return taken
}

// mayUpload reports whether the report is one for code scanning, and notes why not.
func (d *delivery) mayUpload() bool {
	what := uploadChannel().what + ": "
	t := d.target
	switch {
	case !d.report.Verdict.Complete:
		d.leave(LevelNotice, what+"the result is incomplete, and code scanning would close the alerts that it lacks.")
	case t.Commit == "" && t.Passing:
		d.note(LevelNotice, what+t.Why+".")
	case t.Commit == "":
		d.leave(LevelNotice, what+t.Why+".")
	case !isCommit(t.Commit) || !(strings.HasPrefix(t.Ref, "refs/heads/") || strings.HasPrefix(t.Ref, "refs/tags/") || strings.HasPrefix(t.Ref, "refs/pull/")):
		d.leave(LevelWarning, what+"the event names no commit and branch, tag or pull request that code scanning takes.")
	case t.Foreign && !strings.HasPrefix(t.Ref, fmt.Sprintf("refs/pull/%d/", t.PullRequest)):
		d.leave(LevelWarning, what+"what another run reports goes to its own pull request only.")
	default:
		return true
	}
	return false
}

// leave notes why nothing is uploaded, which is a miss where it was required.
func (d *delivery) leave(level Level, message string) {
	d.note(level, message)
	d.miss(message)
}

// miss counts what was required and not delivered.
func (d *delivery) miss(message string) {
	if d.options.Upload && d.options.RequireUpload && !slices.Contains(d.result.Missed, message) {
		d.result.Missed = append(d.result.Missed, message)
	}
}

func (d *delivery) uploadOne(ctx context.Context, image string) (id string, err error) {
	options := report.Options{Root: d.options.Root, FallbackFile: d.options.FallbackFile, Image: image}
	file, left, err := report.SARIF(d.report, options)
	if err != nil {
		return "", err
	}
	for _, sentence := range left {
		d.note(LevelNotice, strings.TrimSuffix("Code scanning, image "+plain.Word(image), ", image ")+": "+sentence)
	}
	receipt, err := d.api.UploadSARIF(ctx, d.target.Repository, rest.Upload{
		Commit: d.target.Commit, Ref: d.target.Ref, SARIF: file, CheckoutURI: d.options.CheckoutURI,
		Started: d.options.Started, Tool: toolName,
	})
	return receipt.ID, err
}

// about is the upload's channel, with the image where there are several.
func (d *delivery) about(image string) channel {
	c := uploadChannel()
	if image != "" && len(report.SARIFImages(d.report)) > 1 {
		c.what = "The results of image " + plain.Word(image) + " were not uploaded to code scanning"
	}
	return c
}

// lasting reports whether the next upload would fail by the same reason.
func lasting(err error) bool {
	switch kindOf(err) {
	case rest.Conflict, rest.TooLarge, rest.Invalid:
		return false
	case "":
		return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	}
	return true
}

// waits are between the questions how far code scanning is: two minutes in all.
func waits() []time.Duration {
	return []time.Duration{
		2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second,
		30 * time.Second, 30 * time.Second, 30 * time.Second,
	}
}

// await asks until every upload is processed, or it takes too long. Code
// scanning that is slow is no failure: it has taken the file.
func (d *delivery) await(ctx context.Context, open []uploaded) {
	for _, wait := range waits() {
		if len(open) == 0 {
			return
		}
		if err := d.options.Sleep(ctx, wait); err != nil {
			break
		}
		open = d.ask(ctx, open)
	}
	for _, u := range open {
		d.unknown(u)
	}
}

func (d *delivery) unknown(u uploaded) {
	message := "Code scanning took the results" + ofImage(u.image) + " and has not said yet whether it could use them"
	if u.state != "" {
		message += " (" + u.state + ")"
	}
	d.note(LevelNotice, message+". The Security tab shows them when it is done.")
}

// ask asks once for each upload, and returns those that are not processed yet.
func (d *delivery) ask(ctx context.Context, open []uploaded) []uploaded {
	var left []uploaded
	for _, u := range open {
		state, err := d.api.SARIFStatus(ctx, d.target.Repository, u.id)
		switch {
		case err != nil:
			u.state = wordsOf(err)
			if passing(err) {
				d.unknown(u) // The client was patient already.
				continue
			}
			left = append(left, u)
		case state.State == "failed":
			d.unprocessed(u, state.Errors)
		case state.State != "complete":
			u.state = ""
			left = append(left, u)
		}
	}
	return left
}

// unprocessed tells GitHub's words, and what to do about each.
func (d *delivery) unprocessed(u uploaded, problems []string) {
	if len(problems) == 0 {
		problems = []string{"no reason given"}
	}
	for _, problem := range problems {
		said := strings.TrimRight(oneLine(problem, saidMost), ".")
		d.leave(LevelWarning, "Code scanning could not process the results"+ofImage(u.image)+": "+said+". "+adviceFor(said))
	}
}

func ofImage(image string) string {
	if image == "" {
		return ""
	}
	return " of image " + plain.Word(image)
}
