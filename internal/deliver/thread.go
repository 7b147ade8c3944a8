package deliver

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/containergate/gate/internal/github/rest"
)

const (
	// fresh is how old a list of comments may be when a write follows from it.
	fresh = time.Second
	// writeTime is how long one write may take.
	writeTime = 4 * time.Second
	// settleTime is when every write has landed that follows from a list made
	// before ours landed: fresh and writeTime together.
	settleTime = 5 * time.Second
	// rounds bounds how often the comments are listed at a stretch, settles how
	// often they are looked at again after that.
	rounds, settles = 16, 3
	// staleMost is how many lists in a row may be too old to be used. After
	// that a slow GitHub is taken as it is.
	staleMost = 3
)

// thread keeps the one comment of a pull request. GitHub's comments know no
// compare-and-swap, so runs that write at the same time agree by rules that each
// of them can follow alone:
//
//   - The comment is the one with the lowest number of those that carry our key
//     and were written by our own user. Numbers only grow, so nobody can take
//     another one for it, and a run that deletes the others never deletes a
//     comment that somebody is updating.
//   - It holds the text of the newest run. Whoever lists the comments and sees a
//     newer text in another comment moves that text there, also for a run that
//     was killed half-way; whoever sees a newer text there leaves it.
//   - After a write the comments are listed again, until there is nothing to do.
//
// One hole is left: an older run lists the comments, a newer run finishes, and
// only then does the older run's update arrive. Therefore a write must follow
// its list within a second and is given up after four, and a run looks once more
// five seconds after it updated a comment, or found its text or a newer one in a
// comment that others may update (settle). A write that GitHub applies later
// than that, or a list for which GitHub takes more than a second three times in
// a row, can still put an older text back. The next run mends it.
//
// What no order of writes can mend: a newer run that has nothing to say, where
// there is no comment yet, leaves no trace, and an older run that comes to its
// end later makes the comment. Cancelling older runs (concurrency, with
// cancel-in-progress) is the remedy.
type thread struct {
	*delivery
	login string
	mine  marker
	// resolved is set once the text that ours replaces was no pass.
	resolved bool
	// most is how long our text may be; it is lowered once when GitHub finds
	// it too long.
	most int
	// wrote is set when GitHub took our text. exposed is set, with the time,
	// when what we did could still be undone by an older run's update.
	wrote   bool
	exposed bool
	// looked is set when a comment that others may update was found to be right.
	looked bool
	last   time.Time
	// made is the comment that we made last, opened is how many we made.
	made   int64
	opened int
	// stale, failed and gone count lists that were too old, writes that failed,
	// and comments that were not there any more.
	stale, failed, gone int
	// ended is set when it was given up.
	ended  bool
	url    string
	bodies map[bool]string
}

// own is a comment of ours.
type own struct {
	rest.Comment
	marker
}

// reconcile lists and writes until there is one comment and it holds the newest
// text, or it is given up with a notice.
func (t *thread) reconcile(ctx context.Context) {
	var err error
	for range rounds {
		var done bool
		done, err = t.round(ctx)
		if done {
			break
		}
	}
	if err != nil {
		t.ended = true
		t.problem(commentChannel(), err)
	}
}

// round lists the comments once and makes at most one write. done is true when
// there is nothing left to do, or nothing that would help.
func (t *thread) round(ctx context.Context) (done bool, err error) {
	begun := t.options.Now()
	found, err := t.list(ctx)
	if err != nil {
		return true, err
	}
	if t.options.Now().Sub(begun) > fresh && t.stale < staleMost {
		t.stale++
		return false, errors.New("the comments were listed too slowly")
	}
	t.stale = 0
	if len(found) == 0 {
		return t.open(ctx)
	}
	return t.keep(ctx, found)
}

// list returns our comments, the oldest first.
func (t *thread) list(ctx context.Context) ([]own, error) {
	all, err := t.api.Comments(ctx, t.target.Repository, t.target.PullRequest)
	if err != nil {
		return nil, err
	}
	var found []own
	for _, c := range all {
		if m, ok := parseMarker(c.Body); ok && c.Author == t.login && m.key == t.mine.key {
			found = append(found, own{c, m})
		}
	}
	slices.SortFunc(found, func(a, b own) int { return int(max(-1, min(1, a.ID-b.ID))) })
	return found, nil
}

// open makes the comment, where the mode wants one. A list can be behind, so one
// that we made is waited for before it is taken to be deleted; then it is made
// once more.
func (t *thread) open(ctx context.Context) (done bool, err error) {
	if !t.worthOpening() {
		return true, nil
	}
	if t.opened > 0 && t.gone < len(pauses()) {
		t.gone++
		return false, t.options.Sleep(ctx, pauses()[0])
	}
	if t.opened == 2 {
		return true, nil
	}
	done, err = t.write(ctx, true, func(ctx context.Context) error {
		c, err := t.api.CreateComment(ctx, t.target.Repository, t.target.PullRequest, t.body())
		t.made = c.ID
		return err
	})
	if err == nil {
		t.opened, t.gone = t.opened+1, 0
	}
	return done, err
}

// keep makes the first comment hold the newest text, and removes the others.
func (t *thread) keep(ctx context.Context, found []own) (done bool, err error) {
	kept, newest := found[0], found[0]
	for _, c := range found[1:] {
		if c.compare(newest.marker) > 0 {
			newest = c
		}
	}
	t.url = kept.URL
	order := newest.compare(t.mine)
	switch {
	case order < 0 || (order == 0 && !t.wrote):
		t.resolved = t.resolved || (order < 0 && newest.troubled() && t.passes())
		return t.update(ctx, kept.ID, t.body(), true)
	case kept.compare(newest.marker) < 0:
		return t.update(ctx, kept.ID, newest.Body, order == 0)
	case len(found) > 1:
		return t.remove(ctx, found[len(found)-1].ID)
	}
	t.accept(kept.ID, order > 0)
	return true, nil
}

// troubled reports whether the comment says something else than a plain pass.
func (c own) troubled() bool { return c.said != saidPass && c.said != "" }

// accept leaves the one comment as it is. Where it is not one that we made
// ourselves, somebody may have an update of it on its way, and whoever put our
// text or a newer one there may be killed before looking again: so we look.
func (t *thread) accept(id int64, newer bool) {
	if newer && !t.wrote {
		t.note(LevelNotice, "The comment was left as it is: a newer run has written it already.")
	}
	if (newer || id != t.made) && !t.looked {
		t.looked = true
		t.expose()
	}
}

// update replaces the text of a comment; ours is set when the text is.
func (t *thread) update(ctx context.Context, id int64, body string, ours bool) (done bool, err error) {
	done, err = t.write(ctx, ours, func(ctx context.Context) error {
		_, err := t.api.UpdateComment(ctx, t.target.Repository, id, body)
		return err
	})
	switch {
	case err == nil:
		t.exposed = true
	case kindOf(err) == rest.NotFound && t.gone < len(pauses()):
		// Deleted meanwhile; the next list shows whether it was.
		t.gone++
		return false, err
	}
	return done, err
}

// remove deletes a comment; that somebody was faster is as good.
func (t *thread) remove(ctx context.Context, id int64) (done bool, err error) {
	done, err = t.write(ctx, false, func(ctx context.Context) error {
		return t.api.DeleteComment(ctx, t.target.Repository, id)
	})
	if kindOf(err) == rest.NotFound {
		return false, nil
	}
	return done, err
}
