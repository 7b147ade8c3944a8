package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// drip is a body of which a byte comes after each pause, and then its end.
type drip struct {
	ctx   context.Context
	pause time.Duration
	left  int
	end   error
}

func (d *drip) Read(p []byte) (int, error) {
	if d.left == 0 {
		return 0, d.end
	}
	if err := sleep(d.ctx, d.pause); err != nil {
		return 0, err
	}
	d.left--
	p[0] = 'x'
	return 1, nil
}

func (d *drip) Close() error { return nil }

// dripping answers with a drip of unknown length, or of size.
func dripping(pause time.Duration, count int, size int64, end error) trip {
	return func(r *http.Request) (*http.Response, error) {
		body := &drip{ctx: r.Context(), pause: pause, left: count, end: end}
		return &http.Response{StatusCode: http.StatusOK, ContentLength: size, Header: http.Header{}, Body: body}, nil
	}
}

func packedFrom(next http.RoundTripper) *archive {
	return &archive{what: "archive", next: next, agent: "gate/test", bound: 1000, idle: archiveIdle}
}

var signedAddress = &url.URL{Scheme: "https", Host: "codeload.invalid", Path: "/octo/app/legacy.tar.gz/main", RawQuery: "token=SeCrEt%3D"}

// slow is a writer that takes its time.
type slow struct{ pause time.Duration }

func (w slow) Write(p []byte) (int, error) { <-time.After(w.pause); return len(p), nil }

func TestAnArchiveHasNoTimeButThatOfItsPauses(t *testing.T) {
	for name, test := range map[string]struct {
		next trip
		to   io.Writer
		took time.Duration
		idle bool
	}{
		"a slow line is waited for":   {dripping(50*time.Second, 100, -1, io.EOF), io.Discard, 5000 * time.Second, false},
		"a slow writer is waited for": {dripping(time.Second, 2, 2, io.EOF), slow{time.Hour}, 2*time.Hour + 2*time.Second, false},
		"a pause ends it":             {dripping(61*time.Second, 100, -1, io.EOF), io.Discard, time.Minute, true},
		"no answer ends it":           {never, io.Discard, time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := packedFrom(test.next).download(t.Context(), signedAddress, test.to)
				var known *Error
				if test.idle && (!errors.As(err, &known) || known.Kind != Unavailable || !strings.Contains(known.Message, "nothing for 1m0s")) || !test.idle && err != nil {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took != test.took {
					t.Errorf("it took %s, want %s", took, test.took)
				}
			})
		})
	}
}

func TestAnArchiveIsWrittenUpToItsBound(t *testing.T) {
	for name, test := range map[string]struct {
		next    trip
		written int
		kind    Kind
	}{
		"nothing":                         {dripping(0, 0, -1, io.EOF), 0, ""},
		"as much as fits":                 {dripping(0, 1000, -1, io.EOF), 1000, ""},
		"as much as fits, as promised":    {dripping(0, 1000, 1000, io.EOF), 1000, ""},
		"one byte more":                   {dripping(0, 1001, -1, io.EOF), 1000, TooLarge},
		"one byte more, as promised":      {dripping(0, 1001, 1001, io.EOF), 0, TooLarge},
		"less than promised":              {dripping(0, 5, 6, io.EOF), 5, Unavailable},
		"more than promised":              {dripping(0, 7, 6, io.EOF), 7, Unavailable},
		"broken off":                      {dripping(0, 5, -1, io.ErrUnexpectedEOF), 5, Unavailable},
		"broken off where the bound lies": {dripping(0, 1000, -1, io.ErrUnexpectedEOF), 1000, Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			err := packedFrom(test.next).download(t.Context(), signedAddress, &got)
			var known *Error
			if test.kind == "" && err != nil || test.kind != "" && (!errors.As(err, &known) || known.Kind != test.kind) {
				t.Errorf("got %v", err)
			}
			if got.Len() != test.written {
				t.Errorf("%d bytes were written, want %d", got.Len(), test.written)
			}
		})
	}
}

func TestWhatTheNetworkSaysOfAnArchiveHasNoAddress(t *testing.T) {
	for _, said := range []string{
		`Get "https://codeload.invalid/octo/app/legacy.tar.gz/main?token=SeCrEt%3D": EOF`,
		"proxy refused /octo/app/legacy.tar.gz/main?token=SeCrEt%3D",
		"query token=SeCrEt%3D refused", "bad token SeCrEt=", "no /octo/app/legacy.tar.gz/main",
	} {
		refuses := trip(func(*http.Request) (*http.Response, error) { return nil, errors.New(said) })
		err := packedFrom(refuses).download(t.Context(), signedAddress, io.Discard)
		var known *Error
		if !errors.As(err, &known) || strings.Contains(err.Error(), "SeCrEt") || strings.Contains(err.Error(), "legacy") {
			t.Errorf("%q became %v", said, err)
		}
	}
}

func TestPlainHTTPIsForArchivesOnTheSameMachine(t *testing.T) {
	for _, test := range []struct {
		home, to string
		allowed  bool
	}{
		{"https://api.github.com/", "https://codeload.github.com/x", true},
		{"https://api.github.com/", "http://codeload.github.com/x", false},
		{"https://api.github.com/", "http://127.0.0.1/x", false},
		{"http://127.0.0.1:1/", "http://localhost:2/x", true},
		{"http://[::1]:1/", "http://127.0.0.2:2/x", true},
		{"http://127.0.0.1:1/", "http://localhost.example.com/x", false},
		{"http://ghe.example.com/", "http://localhost/x", false},
		{"http://ghe.example.com/", "http://ghe.example.com/x", false},
		{"http://ghe.example.com/", "https://ghe.example.com/x", true},
		{"http://127.0.0.1:1/", "https://a:b@localhost/x", false},
	} {
		home, err := url.Parse(test.home)
		if err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(test.to)
		if err != nil {
			t.Fatal(err)
		}
		if err := archiveAllowed(originOf(home), "archive", to); (err == nil) != test.allowed {
			t.Errorf("%s to %s: %v", test.home, test.to, err)
		}
	}
}
