package tracking

import (
	"context"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report/plain"
)

// tracked is one image and its issue.
type tracked struct {
	*delivery
	image gate.FleetImage
	rows  []row
	own
}

// one brings the issue of one image up to date.
func (d *delivery) one(ctx context.Context, image gate.FleetImage) error {
	key := imageKey(d.options.Scope, image.Name)
	t := &tracked{delivery: d, image: image, rows: rowsOf(image)}
	issue, ok := d.issues[key]
	if t.own = issue; !ok {
		t.key = key
		if len(t.rows) == 0 {
			return nil
		}
		return t.open(ctx)
	}
	before, _ := parseTold(t.state.Told)
	fresh := newsOf(t.rows, before, t.state.More, t.unchanged())
	p, do := decide(t.own, len(t.rows) > 0, whole(image), len(fresh) > 0)
	if !do {
		return nil
	}
	return t.keep(ctx, p, before)
}

// whole reports whether everything of an image was scanned, and that there was
// something to scan.
func whole(image gate.FleetImage) bool { return len(image.Releases) > 0 && image.Complete() }

// unchanged reports whether the findings are exactly those of the last text,
// for an issue that does not remember them one by one.
func (t *tracked) unchanged() bool { return t.state.Sum != "" && t.state.Sum == sumOf(t.rows) }

// plan is what becomes of an issue.
type plan struct {
	// kind is the comment; empty for none.
	kind kind
	// state and reason are GitHub's, said is ours.
	state, reason string
	said          said
}

// decide says what becomes of an issue; do is false when it is left alone. asks
// means that something in the image asks for action, fresh that some of it is
// not told yet.
func decide(issue own, asks, complete, fresh bool) (p plan, do bool) {
	if asks {
		return issue.asking(fresh)
	}
	if issue.state.Said != saidOpen {
		return plan{}, false
	}
	switch {
	case issue.State != "open" && complete && !issue.declined():
		// What comes back later is then something new.
		return plan{state: "closed", said: saidClean}, true
	case issue.State != "open":
		return plan{}, false
	case complete:
		return plan{kind: kindClean, state: "closed", reason: "completed", said: saidClean}, true
	}
	return plan{state: "open", said: saidOpen}, true
}

// asking says what becomes of an issue while something asks for action.
func (o own) asking(fresh bool) (p plan, do bool) {
	p = plan{kind: kindAgain, state: "open", reason: "reopened", said: saidOpen}
	switch {
	case o.State == "open":
		p.kind, p.reason = "", ""
		if fresh {
			p.kind = kindNews
		}
	case o.declined():
		return p, fresh
	case o.state.Said == saidOpen:
		p.kind = kindStill
	}
	return p, true
}

// declined reports whether somebody closed the issue because nothing is planned.
// Text and state change together: a closed issue that we left open was closed
// by somebody else.
func (o own) declined() bool {
	return o.State != "open" && o.state.Said == saidOpen && o.Reason != "" && o.Reason != "completed"
}

// open makes the issue. Its text tells everything, so it needs no comment.
func (t *tracked) open(ctx context.Context) error {
	if err := t.label(ctx); err != nil {
		return err
	}
	s := t.next(plan{said: saidOpen}, told{}, 0)
	form := rest.IssueForm{
		Title: "Released image " + plain.Word(t.image.Name) + ": vulnerabilities ask for action",
		Body:  page{t.image, t.rows, s}.body(t.key), Labels: []string{Label}, Assignees: t.options.Assignees,
	}
	for _, label := range t.options.Labels {
		if !slices.ContainsFunc(form.Labels, func(l string) bool { return strings.EqualFold(l, label) }) {
			form.Labels = append(form.Labels, label)
		}
	}
	made, err := t.create(ctx, form)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(made.Labels, func(l string) bool { return strings.EqualFold(l, Label) }) {
		if _, err := t.api.UpdateIssue(ctx, t.options.Repository, made.Number, rest.IssueForm{State: "closed", Reason: "not_planned"}); err != nil {
			return err
		}
		return errUnlabelled
	}
	t.opened++
	t.issues[t.key] = own{made, t.key, s}
	t.result.Opened = append(t.result.Opened, t.image.Name)
	return nil
}

// create makes an issue, without assignees where GitHub does not take them.
func (t *tracked) create(ctx context.Context, form rest.IssueForm) (made rest.Issue, err error) {
	create := func() error {
		made, err = t.api.CreateIssue(ctx, t.options.Repository, form)
		return err
	}
	err = t.write(ctx, create)
	if kindOf(err) == rest.Invalid && len(form.Assignees) > 0 && strings.Contains(strings.ToLower(err.Error()), "assign") {
		t.note(deliver.LevelWarning, "The tracking issues have no assignees, because GitHub does not take those that are configured ("+
			plain.Word(strings.Join(form.Assignees, ", "))+"). Name people who may push to "+plain.Word(t.options.Repository)+".")
		form.Assignees = nil
		err = t.write(ctx, create)
	}
	return made, err
}

// label makes our label, once in a run.
func (t *tracked) label(ctx context.Context) error {
	if t.labelled {
		return nil
	}
	err := t.api.EnsureLabel(ctx, t.options.Repository, rest.Label{
		Name: Label, Color: "b60205", Description: "Kept by gate: vulnerabilities in a released image",
	})
	t.labelled = err == nil
	return err
}

// keep comments where that is due, and then changes the text and the state.
func (t *tracked) keep(ctx context.Context, p plan, before told) error {
	seq := t.state.Seq
	if p.kind != "" {
		var err error
		if seq, before, err = t.tell(ctx, p.kind, before); err != nil {
			return err
		}
	}
	s := t.next(p, before, seq)
	form := rest.IssueForm{Body: page{t.image, t.rows, s}.body(t.key)}
	moved := t.State != p.state
	if moved {
		form.State, form.Reason = p.state, p.reason
	}
	if !moved && same(form.Body, t.Body) {
		return nil
	}
	err := t.write(ctx, func() error {
		changed, err := t.api.UpdateIssue(ctx, t.options.Repository, t.Number, form)
		if err == nil {
			t.issues[t.key] = own{changed, t.key, s}
		}
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case !moved:
		t.result.Updated = append(t.result.Updated, t.image.Name)
	case p.state == "open":
		t.result.Reopened = append(t.result.Reopened, t.image.Name)
	default:
		t.result.Closed = append(t.result.Closed, t.image.Name)
	}
	return nil
}

// next is what the issue remembers from now on. before is what has been told,
// comments included.
func (t *tracked) next(p plan, before told, seq int) state {
	s := state{Name: plain.Word(t.image.Name), Scope: scopeKey(t.options.Scope), Seq: seq, Said: p.said}
	if p.said == saidRetired {
		return s
	}
	s.Moved = t.state.withMoved(t.image)
	old := t.state
	if old.Said != saidOpen {
		old.Gone = nil
	}
	s.Gone = old.withGone(before, t.image, t.rows, t.day)
	after := told{}
	order := make([]string, 0, len(t.rows))
	for _, r := range t.rows {
		after[r.key] = r.mark.or(before[r.key])
		order = append(order, r.key)
	}
	if !whole(t.image) {
		// What is not seen may only be unseen.
		for key, m := range before {
			if _, seen := after[key]; !seen {
				after[key] = m
			}
		}
	}
	s.Told, s.More = after.String(order)
	s.More = s.More || t.state.More && !whole(t.image)
	if s.More {
		s.Sum = sumOf(t.rows)
	}
	return s
}
