package githubtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

const comments = app + "/issues/7/comments"

func TestFaultsThatAreAnswers(t *testing.T) {
	for _, c := range []struct {
		fault  githubtest.Fault
		status int
		word   string
		header string
	}{
		{githubtest.Fault{Kind: githubtest.Answer}, 500, "", ""},
		{githubtest.Fault{Kind: githubtest.Answer, Status: 418, Body: "tea", Headers: map[string]string{"X-Pot": "1"}}, 418, "tea", "X-Pot: 1"},
		{githubtest.Fault{Kind: githubtest.Unauthorized}, 401, "Bad credentials", ""},
		{githubtest.Fault{Kind: githubtest.Forbidden}, 403, "Resource not accessible by integration", ""},
		{githubtest.Fault{Kind: githubtest.FeatureOff}, 403, "Advanced Security must be enabled", ""},
		{githubtest.Fault{Kind: githubtest.NotFound}, 404, "Not Found", ""},
		{githubtest.Fault{Kind: githubtest.Conflict}, 409, "", ""},
		{githubtest.Fault{Kind: githubtest.TooLarge}, 413, "", ""},
		{githubtest.Fault{Kind: githubtest.Invalid}, 422, "Validation Failed", ""},
		{githubtest.Fault{Kind: githubtest.Unavailable}, 503, "", ""},
		{githubtest.Fault{Kind: githubtest.PrimaryLimit}, 403, "API rate limit exceeded", "X-RateLimit-Remaining: 0"},
		{githubtest.Fault{Kind: githubtest.SecondaryLimit}, 403, "#about-secondary-rate-limits", "Retry-After: 60"},
		{githubtest.Fault{Kind: githubtest.SecondaryLimitBare}, 403, "secondary rate limit", "Retry-After: "},
		{githubtest.Fault{Kind: githubtest.TooMany}, 429, "secondary rate limit", "Retry-After: 60"},
		{githubtest.Fault{Kind: githubtest.TooMany, Headers: map[string]string{"Retry-After": "1"}}, 429, "", "Retry-After: 1"},
		{githubtest.Fault{Kind: githubtest.HTML}, 502, "<!DOCTYPE html>", "Content-Type: text/html"},
		{githubtest.Fault{Kind: githubtest.HTML, Status: 200}, 200, "<h1>", ""},
	} {
		t.Run(string(c.fault.Kind), func(t *testing.T) {
			s := githubtest.New(t, options(t, scene()))
			s.Fail(githubtest.Match{Method: "POST"}, c.fault)
			got := ask(t, s, "POST "+comments, m{"body": "x"})
			name, value, _ := strings.Cut(c.header, ": ")
			if got.status != c.status || !strings.Contains(got.text, c.word) || name != "" && got.header.Get(name) != value {
				t.Errorf("%d %v %s", got.status, got.header, got.text)
			}
			if n := len(s.Repository("octo/app").Comments); n != 1 {
				t.Errorf("the comment was written all the same: %d", n)
			}
			s.Heal()
			if got := ask(t, s, "POST "+comments, m{"body": "x"}); got.status != 201 {
				t.Errorf("after healing: %d", got.status)
			}
		})
	}
}

func TestFaultsOfTheConnection(t *testing.T) {
	for kind, want := range map[githubtest.Kind]struct {
		written int
		halfway bool
	}{
		githubtest.Reset: {1, false}, githubtest.AppliedReset: {2, false}, githubtest.Cut: {2, true},
	} {
		t.Run(string(kind), func(t *testing.T) {
			s := githubtest.New(t, options(t, scene()))
			s.Fail(githubtest.Match{Method: "POST"}, githubtest.Fault{Kind: kind, Times: 1})
			got, err := tryAsk(t, s, "POST "+comments, m{"body": "x"})
			if err == nil || (got.status == 201) != want.halfway {
				t.Errorf("%v: %d %s", err, got.status, got.text)
			}
			if want.halfway && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("error: %v", err)
			}
			if n := len(s.Repository("octo/app").Comments); n != want.written {
				t.Errorf("%d comments, want %d", n, want.written)
			}
		})
	}
}

func TestATruncatedAnswerIsWellDelivered(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Fail(githubtest.Match{}, githubtest.Fault{Kind: githubtest.Truncated})
	got := ask(t, s, "GET "+app, nil)
	if got.status != 200 || json.Valid([]byte(got.text)) || !strings.HasPrefix(got.text, "{") {
		t.Errorf("%d %s", got.status, got.text)
	}
}

func TestASlowAnswerEndsWithTheClient(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Fail(githubtest.Match{}, githubtest.Fault{Kind: githubtest.Slow})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int)
	go func() { done <- poke(ctx, t, s, "a", "POST", comments, `{"body":"x"}`) }()
	cancel()
	if got := <-done; got != 0 {
		t.Errorf("answered %d", got)
	}
	if n := len(s.Repository("octo/app").Comments); n != 1 {
		t.Errorf("%d comments", n)
	}
}

func TestFaultsHitTheRequestsTheyAreMeantFor(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Fail(githubtest.Match{Method: "GET", Path: app + "/pulls/*"}, githubtest.Fault{Kind: githubtest.NotFound, After: 1, Times: 2})
	s.Fail(githubtest.Match{Path: "/repos/*/*/issues/**"}, githubtest.Fault{Kind: githubtest.Conflict})
	s.Fail(githubtest.Match{Agent: "other"}, githubtest.Fault{Kind: githubtest.Unavailable})
	for i, c := range []struct {
		line string
		want int
	}{
		{"GET " + app + "/pulls/7", 200}, {"GET " + app + "/pulls/7/files", 200}, {"GET " + app + "/pulls/7", 404},
		{"GET " + app + "/pulls/8", 404}, {"GET " + app + "/pulls/7", 200},
		{"GET " + app + "/issues/1", 409}, {"GET " + comments, 409}, {"GET " + app + "/issues", 200},
	} {
		if got := ask(t, s, c.line, nil); got.status != c.want {
			t.Errorf("%d. %s: %d, want %d", i, c.line, got.status, c.want)
		}
	}
	if got := ask(t, s, "GET "+app, nil, "User-Agent: other"); got.status != 503 {
		t.Errorf("by agent: %d", got.status)
	}
}

func TestAnUnknownFaultIsAnError(t *testing.T) {
	for _, f := range []githubtest.Fault{{Kind: "explode"}, {Kind: githubtest.Reset, Match: githubtest.Match{Path: "["}}} {
		scenario := scene()
		scenario.Faults = []githubtest.Fault{f}
		if s, err := githubtest.Start(options(t, scenario)); err == nil {
			s.Close()
			t.Errorf("%+v was taken", f)
		}
	}
}

func TestARedirectThatTakesTheTokenAlongIsALeak(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Fail(githubtest.Match{Path: app}, githubtest.Fault{Kind: githubtest.Redirect})
	got := ask(t, s, "GET "+app, nil)
	if got.status != http.StatusTemporaryRedirect || got.header.Get("Location") != s.OtherURL()+app {
		t.Fatalf("%d %v", got.status, got.header)
	}
	follow := func(client *http.Client, header string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+app, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set(header, "Bearer "+token)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	follow(&http.Client{}, "Authorization")
	if leaks := s.Leaks(); len(leaks) != 0 {
		t.Errorf("a plain client keeps the token: %v", leaks)
	}
	follow(&http.Client{}, "X-Token")
	// A secret that the fake does not know is one by the name of its header.
	basic, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.OtherURL()+"/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	basic.SetBasicAuth("somebody", "else")
	response, err := http.DefaultClient.Do(basic)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	naive := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}}
	follow(naive, "Authorization")
	if leaks := fmt.Sprint(s.Leaks()); leaks != "[{GET "+app+" X-Token} {GET /x Authorization} {GET "+app+" Authorization}]" {
		t.Errorf("leaks: %s", leaks)
	}
	if n := len(s.Elsewhere()); n != 4 {
		t.Errorf("%d requests elsewhere", n)
	}
}
