package deliver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
)

// errKilled is what a killed process would get, if it could.
var errKilled = errors.New("killed")

// death says when a run is killed: at its n-th request, before or after GitHub
// acts on it. lost leaves it alive and without the answer instead.
type death struct {
	request int
	after   bool
	lost    bool
}

// racer is one run in a race.
type racer struct {
	number int64
	death  *death
	ask    chan request
	// asked counts its requests, listed and wrote are the moments of its last
	// list and of its last write.
	asked, listed, wrote int
	// updated is set when it wrote into a comment that was there.
	updated    bool
	pending    *request
	over, dead bool
}

// request is what a run waits for at GitHub, or for time to pass.
type request struct {
	op     string
	effect func() error
	answer chan error
}

// world runs the racers one request at a time, in an order that choose decides.
type world struct {
	github *fake
	racers []*racer
	choose func(options int) int
	moment int
	// steps are the requests in their order, for the message of a failure.
	steps []string
}

// gateway is a racer's way to GitHub.
type gateway struct {
	API
	r *racer
	w *world
}

func (g gateway) through(op string, effect func() error) error {
	q := request{op: op, effect: effect, answer: make(chan error)}
	g.r.ask <- q
	return <-q.answer
}

func (g gateway) Comments(ctx context.Context, _ string, _ int) (all []rest.Comment, err error) {
	err = g.through("list", func() error { all, err = g.w.github.Comments(ctx, repo, 7); return err })
	return all, err
}

func (g gateway) CreateComment(ctx context.Context, _ string, _ int, body string) (c rest.Comment, err error) {
	err = g.through("create", func() error { c, err = g.w.github.CreateComment(ctx, repo, 7, body); return err })
	return c, err
}

func (g gateway) UpdateComment(ctx context.Context, _ string, id int64, body string) (c rest.Comment, err error) {
	err = g.through("update", func() error { c, err = g.w.github.UpdateComment(ctx, repo, id, body); return err })
	return c, err
}

func (g gateway) DeleteComment(ctx context.Context, _ string, id int64) error {
	return g.through("delete", func() error { return g.w.github.DeleteComment(ctx, repo, id) })
}

func (g gateway) sleep(_ context.Context, d time.Duration) error {
	op := "pause"
	if d == settleTime {
		op = "settle"
	}
	return g.through(op, func() error { return nil })
}

// run is what a process does about its comment.
func (g gateway) run() {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	d := &delivery{
		api: g, target: target(g.r.number), options: Options{Comment: "always", Now: func() time.Time { return at }, Sleep: g.sleep},
		runtime: github.New(func(string) (string, bool) { return "", false }, io.Discard),
	}
	thread := &thread{delivery: d, login: bot, mine: newMarker(d.target, saidFail), most: longComment}
	thread.bodies = map[bool]string{false: thread.mine.String() + "text of " + fmt.Sprint(g.r.number)}
	thread.reconcile(context.Background())
	thread.settle(context.Background())
	close(g.r.ask)
}

// race runs everybody to the end.
func (w *world) race() {
	for _, r := range w.racers {
		r.ask = make(chan request)
		go gateway{r: r, w: w}.run()
		w.hear(r)
	}
	for {
		ready := w.ready()
		if len(ready) == 0 {
			return
		}
		w.let(ready[w.choose(len(ready))])
	}
}

// hear waits for the racer's next request, or its end.
func (w *world) hear(r *racer) {
	q, ok := <-r.ask
	r.pending, r.over = &q, !ok
}

func (w *world) ready() []*racer {
	var ready []*racer
	for _, r := range w.racers {
		if !r.over && (r.pending.op != "settle" || w.landed(r)) {
			ready = append(ready, r)
		}
	}
	return ready
}

// landed reports whether five seconds can be over for a run: then nobody has a
// write on its way that follows from a list made before the run's own write, or
// before it found its text in a comment that others may update.
func (w *world) landed(r *racer) bool {
	since := r.wrote
	if !r.updated {
		since = r.listed
	}
	for _, other := range w.racers {
		if other == r || other.over || other.dead {
			continue
		}
		switch other.pending.op {
		case "create", "update", "delete":
			if other.listed < since {
				return false
			}
		}
	}
	return true
}

// let lets GitHub act on the racer's request, and the racer go on.
func (w *world) let(r *racer) {
	w.moment++
	w.steps = append(w.steps, fmt.Sprintf("%d %s", r.number, r.pending.op))
	q, ends := r.pending, r.death != nil && r.asked == r.death.request
	r.asked++
	switch q.op {
	case "list":
		r.listed = w.moment
	case "create", "update", "delete":
		r.wrote = w.moment
		r.updated = r.updated || q.op == "update"
	}
	if ends && !r.death.after {
		w.end(r)
		return
	}
	err := q.effect()
	if writes := q.op == "create" || q.op == "update" || q.op == "delete"; ends && r.death.lost && writes {
		err = context.DeadlineExceeded
	} else if ends && !r.death.lost {
		w.end(r)
		return
	}
	q.answer <- err
	w.hear(r)
}

// end kills a racer: nothing that it still asks for has an effect.
func (w *world) end(r *racer) {
	r.over, r.dead = true, true
	go func(q *request) {
		q.answer <- errKilled
		for more := range r.ask {
			more.answer <- errKilled
		}
	}(r.pending)
}

// everyOrder calls try with a chooser for each way in which the choices of a
// race can go.
func everyOrder(try func(choose func(int) int)) (races int) {
	var path, options []int
	for {
		at := 0
		try(func(n int) int {
			if at == len(path) {
				path, options = append(path, 0), append(options, n)
			}
			at++
			return path[at-1]
		})
		races++
		path, options = path[:at], options[:at]
		for len(path) > 0 && path[len(path)-1] == options[len(options)-1]-1 {
			path, options = path[:len(path)-1], options[:len(options)-1]
		}
		if len(path) == 0 {
			return races
		}
		path[len(path)-1]++
	}
}
