package rest_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

func isContext(err, want error) bool {
	var named *rest.Error
	return errors.Is(err, want) && !errors.As(err, &named)
}

const page = "<!DOCTYPE html><html><title>Unicorn! " + token + "</title></html>"

// passing are failures that pass by themselves.
func passing() map[string]reply {
	web := map[string]string{"Content-Type": "text/html; charset=utf-8"}
	return map[string]reply{
		"500":                    {status: 500, body: `{"message":"Server Error"}`},
		"502 as a page":          {status: 502, header: web, body: page},
		"503":                    {status: 503, body: `{"message":"Service unavailable"}`},
		"504":                    {status: 504, body: ``},
		"a reset":                {reset: true},
		"a reset in the answer":  {reset: true, body: `{"id":`},
		"a page that says 200":   {header: web, body: page},
		"half an answer":         {body: `{"id":7,"login":"x"`},
		"an empty answer":        {body: ``},
		"a page without a label": {body: "\n" + page},
		"an answer that is null": {body: `null`},
	}
}

func TestAFailureThatPassesIsRepeatedWhereThatIsSafe(t *testing.T) {
	for name, first := range passing() {
		t.Run(name, func(t *testing.T) {
			good := reply{body: `{"id":7,"login":"octocat"}`}
			f := serve(t, first, first, good)
			c, watch := client(t, f)
			if login, err := c.Login(t.Context()); err != nil || login != "octocat" {
				t.Errorf("GET: got %q, %v", login, err)
			}
			f.wants(t, 3)
			if diff := cmp.Diff([]time.Duration{time.Second, 2 * time.Second}, watch.waits); diff != "" {
				t.Errorf("the waits are wrong: %s", diff)
			}

			f = serve(t, first, good)
			c, _ = client(t, f)
			if changed, err := c.UpdateComment(t.Context(), repo, 7, "new text"); err != nil || changed.ID != 7 {
				t.Errorf("PATCH: got %v, %v", changed, err)
			}
			if got := f.requests(); len(got) != 2 || got[1].body != got[0].body || !strings.Contains(got[1].body, "new text") {
				t.Errorf("PATCH: got %v", got)
			}
		})
	}
}

func TestWhatMakesSomethingNewIsNotRepeatedOnceItWasSent(t *testing.T) {
	for name, first := range passing() {
		t.Run(name, func(t *testing.T) {
			f := serve(t, first, reply{status: 201, body: `{"id":7}`})
			c, watch := client(t, f)
			_, err := c.CreateComment(t.Context(), repo, 1, "body")
			fails(t, err, rest.Unavailable, "create comment: ")
			f.wants(t, 1)
			if len(watch.waits) != 0 {
				t.Errorf("it waited %v", watch.waits)
			}
		})
	}
}

func TestADeleteIsRepeated(t *testing.T) {
	f := serve(t, reply{status: 502}, reply{status: http.StatusNoContent})
	c, _ := client(t, f)
	if err := c.DeleteComment(t.Context(), repo, 7); err != nil {
		t.Error(err)
	}
	f.wants(t, 2)
}

func TestAnnotationsAreNotSentTwice(t *testing.T) {
	f := serve(t, reply{status: 502}, reply{body: `{"id":7}`})
	c, _ := client(t, f)
	run := rest.CheckRun{Name: "gate", Annotations: []rest.CheckAnnotation{{Path: "a", Level: "notice", Message: "m"}}}
	fails(t, c.UpdateCheckRun(t.Context(), repo, 7, run), rest.Unavailable)
	f.wants(t, 1)
	run.Annotations = nil
	f.replies = []reply{{status: 502}, {body: `{"id":7}`}}
	if err := c.UpdateCheckRun(t.Context(), repo, 7, run); err != nil {
		t.Error(err)
	}
	f.wants(t, 3)
}

func TestAnApiThatIsDownIsGivenUp(t *testing.T) {
	f := serve(t, reply{status: 503, body: `{"message":"No server is currently available"}`})
	c, watch := client(t, f)
	_, err := c.Login(t.Context())
	found := fails(t, err, rest.Unavailable, "GitHub answered 503: No server is currently available")
	if found.Status != 503 {
		t.Errorf("the status is %d", found.Status)
	}
	f.wants(t, 5)
	if diff := cmp.Diff([]time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}, watch.waits); diff != "" {
		t.Error(diff)
	}
}

func TestPatienceBoundsTheRepeatsOfOneCall(t *testing.T) {
	for patience, want := range map[time.Duration]int{-1: 1, time.Second: 2, 2 * time.Second: 2, 3 * time.Second: 3} {
		f := serve(t, reply{status: 500, body: `{"message":"x"}`})
		options := newClock().options(f.URL)
		options.Patience = patience
		_, err := open(t, options).Login(t.Context())
		fails(t, err, rest.Unavailable)
		f.wants(t, want)
	}
}

func TestTheTimeOfSlowFailuresUsesUpThePatience(t *testing.T) {
	watch, tries := newClock(), 0
	options := watch.options("http://api.invalid")
	options.Transport = tripper(func(*http.Request) (*http.Response, error) {
		tries++
		watch.at = watch.at.Add(40 * time.Second)
		return nil, errors.New("connection reset by peer")
	})
	_, err := open(t, options).Login(t.Context())
	fails(t, err, rest.Unavailable, "connection reset by peer")
	// 90 seconds: 40 and 1, 40 and 2, and then there are 7 left.
	if tries != 3 {
		t.Errorf("tried %d times", tries)
	}
}

func TestWithoutAConnectionEvenACreationIsRepeated(t *testing.T) {
	f := serve(t, reply{status: 201, body: `{"id":7}`})
	refusals := 2
	options := newClock().options(f.URL)
	options.Transport = &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if refusals--; refusals >= 0 {
			return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("connection refused")}
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	made, err := open(t, options).CreateComment(t.Context(), repo, 1, "body")
	if err != nil || made.ID != 7 {
		t.Errorf("got %v, %v", made, err)
	}
	f.wants(t, 1)
}

func TestNobodyListeningIsSaidInWordsWithoutTheAddressOfTheRequest(t *testing.T) {
	f := serve(t, reply{})
	f.Close()
	c, watch := client(t, f)
	_, err := c.Contents(t.Context(), repo, "secret-name", "main")
	found := fails(t, err, rest.Unavailable, "connection refused")
	if found.Status != 0 || strings.Contains(err.Error(), "ref=main") || strings.Contains(err.Error(), "GET") {
		t.Errorf("got %v", err)
	}
	if len(watch.waits) != 4 {
		t.Errorf("it waited %v", watch.waits)
	}
}

func TestACertificateThatNobodyVouchesForIsNotTriedAgain(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = quiet()
	secure.StartTLS()
	t.Cleanup(secure.Close)
	watch := newClock()
	options := watch.options(secure.URL)
	options.Transport = &http.Transport{}
	_, err := open(t, options).Login(t.Context())
	fails(t, err, rest.Unavailable, "certificate")
	if len(watch.waits) != 0 {
		t.Errorf("it waited %v", watch.waits)
	}
}

func TestASlowAnswerEndsWithTheContext(t *testing.T) {
	for name, ask := range map[string]func(context.Context, *rest.Client) error{
		"read": func(ctx context.Context, c *rest.Client) error { _, err := c.Login(ctx); return err },
		"create": func(ctx context.Context, c *rest.Client) error {
			_, err := c.CreateComment(ctx, repo, 1, "b")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, reply{hang: true})
			c, watch := client(t, f)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-f.arrived
				cancel()
			}()
			if err := ask(ctx, c); !isContext(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			f.wants(t, 1)
			if len(watch.waits) != 0 {
				t.Errorf("it waited %v", watch.waits)
			}
		})
	}
}

func TestACancelledWaitEndsTheCall(t *testing.T) {
	for name, first := range map[string]reply{
		"for a repeat": {status: 502},
		"for a limit":  {status: 429, body: `{"message":"x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, first)
			ctx, cancel := context.WithCancel(t.Context())
			options := newClock().options(f.URL)
			options.Sleep = func(ctx context.Context, _ time.Duration) error {
				cancel()
				return ctx.Err()
			}
			if _, err := open(t, options).Login(ctx); !isContext(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			f.wants(t, 1)
		})
	}
}
