package advisories

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// testClock is a clock that only moves when somebody sleeps.
type testClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *testClock {
	return &testClock{now: time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)}
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *testClock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

func (c *testClock) sleeps() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.slept...)
}

// keeper is one whose waits take no time.
func keeper(c *testClock) Keeper {
	return Keeper{Now: c.Now, Sleep: c.sleep, Alarm: func(time.Duration, func()) func() bool { return func() bool { return true } }}
}

// way is how a rogue answers one request.
type way func(w http.ResponseWriter, r *http.Request, body []byte)

// rogue is a mirror that misbehaves: for each of its two files it goes through a
// list of ways, and answers rightly after them.
type rogue struct {
	*httptest.Server
	archive []byte
	built   string
	sum     string

	mu             sync.Mutex
	listing, files []way
	asked          []http.Header
	listed         int
}

func newRogue(t *testing.T, archive []byte) *rogue {
	t.Helper()
	sum := sha256.Sum256(archive)
	s := &rogue{archive: archive, built: "2026-09-29T00:00:00Z", sum: "sha256:" + hex.EncodeToString(sum[:])}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *rogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	body, ways := s.archive, &s.files
	if strings.HasSuffix(r.URL.Path, "latest.json") {
		s.listed++
		ways = &s.listing
		body = fmt.Appendf(nil, `{"status":"active","schemaVersion":"6.1.10","built":%q,"path":"db.tar.zst","checksum":%q}`, s.built, s.sum)
	} else {
		s.asked = append(s.asked, r.Header.Clone())
	}
	next := right
	if len(*ways) > 0 {
		next, *ways = (*ways)[0], (*ways)[1:]
	}
	s.mu.Unlock()
	next(w, r, body)
}

// ranges are the Range headers of the requests for the archive so far.
func (s *rogue) ranges() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, h := range s.asked {
		out = append(out, h.Get("Range"))
	}
	return out
}

func right(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("ETag", `"one"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// cut promises the rest and breaks off after some bytes of it.
func cut(n int) way {
	return func(w http.ResponseWriter, r *http.Request, body []byte) {
		var from int
		if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from); err == nil {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(body)-1, len(body)))
			w.Header().Set("ETag", `"one"`)
			w.Header().Set("Content-Length", fmt.Sprint(len(body)-from))
			w.WriteHeader(http.StatusPartialContent)
		} else {
			w.Header().Set("ETag", `"one"`)
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		}
		_, _ = w.Write(body[from:min(from+n, len(body))])
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		panic(http.ErrAbortHandler)
	}
}

// short delivers only the beginning, and says that it is all.
func short(n int) way {
	return func(w http.ResponseWriter, r *http.Request, body []byte) { right(w, r, body[:n]) }
}

func deaf(w http.ResponseWriter, _ *http.Request, body []byte) { _, _ = w.Write(body) }

func reset(http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) }

func page(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = w.Write([]byte("<!DOCTYPE html><title>Sign in</title>"))
}

// other sends bytes of the right length that are not the right ones.
func other(w http.ResponseWriter, r *http.Request, body []byte) {
	right(w, r, bytes.Repeat([]byte{'x'}, len(body)))
}

// elsewhere answers a question for a part with another part.
func elsewhere(w http.ResponseWriter, _ *http.Request, body []byte) {
	w.Header().Set("Content-Range", fmt.Sprintf("bytes 1-%d/%d", len(body)-1, len(body)))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = w.Write(body[1:])
}

// changed is another file of the same name, with a tag of its own.
func changed(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("ETag", `"two"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// status answers with a status, and with a time to come back unless it is empty.
func status(code int, after string) way {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(code)
	}
}

// repeat is a way gone many times.
func repeat(n int, w way) []way {
	out := make([]way, n)
	for i := range out {
		out[i] = w
	}
	return out
}

// packed is an archive of the examples' database.
func packed(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "db.tar.zst")
	if err := pack(t.Context(), filepath.Join(dirOf(t), "vulnerability.db"), file); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// schema7 is the listing of a time to come.
func schema7(w http.ResponseWriter, _ *http.Request, body []byte) {
	_, _ = w.Write(bytes.Replace(body, []byte("6.1.10"), []byte("7.0.0"), 1))
}

// unaware sends a part of another file of the same name, whatever it is asked.
func unaware(w http.ResponseWriter, r *http.Request, body []byte) {
	r.Header.Del("If-Range")
	changed(w, r, body)
}
