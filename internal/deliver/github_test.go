package deliver

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

const token = "ghs_a-token-that-nobody-may-see"

// described loads GitHub's description once for all tests; it is only read.
var described = sync.OnceValues(githubtest.FindDescription)

// scene is a repository with an open pull request.
func scene() githubtest.Scenario {
	base, head, merge := githubtest.SHA("base"), githubtest.SHA("head"), githubtest.SHA("merge")
	return githubtest.Scenario{
		Tokens: map[string]githubtest.Token{token: githubtest.ActionsToken()},
		Repositories: []githubtest.Repository{{
			Name:     repo,
			Branches: map[string]string{"main": base},
			Commits: []githubtest.Commit{
				{SHA: base, Files: map[string]string{"Dockerfile": "FROM debian:12\n"}},
				{SHA: head, Parents: []string{base}, Changed: map[string]string{"new": "n"}},
				{SHA: merge, Parents: []string{base, head}, Changed: map[string]string{"new": "n"}},
			},
			Pulls:    []githubtest.Pull{{Number: 7, Author: "mona", MergeSHA: merge, Head: githubtest.Side{Ref: "topic", SHA: head}}},
			Comments: []githubtest.Comment{{ID: 500, Issue: 7, Author: "mona", Body: "hello"}},
		}},
	}
}

func serve(t *testing.T, scenario githubtest.Scenario) *githubtest.Server {
	t.Helper()
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	s := githubtest.New(t, githubtest.Options{Scenario: scenario, Description: description})
	if !s.Validates() {
		t.Log("GitHub's description is not beside the project: requests are not checked against it")
	}
	return s
}

func client(t *testing.T, s *githubtest.Server, c *clock, agent string, transport http.RoundTripper) *rest.Client {
	t.Helper()
	made, err := rest.New(rest.Options{APIURL: s.URL(), Token: token, UserAgent: agent, Now: c.now, Sleep: c.sleep, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// inScene is the target of a run of the scene's pull request.
func inScene(run int64) Target {
	t := target(run)
	t.HeadSHA, t.Commit = githubtest.SHA("head"), githubtest.SHA("merge")
	return t
}

func TestEverythingArrives(t *testing.T) {
	s, c := serve(t, scene()), newClock()
	result := Deliver(t.Context(), failing(), inScene(10), client(t, s, c, "gate", nil), newRunner(t).Runtime, everything(c))
	r := s.Repository(repo)
	if len(r.Comments) != 2 || len(r.Uploads) != 1 || len(r.CheckRuns) != 1 || len(r.Statuses) != 1 {
		t.Fatalf("%d comments, %d uploads, %d check runs, %d statuses; %s", len(r.Comments), len(r.Uploads), len(r.CheckRuns), len(r.Statuses), messages(result))
	}
	if r.CheckRuns[0].Conclusion != "failure" || r.Statuses[0].State != "failure" || len(r.Alerts) != 1 {
		t.Errorf("check %+v, status %+v, alerts %d", r.CheckRuns[0], r.Statuses[0], len(r.Alerts))
	}
	if result.CommentURL == "" || len(result.SARIFIDs) != 1 || result.CheckRunURL == "" || len(result.Notices) != 1 {
		t.Errorf("result = %+v", result)
	}
	Deliver(t.Context(), clean(), inScene(11), client(t, s, c, "gate", nil), nil, everything(c))
	if r = s.Repository(repo); len(r.Comments) != 2 || !strings.Contains(r.Comments[1].Body, "said=resolved") || len(r.Uploads) != 2 {
		t.Errorf("after a fix: %d comments, %d uploads", len(r.Comments), len(r.Uploads))
	}
}

// place is a request at which GitHub can fail, and the words that tell so.
type place struct {
	name, method, path, words string
}

func places() []place {
	const issue, one = "/repos/octo/shop/issues/7/comments", "/repos/octo/shop/issues/comments/*"
	return []place{
		{"the list of comments", "GET", issue, "The comment on the pull request was not written"},
		{"a new comment", "POST", issue, "The comment on the pull request was not written"},
		{"a changed comment", "PATCH", one, "The comment on the pull request was not written"},
		{"an upload", "POST", "/repos/octo/shop/code-scanning/sarifs", "The results were not uploaded"},
		{"its processing", "GET", "/repos/octo/shop/code-scanning/sarifs/*", "Code scanning took the results"},
		{"a check run", "POST", "/repos/octo/shop/check-runs", "The check run was not made"},
		{"a status", "POST", "/repos/octo/shop/statuses/*", "The commit status was not set"},
	}
}

func faults() []githubtest.Kind {
	return []githubtest.Kind{
		githubtest.Answer, githubtest.Unauthorized, githubtest.Forbidden, githubtest.FeatureOff, githubtest.NotFound, githubtest.Conflict,
		githubtest.TooLarge, githubtest.Invalid, githubtest.Unavailable, githubtest.PrimaryLimit, githubtest.SecondaryLimit,
		githubtest.SecondaryLimitBare, githubtest.TooMany, githubtest.Slow, githubtest.Reset, githubtest.AppliedReset, githubtest.Cut,
		githubtest.HTML, githubtest.Truncated, githubtest.Redirect,
	}
}

// impatient gives up requests of one kind soon, as the client would late.
type impatient struct{ place }

func (i impatient) RoundTrip(request *http.Request) (*http.Response, error) {
	if ok, _ := path.Match(i.path, request.URL.Path); !ok || request.Method != i.method {
		return http.DefaultTransport.RoundTrip(request)
	}
	ctx, cancel := context.WithTimeout(request.Context(), 50*time.Millisecond)
	defer cancel()
	return http.DefaultTransport.RoundTrip(request.WithContext(ctx))
}

func TestWhateverGitHubAnswersTheRestIsDeliveredAndTheReasonSaid(t *testing.T) {
	for _, p := range places() {
		for _, kind := range faults() {
			t.Run(p.name+", "+string(kind), func(t *testing.T) {
				s, c, run, report := serve(t, scene()), newClock(), newRunner(t), failing()
				if p.method == "PATCH" {
					s.Change(repo, func(r *githubtest.Repository) {
						r.Comments = append(r.Comments, githubtest.Comment{Issue: 7, Author: bot, Body: newMarker(inScene(5), saidFail).String()})
					})
				}
				s.Fail(githubtest.Match{Method: p.method, Path: p.path}, githubtest.Fault{Kind: kind})
				var transport http.RoundTripper
				if kind == githubtest.Slow {
					transport = impatient{p}
				}
				o := everything(c)
				o.RequireUpload = true
				result := Deliver(t.Context(), report, inScene(10), client(t, s, c, "gate", transport), run.Runtime, o)
				arrived := p.name == "a new comment" && (kind == githubtest.AppliedReset || kind == githubtest.Cut || kind == githubtest.Truncated)
				if arrived == strings.Contains(messages(result), p.words) {
					t.Errorf("notices:\n%s", messages(result))
				}
				if missed := p.name == "an upload"; missed != (len(result.Missed) > 0) {
					t.Errorf("missed %q", result.Missed)
				}
				if !reflect.DeepEqual(report, failing()) {
					t.Error("the report was changed")
				}
				othersArrived(t, s, p)
				summary, _ := os.ReadFile(run.summary)
				if everywhere := fmt.Sprintf("%+v", result) + run.log.String() + string(summary); strings.Contains(everywhere, token) || len(s.Leaks()) > 0 {
					t.Errorf("the token is told: %s", everywhere)
				}
			})
		}
	}
}

// othersArrived holds that what did not fail was delivered.
func othersArrived(t *testing.T, s *githubtest.Server, failed place) {
	t.Helper()
	r := s.Repository(repo)
	var bodies []string
	for _, c := range r.Comments {
		bodies = append(bodies, c.Body)
	}
	for _, check := range []struct {
		words   string
		arrived bool
	}{
		{"The comment", strings.Contains(strings.Join(bodies, "\n"), " run=10 ")},
		{"The results", len(r.Uploads) == 1},
		{"The check run", len(r.CheckRuns) == 1},
		{"The commit status", len(r.Statuses) == 1},
	} {
		if !strings.HasPrefix(failed.words, check.words) && !check.arrived {
			t.Errorf("%s is missing too", check.words)
		}
	}
}

func TestStatesOfARepository(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*githubtest.Scenario)
		want string
	}{
		"a locked conversation":      {func(s *githubtest.Scenario) { s.Repositories[0].Pulls[0].Locked = true }, "the conversation is locked"},
		"an archived repository":     {func(s *githubtest.Scenario) { s.Repositories[0].Archived = true }, "the repository is archived"},
		"a deleted pull request":     {func(s *githubtest.Scenario) { s.Repositories[0].Pulls = nil }, "The pull request may have been deleted"},
		"no Advanced Security":       {func(s *githubtest.Scenario) { s.Repositories[0].NoAdvancedSecurity = true }, "needs GitHub Code Security"},
		"too many alerts":            {func(s *githubtest.Scenario) { s.Repositories[0].AlertLimit = true }, "more alerts than GitHub keeps"},
		"a token that may only read": {func(s *githubtest.Scenario) { s.Tokens[token] = githubtest.ForkToken() }, `Add "pull-requests: write" to the permissions`},
	} {
		t.Run(name, func(t *testing.T) {
			scenario := scene()
			c.edit(&scenario)
			s, at := serve(t, scenario), newClock()
			result := Deliver(t.Context(), failing(), inScene(10), client(t, s, at, "gate", nil), nil, everything(at))
			if !strings.Contains(messages(result), c.want) {
				t.Errorf("notices:\n%s", messages(result))
			}
		})
	}
}

func TestAForksRunIsToldOfTheTwoWorkflows(t *testing.T) {
	scenario := scene()
	scenario.Tokens[token] = githubtest.ForkToken()
	s, c := serve(t, scenario), newClock()
	at := inScene(10)
	at.Fork = true
	result := Deliver(t.Context(), failing(), at, client(t, s, c, "gate", nil), nil, everything(c))
	for _, n := range result.Notices {
		if n.Level != LevelNotice || !strings.Contains(n.Message, "docs/github.md") {
			t.Errorf("%s: %s", n.Level, n.Message)
		}
	}
	if len(result.Notices) != 4 || len(result.Missed) > 0 {
		t.Errorf("%d notices, missed %q", len(result.Notices), result.Missed)
	}
}
