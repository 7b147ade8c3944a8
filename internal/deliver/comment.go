package deliver

import "context"

const (
	// longComment is what GitHub takes, in characters; ours are counted in
	// bytes, of which there are never fewer. shortComment is tried when GitHub
	// counts otherwise.
	longComment, shortComment = 65_536, 30_000
)

// commentable reports whether there is a pull request to comment on.
func (d *delivery) commentable() bool {
	return d.options.Comment != "never" && d.target.PullRequest > 0 && d.target.Repository != ""
}

// comment brings the comment up to date; nil when there is none to keep.
func (d *delivery) comment(ctx context.Context) *thread {
	if !d.commentable() {
		return nil
	}
	login, err := d.api.Login(ctx)
	if err != nil {
		d.problem(commentChannel(), err)
		return nil
	}
	t := &thread{delivery: d, login: login, mine: newMarker(d.target, d.saying()), most: longComment}
	// Making the text takes longer than a list may be old.
	_ = t.body()
	t.reconcile(ctx)
	return t
}

// worthOpening reports whether the report deserves a comment where there is
// none yet. One that is there is always brought up to date.
func (t *thread) worthOpening() bool {
	v := t.report.Verdict
	switch t.options.Comment {
	case "on-failure":
		return !t.passes()
	case "on-change":
		return !t.passes() || v.New > 0 || v.Fixed > 0
	default:
		return true
	}
}

// saying is the verdict in the marker's words.
func (d *delivery) saying() saying {
	v := d.report.Verdict
	switch {
	case d.passes():
		return saidPass
	case v.Blocked == 0 && !v.Complete:
		return saidIncomplete
	default:
		return saidFail
	}
}

// body is the whole text of our comment. Both forms are made at the first call,
// so that none has to be made between a list and a write.
func (t *thread) body() string {
	if t.bodies == nil {
		t.bodies = map[bool]string{false: t.compose(false)}
		if t.passes() {
			t.bodies[true] = t.compose(true)
		}
	}
	return t.bodies[t.resolved]
}

func (t *thread) compose(resolved bool) string {
	m := t.mine
	if resolved {
		m.said = saidResolved
	}
	head := m.String() + "\n"
	return head + t.markdown(t.most-len(head), resolved)
}
