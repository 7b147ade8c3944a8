package rest_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"testing"

	"github.com/containergate/gate/internal/github/rest"
)

// tripper is a function as an http.RoundTripper.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// calls are all calls of a client by their names.
func calls() map[string]func(context.Context, *rest.Client) error {
	run := rest.CheckRun{Name: "gate", HeadSHA: sha1, Status: "in_progress"}
	return map[string]func(context.Context, *rest.Client) error{
		"Login":    func(ctx context.Context, c *rest.Client) error { _, err := c.Login(ctx); return err },
		"Comments": func(ctx context.Context, c *rest.Client) error { _, err := c.Comments(ctx, repo, 1); return err },
		"CreateComment": func(ctx context.Context, c *rest.Client) error {
			_, err := c.CreateComment(ctx, repo, 1, "b")
			return err
		},
		"UpdateComment": func(ctx context.Context, c *rest.Client) error {
			_, err := c.UpdateComment(ctx, repo, 1, "b")
			return err
		},
		"DeleteComment": func(ctx context.Context, c *rest.Client) error { return c.DeleteComment(ctx, repo, 1) },
		"UploadSARIF": func(ctx context.Context, c *rest.Client) error {
			_, err := c.UploadSARIF(ctx, repo, rest.Upload{Commit: sha1, Ref: "refs/heads/main", SARIF: []byte("{}")})
			return err
		},
		"SARIFStatus": func(ctx context.Context, c *rest.Client) error { _, err := c.SARIFStatus(ctx, repo, "a-b"); return err },
		"CreateCheckRun": func(ctx context.Context, c *rest.Client) error {
			_, _, err := c.CreateCheckRun(ctx, repo, run)
			return err
		},
		"UpdateCheckRun": func(ctx context.Context, c *rest.Client) error { return c.UpdateCheckRun(ctx, repo, 1, run) },
		"CreateStatus": func(ctx context.Context, c *rest.Client) error {
			return c.CreateStatus(ctx, repo, sha1, rest.Status{State: "success"})
		},
		"PullRequest": func(ctx context.Context, c *rest.Client) error { _, err := c.PullRequest(ctx, repo, 1); return err },
		"PullRequestFiles": func(ctx context.Context, c *rest.Client) error {
			_, _, err := c.PullRequestFiles(ctx, repo, 1)
			return err
		},
		"Contents": func(ctx context.Context, c *rest.Client) error {
			_, err := c.Contents(ctx, repo, ".gate.yaml", sha1)
			return err
		},
		"Commit":      func(ctx context.Context, c *rest.Client) error { _, err := c.Commit(ctx, repo, sha1); return err },
		"Repository":  func(ctx context.Context, c *rest.Client) error { _, err := c.Repository(ctx, repo); return err },
		"WorkflowRun": func(ctx context.Context, c *rest.Client) error { _, err := c.WorkflowRun(ctx, repo, 1); return err },
		"IsAncestor": func(ctx context.Context, c *rest.Client) error {
			_, err := c.IsAncestor(ctx, repo, sha1, "main")
			return err
		},
	}
}

func TestNoCallShowsTheTokenOrAPageWhateverGoesWrong(t *testing.T) {
	quoted := `{"message":"` + token + `","documentation_url":"` + token + `","errors":["` + token + `",{"message":"` + token + `","resource":"` + token + `","field":"` + token + `","code":"` + token + `"}]}`
	replies := map[string]reply{"quoted in a page": {status: 502, header: map[string]string{"Content-Type": "text/html"}, body: page}}
	for name, status := range map[string]int{
		"400": 400, "401": 401, "403": 403, "404": 404, "409": 409, "410": 410, "413": 413, "422": 422, "429": 429, "500": 500, "503": 503,
	} {
		replies[name] = reply{status: status, body: quoted}
	}
	replies["redirect"] = onward(http.StatusTemporaryRedirect, "http://"+token+":"+token+"@127.0.0.1:1/"+token+"?t="+token)
	replies["bad redirect"] = onward(http.StatusFound, "://"+token)
	replies["nonsense"] = reply{body: `{"id":"` + token + `","message":"` + token + `"}`}
	replies["cut"] = reply{body: `{"id":"` + token}
	replies["reset"] = reply{reset: true, body: token}
	for name, canned := range replies {
		for called, ask := range calls() {
			f := serve(t, canned)
			c, _ := client(t, f)
			err := ask(t.Context(), c)
			if err == nil {
				// What needs no content may get any, and a delete reads none.
				if name != "nonsense" && (name != "cut" || called != "DeleteComment") {
					t.Errorf("%s: %s succeeded", name, called)
				}
				continue
			}
			var found *rest.Error
			if !errors.As(err, &found) || found.Op == "" {
				t.Errorf("%s: %s: got %T %v", name, called, err, err)
			}
			clean(t, err)
			f.Close()
		}
	}
}

func TestNoCallShowsWhatTheConnectionKnows(t *testing.T) {
	for called, ask := range calls() {
		options := newClock().options("http://api.invalid")
		options.Transport = tripper(func(r *http.Request) (*http.Response, error) {
			return nil, errors.New("proxy http://user:password@proxy.example.com:8080/path?q=1 refused\n" + r.Header.Get("Authorization"))
		})
		err := ask(t.Context(), open(t, options))
		fails(t, err, rest.Unavailable, "http://proxy.example.com:8080 refused Bearer ***")
		if text := clean(t, err); len(text) > 200 {
			t.Errorf("%s: %s", called, text)
		}
	}
}

func TestEveryCallEndsWithItsContext(t *testing.T) {
	for called, ask := range calls() {
		f := serve(t, reply{hang: true})
		c, _ := client(t, f)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-f.arrived
			cancel()
		}()
		if err := ask(ctx, c); !isContext(err, context.Canceled) {
			t.Errorf("%s: got %v", called, err)
		}
		f.CloseClientConnections()
	}
}
