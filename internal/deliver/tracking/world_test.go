package tracking_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/deliver/tracking"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

const (
	repo  = "octo/shop"
	bot   = "github-actions[bot]"
	token = "ghs_TheSecretOfTheTests0123456789"
)

// described loads GitHub's description once for all tests.
var described = sync.OnceValues(githubtest.FindDescription)

func scene() githubtest.Scenario {
	person := githubtest.ActionsToken()
	person.Login, person.Person = "mona", true
	return githubtest.Scenario{
		Tokens:       map[string]githubtest.Token{token: githubtest.ActionsToken(), "ghp_mona_is_a_person": person, "ghs_reads": githubtest.ForkToken()},
		Repositories: []githubtest.Repository{{Name: repo}},
	}
}

// gitHub starts a fake that fails the test at what GitHub would refuse for its form.
func gitHub(t *testing.T) *githubtest.Server {
	t.Helper()
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	s := githubtest.New(t, githubtest.Options{Scenario: scene(), Description: description})
	if !s.Validates() {
		t.Log("GitHub's description is not beside the repository: requests are not checked against it")
	}
	return s
}

// still waits for nothing.
func still(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func client(t *testing.T, s *githubtest.Server, secret, agent string, transport http.RoundTripper) *rest.Client {
	t.Helper()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	c, err := rest.New(rest.Options{APIURL: s.URL(), Token: secret, UserAgent: agent, Now: func() time.Time { return at }, Sleep: still, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func options() tracking.Options {
	return tracking.Options{Repository: repo, Scope: repo, Labels: []string{"security"}, Assignees: []string{"ann"},
		RunURL: "https://github.com/octo/shop/actions/runs/7", Sleep: still}
}

// deliver delivers a fleet, and returns what was written beside the result.
func deliver(t *testing.T, s *githubtest.Server, fleet gate.Fleet) (tracking.Result, []string) {
	t.Helper()
	return deliverWith(t, s, fleet, options())
}

func deliverWith(t *testing.T, s *githubtest.Server, fleet gate.Fleet, o tracking.Options) (tracking.Result, []string) {
	t.Helper()
	before := len(s.Requests())
	result := tracking.Deliver(t.Context(), fleet, client(t, s, token, "gate", nil), o)
	var written []string
	for _, r := range s.Requests()[before:] {
		if r.Method != http.MethodGet {
			written = append(written, r.Method+" "+strings.TrimPrefix(r.Path, "/repos/octo/shop"))
		}
	}
	return result, written
}

func vulnerability(id, pkg string, severity gate.Severity) gate.Observed {
	return gate.Observed{
		Finding: gate.Finding{
			Rule: id, Analyzer: gate.AnalyzerScan, Image: "api", Severity: severity,
			Package: &gate.Package{Name: pkg, Version: "1.0.1", Type: "deb", PURL: "pkg:deb/debian/" + pkg + "@1.0.1"},
			Fix:     &gate.Fix{State: gate.FixNotFixed}, Message: id + " in " + pkg,
		},
		Status: gate.StatusNew, Action: gate.ActionBlock, FirstSeen: "2026-11-01", Disclosure: gate.DisclosedSince,
	}
}

// as is an observation, changed.
func as(o gate.Observed, change func(*gate.Observed)) gate.Observed {
	p := *o.Finding.Package
	o.Finding.Package = &p
	change(&o)
	return o
}

func mended(o gate.Observed) gate.Observed {
	return as(o, func(o *gate.Observed) {
		o.Finding.Fix = &gate.Fix{State: gate.FixFixed, Versions: []string{"1.0.2"}}
		o.Remedy = gate.Remedy{Kind: gate.RemedyRebuild, Package: o.Finding.Package.Name, From: "1.0.1", To: "1.0.2"}
	})
}

func gonenow(o gate.Observed) gate.Observed {
	return as(o, func(o *gate.Observed) { o.Status = gate.StatusFixed })
}

func release(tag string, observed ...gate.Observed) gate.Release {
	return gate.Release{Reference: "ghcr.io/octo/api:" + tag, Platform: "linux/amd64", Digest: "sha256:" + strings.Repeat("a", 64), Observed: observed}
}

// unscanned is a release that could not be scanned.
func unscanned(tag string) gate.Release {
	r := release(tag)
	r.Gaps = []gate.Gap{{Guard: gate.GuardImageMissing, Image: "api", Message: "the registry answered 403", Next: "Give it credentials."}}
	return r
}

// fleet is one of the image api.
func fleet(releases ...gate.Release) gate.Fleet {
	return gate.Fleet{Time: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Images: []gate.FleetImage{{Name: "api", Releases: releases}}}
}

// tracked are the issues that carry the marker of an image, in order.
func tracked(s *githubtest.Server) []githubtest.Issue {
	return slices.DeleteFunc(s.Repository(repo).Issues, func(i githubtest.Issue) bool {
		return !strings.HasPrefix(i.Body, "<!-- gate rescan v=1 key=")
	})
}

// only is the one issue there is.
func only(t *testing.T, s *githubtest.Server) githubtest.Issue {
	t.Helper()
	issues := tracked(s)
	if len(issues) != 1 {
		t.Fatalf("there are %d issues: %+v", len(issues), issues)
	}
	return issues[0]
}

func comments(s *githubtest.Server) []string {
	var all []string
	for _, c := range s.Repository(repo).Comments {
		_, text, _ := strings.Cut(c.Body, "-->\n\n")
		all = append(all, text)
	}
	return all
}

func wants(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not say %q:\n%s", what, part, text)
		}
	}
}
