package rest_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

// scenario is a repository with a pull request from a fork.
func scenario() githubtest.Scenario {
	base, side, head, merge := githubtest.SHA("base"), githubtest.SHA("side"), githubtest.SHA("head"), githubtest.SHA("merge")
	var talk []githubtest.Comment
	for i := range 250 {
		talk = append(talk, githubtest.Comment{ID: int64(i + 1), Issue: 7, Author: "ann", Body: fmt.Sprint("comment ", i)})
	}
	changed := map[string]string{"Dockerfile": "FROM alpine:3\n"}
	for i := range 150 {
		changed[fmt.Sprintf("many/%03d", i)] = "x\n"
	}
	return githubtest.Scenario{
		Tokens: map[string]githubtest.Token{
			token:             githubtest.ActionsToken(),
			"ghp_mona":        {Login: "mona", Person: true, Permissions: githubtest.ActionsToken().Permissions},
			"ghs_fork":        githubtest.ForkToken(),
			"ghs_no_contents": {Login: "github-actions[bot]", Permissions: map[string]string{"issues": "write"}},
			"ghs_app":         {Login: "my-app[bot]", Permissions: githubtest.ActionsToken().Permissions},
			"ghs_blind":       {Login: "github-actions[bot]", Repositories: []string{"octo/other"}},
		},
		Repositories: []githubtest.Repository{{
			Name: repo, DefaultBranch: "main",
			Branches: map[string]string{"main": base, "feature/a+b": side},
			Commits: []githubtest.Commit{
				{SHA: base, Files: map[string]string{
					"Dockerfile": "FROM alpine\n", ".gate.yaml": "version: 1\n", "a dir/é#1?.txt": "odd\n",
				}, Links: map[string]string{"link": "Dockerfile", "away": "/etc/passwd"}},
				{SHA: side, Parents: []string{base}, Changed: map[string]string{"side": "1"}},
				{SHA: head, Parents: []string{base}, Changed: changed},
				{SHA: merge, Parents: []string{base, head}, Changed: changed},
			},
			Pulls: []githubtest.Pull{
				{Number: 7, Author: "ann", MergeSHA: merge, Head: githubtest.Side{Repository: "ann/app", Ref: "topic", SHA: head}},
				{Number: 8, Locked: true, Head: githubtest.Side{Ref: "gone", SHA: head, Gone: true}},
			},
			Comments: talk,
			Runs: []githubtest.Run{{ID: 51, Attempt: 2, Event: "pull_request", Path: ".github/workflows/gate.yml", HeadSHA: head,
				HeadBranch: "topic", HeadRepository: "ann/app", Status: "completed", Conclusion: "success"}},
		}, {Name: "octo/secret", Private: true, Branches: map[string]string{"main": base}, Commits: []githubtest.Commit{{SHA: base}}}},
	}
}

// described loads GitHub's description once for all tests.
var described = sync.OnceValues(githubtest.FindDescription)

// gitHub starts a fake and a client of it. What is not as GitHub describes it
// fails the test.
func gitHub(t *testing.T, secret string) (*githubtest.Server, *rest.Client, *clock) {
	t.Helper()
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	server := githubtest.New(t, githubtest.Options{Scenario: scenario(), Description: description})
	if !server.Validates() {
		t.Log("GitHub's description is not beside the repository: requests are not checked against it")
	}
	watch := newClock()
	options := watch.options(server.URL() + "/api/v3")
	options.Token = secret
	return server, open(t, options), watch
}

func TestTheFakeAndTheClientAgreeOnTheConversation(t *testing.T) {
	server, c, _ := gitHub(t, token)
	before, err := c.Comments(t.Context(), repo, 7)
	if err != nil || len(before) != 250 || before[249].Body != "comment 249" || before[0].Author != "ann" {
		t.Fatalf("got %d comments, %v", len(before), err)
	}
	made, err := c.CreateComment(t.Context(), repo, 7, "<!-- gate --> hello & <b>")
	if err != nil || made.Author != "github-actions[bot]" || made.Body != "<!-- gate --> hello & <b>" {
		t.Fatalf("got %v, %v", made, err)
	}
	if changed, err := c.UpdateComment(t.Context(), repo, made.ID, "new"); err != nil || changed.ID != made.ID || changed.Body != "new" {
		t.Errorf("got %v, %v", changed, err)
	}
	if err := c.DeleteComment(t.Context(), repo, made.ID); err != nil {
		t.Error(err)
	}
	_, err = c.UpdateComment(t.Context(), repo, made.ID, "newer")
	fails(t, err, rest.NotFound)
	_, err = c.CreateComment(t.Context(), repo, 7, strings.Repeat("x", 65537))
	fails(t, err, rest.Invalid)
	_, err = c.CreateComment(t.Context(), repo, 99, "x")
	fails(t, err, rest.NotFound)
	server.Change(repo, func(r *githubtest.Repository) { r.Archived = true })
	_, err = c.CreateComment(t.Context(), repo, 7, "x")
	fails(t, err, rest.Archived)
}

func TestTheFakeAndTheClientAgreeOnResults(t *testing.T) {
	server, c, watch := gitHub(t, token)
	merge, head := githubtest.SHA("merge"), githubtest.SHA("head")
	receipt, err := c.UploadSARIF(t.Context(), repo, rest.Upload{
		Commit: merge, Ref: "refs/pull/7/merge", CheckoutURI: "file:///github/workspace/", Started: watch.at, Tool: "gate",
		SARIF: []byte(`{"version":"2.1.0","$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{"tool":{"driver":{"name":"gate","rules":[]}},"results":[]}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if state, err := c.SARIFStatus(t.Context(), repo, receipt.ID); err != nil || state.State == "" {
		t.Errorf("got %v, %v", state, err)
	}
	_, err = c.SARIFStatus(t.Context(), repo, "47177e22-5596-11eb-80a1-c1e54ef945c6")
	fails(t, err, rest.NotFound)

	run := rest.CheckRun{
		Name: "gate", HeadSHA: head, Status: "in_progress", Started: watch.at, Title: "Blocked", Summary: strings.Repeat("é", 70000),
		Annotations: annotations(120), DetailsURL: "https://example.com/d", ExternalID: "e",
	}
	id, link, err := c.CreateCheckRun(t.Context(), repo, run)
	if err != nil || link == "" {
		t.Fatalf("got %s, %v", link, err)
	}
	run.Status, run.Conclusion, run.Completed, run.Annotations = "completed", "failure", watch.at.Add(time.Minute), annotations(60)
	if err := c.UpdateCheckRun(t.Context(), repo, id, run); err != nil {
		t.Error(err)
	}
	status := rest.Status{State: "failure", Context: "gate", Description: strings.Repeat("é", 150), TargetURL: "https://example.com"}
	if err := c.CreateStatus(t.Context(), repo, head, status); err != nil {
		t.Error(err)
	}
	state := server.Repository(repo)
	if made := state.CheckRuns[0]; len(made.Notes) != 180 || made.Conclusion != "failure" || made.Title != "Blocked" {
		t.Errorf("got %d notes, %s, %s", len(made.Notes), made.Conclusion, made.Title)
	}
	if len(state.Statuses) != 1 || len(state.Uploads) != 1 {
		t.Errorf("got %v", state.Statuses)
	}
	server.Change(repo, func(r *githubtest.Repository) { r.NoAdvancedSecurity = true })
	_, err = c.UploadSARIF(t.Context(), repo, rest.Upload{Commit: merge, Ref: "refs/pull/7/merge", SARIF: []byte("{}")})
	fails(t, err, rest.FeatureOff)
}

func TestTheFakeAndTheClientAgreeOnCode(t *testing.T) {
	_, c, _ := gitHub(t, token)
	base, side, head := githubtest.SHA("base"), githubtest.SHA("side"), githubtest.SHA("head")
	pull, err := c.PullRequest(t.Context(), repo, 7)
	want := rest.PullRequest{Number: 7, State: "open", Author: "ann",
		Head: rest.Side{Ref: "topic", SHA: head, Repository: "ann/app"}, Base: rest.Side{Ref: "main", SHA: base, Repository: repo}}
	if diff := cmp.Diff(want, pull); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if gone, err := c.PullRequest(t.Context(), repo, 8); err != nil || gone.Head.Repository != "" || !gone.Locked {
		t.Errorf("got %v, %v", gone, err)
	}
	if listed, complete, err := c.PullRequestFiles(t.Context(), repo, 7); err != nil || !complete || len(listed) != 151 || listed[0].Path != "Dockerfile" {
		t.Errorf("got %d files, %v, %v", len(listed), complete, err)
	}
	if listed, complete, err := c.Compare(t.Context(), repo, base, head); err != nil || !complete || len(listed) != 151 {
		t.Errorf("got %d files, %v, %v", len(listed), complete, err)
	}
	commit, err := c.Commit(t.Context(), repo, githubtest.SHA("merge"))
	if diff := cmp.Diff([]string{base, head}, commit.Parents); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	_, err = c.Commit(t.Context(), repo, sha1)
	fails(t, err, rest.Invalid)
	for _, test := range []struct {
		commit, of string
		want       bool
	}{
		{base, "main", true}, {base, head, true}, {base, "feature/a+b", true}, {head, "main", false}, {head, side, false},
	} {
		if got, err := c.IsAncestor(t.Context(), repo, test.commit, test.of); err != nil || got != test.want {
			t.Errorf("%s of %s: got %v, %v", test.commit, test.of, got, err)
		}
	}
	_, err = c.IsAncestor(t.Context(), repo, sha1, "main")
	fails(t, err, rest.NotFound)
	if found, err := c.Repository(t.Context(), repo); err != nil || found != (rest.Repository{FullName: repo, DefaultBranch: "main"}) {
		t.Errorf("got %v, %v", found, err)
	}
	run, err := c.WorkflowRun(t.Context(), repo, 51)
	if err != nil || run.Path != ".github/workflows/gate.yml" || run.Attempt != 2 || run.HeadRepository != "ann/app" || run.HeadSHA != head {
		t.Errorf("got %v, %v", run, err)
	}
}

func TestTheFakeAndTheClientAgreeOnFiles(t *testing.T) {
	server, c, _ := gitHub(t, token)
	base := githubtest.SHA("base")
	server.Change(repo, func(r *githubtest.Repository) {
		r.Commits[0].Files["large"] = strings.Repeat("0123456789abcdef", 100000)
		r.Commits[0].Files["too-large"] = strings.Repeat("x", 11<<20)
	})
	for name, size := range map[string]int{".gate.yaml": 11, "a dir/é#1?.txt": 4, "large": 1600000, "link": 12} {
		for _, ref := range []string{base, "main", ""} {
			if data, err := c.Contents(t.Context(), repo, name, ref); err != nil || len(data) != size {
				t.Errorf("%s: got %d bytes, %v", name, len(data), err)
			}
		}
	}
	for name, kind := range map[string]rest.Kind{
		"a dir": rest.Invalid, "away": rest.Invalid, "too-large": rest.TooLarge, "missing": rest.NotFound, ".gate.yaml/x": rest.NotFound,
	} {
		_, err := c.Contents(t.Context(), repo, name, base)
		fails(t, err, kind)
	}
	_, err := c.Contents(t.Context(), repo, ".gate.yaml", sha1)
	fails(t, err, rest.Invalid, "No commit found")
}

func TestAFileOfARepositoryThatTheTokenDoesNotSeeIsNotMissing(t *testing.T) {
	_, c, _ := gitHub(t, "ghs_blind")
	_, err := c.Contents(t.Context(), "octo/secret", ".gate.yaml", githubtest.SHA("base"))
	fails(t, err, rest.Forbidden)
	_, err = c.Repository(t.Context(), "octo/secret")
	fails(t, err, rest.NotFound)
}

func TestTheFakeKnowsWhoAsks(t *testing.T) {
	for secret, want := range map[string]string{token: "github-actions[bot]", "ghp_mona": "mona", "ghs_app": "my-app[bot]"} {
		_, c, _ := gitHub(t, secret)
		if got, err := c.Login(t.Context()); err != nil || got != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
	_, c, _ := gitHub(t, "ghs_unknown")
	_, err := c.Login(t.Context())
	fails(t, err, rest.Unauthorized)
	_, c, _ = gitHub(t, "ghs_fork")
	_, err = c.CreateComment(t.Context(), repo, 7, "x")
	fails(t, err, rest.Forbidden, "not accessible by integration")
}

func TestEveryFaultOfTheFakeIsOfItsKind(t *testing.T) {
	for fault, want := range map[githubtest.Kind]rest.Kind{
		githubtest.Answer: rest.Unavailable, githubtest.Unauthorized: rest.Unauthorized, githubtest.Forbidden: rest.Forbidden,
		githubtest.FeatureOff: rest.FeatureOff, githubtest.NotFound: rest.NotFound, githubtest.Conflict: rest.Conflict,
		githubtest.TooLarge: rest.TooLarge, githubtest.Invalid: rest.Invalid, githubtest.Unavailable: rest.Unavailable,
		githubtest.PrimaryLimit: rest.RateLimited, githubtest.SecondaryLimit: rest.RateLimited,
		githubtest.SecondaryLimitBare: rest.RateLimited, githubtest.TooMany: rest.RateLimited,
		githubtest.Reset: rest.Unavailable, githubtest.AppliedReset: rest.Unavailable, githubtest.Cut: rest.Unavailable,
		githubtest.HTML: rest.Unavailable, githubtest.Truncated: rest.Unavailable, githubtest.Redirect: rest.Unavailable,
	} {
		t.Run(string(fault), func(t *testing.T) {
			server, c, _ := gitHub(t, token)
			post := githubtest.Match{Method: "POST", Path: "/repos/octo/app/issues/7/comments"}
			server.Fail(post, githubtest.Fault{Kind: fault})
			_, err := c.CreateComment(t.Context(), repo, 7, "body")
			fails(t, err, want)
			if sent := len(server.Matching(post)); sent > 1 && want != rest.RateLimited {
				t.Errorf("the comment was sent %d times", sent)
			}
			if leaks := server.Leaks(); len(leaks) != 0 {
				t.Errorf("the other host got %v", leaks)
			}
			applied := fault == githubtest.AppliedReset || fault == githubtest.Cut || fault == githubtest.Truncated
			if made := len(server.Repository(repo).Comments) - 250; made > 1 || (made == 1) != applied {
				t.Errorf("%d comments were made", made)
			}
		})
	}
}

func TestASlowGitHubEndsWithTheContext(t *testing.T) {
	server, c, _ := gitHub(t, token)
	server.Fail(githubtest.Match{Path: "/repos/**"}, githubtest.Fault{Kind: githubtest.Slow})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := c.Comments(ctx, repo, 7); !isContext(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
