package tracking

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report/plain"
)

const (
	// pace is between two writes: GitHub asks for a second, and for not more
	// than 80 new texts a minute.
	pace = time.Second
	// unavailableMost is how many images in a row may fail because GitHub does
	// not answer, before the others are given up.
	unavailableMost = 3
)

// delivery is one fleet on its way.
type delivery struct {
	fleet   gate.Fleet
	api     API
	options Options
	// day is that of the rescan, for what is gone since then.
	day    string
	login  string
	issues map[string]own
	result Result
	// wrote, labelled and opened say what this run did already; broken counts
	// failures in a row, and stopped is set when no more is tried.
	wrote, labelled bool
	opened, broken  int
	stopped         bool
}

// own is an issue of ours.
type own struct {
	rest.Issue
	key   string
	state state
}

func (d *delivery) all(ctx context.Context) {
	var err error
	if d.login, err = d.api.Login(ctx); err == nil {
		err = d.load(ctx)
	}
	if err != nil {
		d.stopped = true
		d.note(deliver.LevelWarning, "The tracking issues were not brought up to date: "+d.explain(err))
	}
	for _, image := range d.fleet.Images {
		if d.stopped {
			d.result.Failed = append(d.result.Failed, image.Name)
			continue
		}
		d.count(image.Name, d.patiently(ctx, func() error { return d.one(ctx, image) }))
	}
	d.retireAll(ctx)
	if d.opened > 0 && !d.stopped {
		// Another run may have opened the same issues meanwhile.
		if err := d.load(ctx); err != nil {
			d.note(deliver.LevelNotice, "Whether another run opened the same issues was not looked at: "+d.explain(err))
		}
	}
	for _, image := range d.fleet.Images {
		if issue, ok := d.issues[imageKey(d.options.Scope, image.Name)]; ok {
			d.result.Issues[image.Name] = issue.URL
		}
	}
}

// count notes how an image fared, and whether to go on.
func (d *delivery) count(image string, err error) {
	if err == nil {
		d.broken = 0
		return
	}
	d.result.Failed = append(d.result.Failed, image)
	if passing(err) {
		d.broken++
	}
	d.stopped = lasting(err) || d.broken >= unavailableMost
	message := "The tracking issue of the image " + plain.Word(image) + " was not brought up to date: " + d.explain(err)
	if d.stopped {
		message += " The other images were not tried."
	}
	d.note(deliver.LevelWarning, message)
}

// patiently tries again what may succeed after a while. What did arrive, though
// its answer did not, is seen in a new list.
func (d *delivery) patiently(ctx context.Context, do func() error) error {
	for _, pause := range []time.Duration{2 * time.Second, 10 * time.Second} {
		err := do()
		if !passing(err) || ctx.Err() != nil {
			return err
		}
		if d.options.Sleep(ctx, pause) != nil || d.load(ctx) != nil {
			return err
		}
	}
	return do()
}

// load lists our issues, once for all images. Where an image has several, the
// one with the lowest number stays.
func (d *delivery) load(ctx context.Context) error {
	all, err := d.api.Issues(ctx, d.options.Repository, Label)
	if err != nil {
		return err
	}
	d.issues = map[string]own{}
	slices.SortFunc(all, func(a, b rest.Issue) int { return a.Number - b.Number })
	for _, issue := range all {
		key, s, ok := parseIssue(issue.Body)
		if !ok || !rest.Wrote(d.login, issue.Author) {
			continue
		}
		if kept, known := d.issues[key]; known {
			if err := d.closeDuplicate(ctx, issue, kept); err != nil {
				return err
			}
			continue
		}
		d.issues[key] = own{issue, key, s}
	}
	return nil
}

// closeDuplicate closes an issue that another run made for the same image. It
// loses its marker, so that this happens once.
func (d *delivery) closeDuplicate(ctx context.Context, issue rest.Issue, kept own) error {
	body := fmt.Sprintf("<!-- gate rescan duplicate -->\n\nDuplicate of #%d: two runs opened an issue for the same image at once.\n", kept.Number)
	return d.write(ctx, func() error {
		_, err := d.api.UpdateIssue(ctx, d.options.Repository, issue.Number, rest.IssueForm{Body: body, State: "closed", Reason: "not_planned"})
		return err
	})
}

// write makes one write, at least a second after the one before.
func (d *delivery) write(ctx context.Context, do func() error) error {
	if d.wrote {
		if err := d.options.Sleep(ctx, pace); err != nil {
			return err
		}
	}
	d.wrote = true
	return do()
}

// note adds a notice, once.
func (d *delivery) note(level deliver.Level, message string) {
	n := deliver.Notice{Level: level, Message: message}
	if !slices.Contains(d.result.Notices, n) {
		d.result.Notices = append(d.result.Notices, n)
	}
}
