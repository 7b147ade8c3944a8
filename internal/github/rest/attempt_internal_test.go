package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func request(ctx context.Context, t *testing.T, method string, size int) *http.Request {
	t.Helper()
	made, err := http.NewRequestWithContext(ctx, method, "http://api.invalid/", bytes.NewReader(make([]byte, size)))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// try sends a request and reads the answer twice, as the transports do.
func try(chain http.RoundTripper, r *http.Request) ([]byte, error) {
	response, err := chain.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	first, second := content(response), content(response)
	if !bytes.Equal(first, second) {
		return nil, errors.New("the second reading differs")
	}
	return second, nil
}

// never answers until its context ends.
func never(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestATryEndsAfterItsOwnTime(t *testing.T) {
	for name, test := range map[string]struct {
		size int
		want time.Duration
	}{
		"without a body": {0, 30 * time.Second},
		"a small upload": {1000, 30 * time.Second},
		"a large upload": {10 << 20, 190 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				_, err := try(&attempt{next: trip(never), time: attemptTime}, request(t.Context(), t, http.MethodPost, test.size))
				var slow *Error
				if !errors.As(err, &slow) || slow.Kind != Unavailable || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took != test.want {
					t.Errorf("it took %s, want %s", took, test.want)
				}
			})
		})
	}
}

func TestATryEndsWithAnEarlierContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := try(&attempt{next: trip(never), time: attemptTime}, request(ctx, t, http.MethodGet, 0))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestASlowReadIsRepeatedAndASlowCreationIsNot(t *testing.T) {
	for method, want := range map[string]int{http.MethodGet: 3, http.MethodPost: 1} {
		synctest.Test(t, func(t *testing.T) {
			tries := 0
			next := trip(func(r *http.Request) (*http.Response, error) { tries++; return never(r) })
			chain := &retry{next: &attempt{next: next, time: attemptTime}, now: time.Now, sleep: sleep}
			ctx := context.WithValue(t.Context(), callKey{}, &call{left: defaultPatience})
			began := time.Now()
			if _, err := try(chain, request(ctx, t, method, 0)); err == nil {
				t.Error("succeeded")
			}
			// The patience of 90 seconds ends within the third try.
			if tries != want || time.Since(began) > 95*time.Second {
				t.Errorf("%s: %d tries in %s", method, tries, time.Since(began))
			}
		})
	}
}

func TestAnAnswerIsReadUpToItsBound(t *testing.T) {
	answer := func(size int) trip {
		return func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(strings.Repeat("x", size)))}, nil
		}
	}
	ctx := context.WithValue(t.Context(), callKey{}, &call{bound: 1000, left: defaultPatience})
	tries := 0
	for size, fits := range map[int]bool{0: true, 1000: true, 1001: false, 5000: false} {
		counting := trip(func(r *http.Request) (*http.Response, error) { tries++; return answer(size)(r) })
		chain := &retry{next: &attempt{next: counting, time: attemptTime}, now: time.Now, sleep: func(context.Context, time.Duration) error { return nil }}
		tries = 0
		get := request(ctx, t, http.MethodGet, 0)
		get.Header.Set("Accept", "application/vnd.github.raw+json")
		got, err := try(chain, get)
		var large *Error
		switch {
		case fits && (err != nil || len(got) != size):
			t.Errorf("%d: got %v", size, err)
		case !fits && (!errors.As(err, &large) || large.Kind != TooLarge):
			t.Errorf("%d: got %v", size, err)
		case tries != 1:
			t.Errorf("%d: %d tries", size, tries)
		}
	}
}

func TestTheRealSleepEndsEarlyWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := sleep(t.Context(), time.Hour); err != nil || time.Since(began) != time.Hour {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began = time.Now()
		if err := sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
	})
}

// endless counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) { e.read += len(p); return len(p), nil }

func TestAnAnswerWithoutEndIsNotReadToTheEnd(t *testing.T) {
	source := &endless{}
	next := trip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(io.LimitReader(source, 1<<30))}, nil
	})
	ctx := context.WithValue(t.Context(), callKey{}, &call{bound: 1 << 20})
	_, err := try(&attempt{next: next, time: attemptTime}, request(ctx, t, http.MethodGet, 0))
	var large *Error
	if !errors.As(err, &large) || large.Kind != TooLarge || source.read > 4<<20 {
		t.Errorf("read %d bytes: %v", source.read, err)
	}
}

func TestTheDefaultTransportObeysTheProxyVariables(t *testing.T) {
	made, ok := defaultTransport().(*http.Transport)
	if !ok || made == http.DefaultTransport || made.Proxy == nil || made.TLSClientConfig != nil && made.TLSClientConfig.RootCAs != nil {
		t.Errorf("got %#v", made)
	}
}
