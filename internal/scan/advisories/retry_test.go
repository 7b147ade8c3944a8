package advisories

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

func TestTheWaitsGrowAndFollowTheServer(t *testing.T) {
	for name, tt := range map[string]struct {
		ways []way
		want []time.Duration
	}{
		"growing":            {repeat(3, status(503, "")), []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}},
		"seconds":            {[]way{status(429, "30")}, []time.Duration{30 * time.Second}},
		"a date":             {[]way{status(503, "Thu, 01 Oct 2026 12:00:45 GMT")}, []time.Duration{45 * time.Second}},
		"a date in the past": {[]way{status(503, "Thu, 01 Oct 2026 11:00:00 GMT")}, []time.Duration{time.Second}},
		"nonsense":           {[]way{status(503, "-7"), status(503, "soon")}, []time.Duration{time.Second, 2 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRogue(t, packed(t))
			s.listing = tt.ways
			clock := newClock()
			changed, err := keeper(clock).Update(t.Context(), gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()})
			if err != nil || !changed {
				t.Errorf("update = %v, %v", changed, err)
			}
			if got := clock.sleeps(); !slices.Equal(got, tt.want) {
				t.Errorf("slept %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAServerThatWantsTooMuchTimeIsNotWaitedFor(t *testing.T) {
	for _, after := range []string{"600", "3600", "99999999999999999999", "Fri, 02 Oct 2026 12:00:00 GMT"} {
		s := newRogue(t, packed(t))
		s.listing = repeat(10, status(503, after))
		clock := newClock()
		_, err := keeper(clock).Update(t.Context(), gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()})
		waited := clock.Now().Sub(newClock().Now())
		if !errors.Is(err, ErrFetch) || waited > time.Minute {
			t.Errorf("Retry-After %s: error = %v after %v", after, err, waited)
		}
	}
}

func TestAFetchEndsAtItsDeadlineThoughThereIsProgress(t *testing.T) {
	archive := packed(t)
	s := newRogue(t, archive)
	clock := newClock()
	slow := func(w http.ResponseWriter, r *http.Request, body []byte) {
		clock.advance(4 * time.Minute)
		cut(10)(w, r, body)
	}
	s.files = repeat(100, slow)
	_, err := keeper(clock).Update(t.Context(), gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()})
	if asked := len(s.ranges()); !errors.Is(err, ErrFetch) || asked < 7 || asked > 9 {
		t.Errorf("error = %v after %d requests", err, asked)
	}
}

// alarms go off for one kind of wait as soon as a server is silent.
func alarms(silent <-chan struct{}, kind func(time.Duration) bool) func(time.Duration, func()) func() bool {
	return func(d time.Duration, f func()) func() bool {
		stop := make(chan struct{})
		if kind(d) {
			go func() {
				select {
				case <-silent:
					f()
				case <-stop:
				}
			}()
		}
		return sync.OnceValue(func() bool { close(stop); return true })
	}
}

func TestAServerThatFallsSilentIsAskedForTheRest(t *testing.T) {
	archive := packed(t)
	for name, sent := range map[string]int{"before its answer": 0, "in the middle": len(archive) / 2} {
		t.Run(name, func(t *testing.T) {
			s := newRogue(t, archive)
			silent := make(chan struct{})
			s.files = []way{func(w http.ResponseWriter, r *http.Request, body []byte) {
				w.Header().Set("Content-Length", fmt.Sprint(len(body)))
				if sent > 0 {
					_, _ = w.Write(body[:sent])
					if flusher, ok := w.(http.Flusher); ok {
						flusher.Flush()
					}
				}
				close(silent)
				<-r.Context().Done()
			}}
			k := keeper(newClock())
			once := &sync.Once{}
			k.Alarm = alarms(silent, func(d time.Duration) bool { return d == stallTime })
			inner := k.Alarm
			// It goes off for the first try only.
			k.Alarm = func(d time.Duration, f func()) func() bool { return inner(d, func() { once.Do(f) }) }
			if _, err := k.Update(t.Context(), gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()}); err != nil {
				t.Fatal(err)
			}
			if got := s.ranges(); len(got) != 2 {
				t.Errorf("ranges = %q", got)
			}
		})
	}
}

func TestASilentServerIsGivenUpWithTheReason(t *testing.T) {
	silent := make(chan struct{})
	close(silent)
	for name, tt := range map[string]struct {
		kind func(time.Duration) bool
		says string
	}{
		"nothing comes": {func(d time.Duration) bool { return d == stallTime }, "nothing came for 60 seconds"},
		"no time left":  {func(d time.Duration) bool { return d > stallTime }, "took more than 30 minutes"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRogue(t, nil)
			s.listing = repeat(10, func(_ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() })
			k := keeper(newClock())
			k.Alarm = alarms(silent, tt.kind)
			_, err := k.Update(t.Context(), gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()})
			if !errors.Is(err, ErrFetch) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error = %v", err)
			}
		})
	}
}

func TestACancelledFetchEndsAtOnce(t *testing.T) {
	s := newRogue(t, packed(t))
	ctx, cancel := context.WithCancel(t.Context())
	s.files = []way{func(_ http.ResponseWriter, r *http.Request, _ []byte) {
		cancel()
		<-r.Context().Done()
	}}
	_, err := keeper(newClock()).Open(ctx, gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()})
	if !errors.Is(err, context.Canceled) || len(s.ranges()) != 1 {
		t.Errorf("error = %v", err)
	}
}
