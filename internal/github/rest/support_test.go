package rest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/github/rest"
)

const (
	token = "ghs_TheSecretOfTheTests0123456789"
	repo  = "octo/app"
	sha1  = "1111111111111111111111111111111111111111"
	sha2  = "2222222222222222222222222222222222222222"
)

// reply is one answer of a server.
type reply struct {
	status int
	header map[string]string
	body   string
	// reset closes the connection: after reading the request, or with body in
	// the middle of the answer.
	reset bool
	// hang never answers.
	hang bool
}

// asked is one request that arrived.
type asked struct {
	method, path, query, body string
	header                    http.Header
}

// fake answers request after request; the last reply is for all that follow.
type fake struct {
	*httptest.Server
	mu      sync.Mutex
	replies []reply
	asked   []asked
	arrived chan struct{}
}

func serve(t *testing.T, replies ...reply) *fake {
	t.Helper()
	f := &fake{replies: replies, arrived: make(chan struct{}, 1000)}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.asked = append(f.asked, asked{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header.Clone()})
	next := f.replies[0]
	if len(f.replies) > 1 {
		f.replies = f.replies[1:]
	}
	f.mu.Unlock()
	f.arrived <- struct{}{}
	switch {
	case next.hang:
		<-r.Context().Done()
		return
	case next.reset:
		hijack(w, next.body)
		return
	}
	if w.Header().Set("Content-Type", "application/json; charset=utf-8"); next.status == 0 {
		next.status = http.StatusOK
	}
	for name, value := range next.header {
		w.Header().Set(name, strings.ReplaceAll(value, "SELF", f.URL))
	}
	w.WriteHeader(next.status)
	_, _ = io.WriteString(w, next.body)
}

// hijack resets the connection, after a part of an answer when there is one.
func hijack(w http.ResponseWriter, part string) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if part != "" {
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"+part)
	} else if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}

func (f *fake) requests() []asked {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]asked(nil), f.asked...)
}

// wants fails unless exactly n requests arrived.
func (f *fake) wants(t *testing.T, n int) {
	t.Helper()
	if got := f.requests(); len(got) != n {
		t.Errorf("%d requests arrived, want %d: %v", len(got), n, got)
	}
}

// clock stands still but for the waits.
type clock struct {
	at    time.Time
	waits []time.Duration
}

func newClock() *clock { return &clock{at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.waits, c.at = append(c.waits, d), c.at.Add(d)
	return ctx.Err()
}

func (c *clock) options(address string) rest.Options {
	return rest.Options{APIURL: address, Token: token, UserAgent: "gate/test", Now: c.now, Sleep: c.sleep}
}

func open(t *testing.T, options rest.Options) *rest.Client {
	t.Helper()
	client, err := rest.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// client asks f with a clock of its own.
func client(t *testing.T, f *fake) (*rest.Client, *clock) {
	t.Helper()
	c := newClock()
	return open(t, c.options(f.URL)), c
}

// fails checks an error's kind, and that it is one clean line without the token.
func fails(t *testing.T, err error, kind rest.Kind, parts ...string) *rest.Error {
	t.Helper()
	var found *rest.Error
	if !errors.As(err, &found) {
		t.Fatalf("got %v (%T), want an error of the kind %s", err, err, kind)
	}
	if found.Kind != kind {
		t.Errorf("got the kind %s, want %s: %v", found.Kind, kind, err)
	}
	text := clean(t, err)
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not say %q", text, part)
		}
	}
	return found
}

func clean(t *testing.T, err error) string {
	t.Helper()
	text := err.Error()
	for wrapped := err; wrapped != nil; wrapped = errors.Unwrap(wrapped) {
		if strings.Contains(wrapped.Error(), token) {
			t.Errorf("the error holds the token: %q", wrapped)
		}
	}
	if strings.ContainsAny(text, "\n\r\x1b\u202e") || len(text) > 2000 {
		t.Errorf("the error is not one clean line: %q", text)
	}
	return text
}
