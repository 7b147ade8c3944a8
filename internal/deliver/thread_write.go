package deliver

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/containergate/gate/internal/github/rest"
)

// pauses are between writes that did not succeed and might with time; together
// they are longer than the minute of a secondary rate limit.
func pauses() []time.Duration {
	return []time.Duration{2 * time.Second, 8 * time.Second, 30 * time.Second, 60 * time.Second}
}

// write makes one write within its time, and says whether another round can
// help. ours is set when it writes our own text.
func (t *thread) write(ctx context.Context, ours bool, do func(context.Context) error) (done bool, err error) {
	bounded, cancel := context.WithTimeout(ctx, writeTime)
	err = do(bounded)
	cancel()
	t.last = t.options.Now()
	if err == nil {
		t.wrote, t.failed = t.wrote || ours, 0
		return false, nil
	}
	switch {
	case ctx.Err() != nil:
		return true, err
	case kindOf(err) == rest.Invalid && ours && t.most > shortComment && strings.Contains(strings.ToLower(err.Error()), "too long"):
		t.most, t.bodies = shortComment, nil
		_ = t.body()
		return false, err
	case !passing(err) || t.failed == len(pauses()):
		return true, err
	}
	// It may have arrived all the same, now or later.
	t.exposed = true
	t.failed++
	if slept := t.options.Sleep(ctx, pauses()[t.failed-1]); slept != nil {
		return true, err
	}
	return false, err
}

// passing reports whether an error may be over after a while.
func passing(err error) bool {
	kind := kindOf(err)
	return kind == rest.Unavailable || kind == rest.RateLimited || kind == rest.Conflict || errors.Is(err, context.DeadlineExceeded)
}

// expose asks for one more look, five seconds from now or from the last write.
func (t *thread) expose() {
	if !t.exposed {
		t.exposed, t.last = true, t.options.Now()
	}
}

// settle looks at the comment once more, when every older run's update that
// was on its way has arrived.
func (t *thread) settle(ctx context.Context) {
	for range settles {
		if !t.exposed || t.ended {
			return
		}
		t.exposed = false
		if wait := settleTime - t.options.Now().Sub(t.last); wait > 0 {
			if err := t.options.Sleep(ctx, wait); err != nil {
				return
			}
		}
		t.reconcile(ctx)
	}
}
