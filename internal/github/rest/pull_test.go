package rest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

func pull(changed int) string {
	return fmt.Sprintf(`{"number":12,"state":"open","locked":true,"user":{"login":"ann"},"changed_files":%d,
		"head":{"ref":"topic","sha":"%s","repo":{"full_name":"ann/app"}},"base":{"ref":"main","sha":"%s","repo":{"full_name":"octo/app"}}}`, changed, sha1, sha2)
}

func TestAPullRequestIsReadAsItIsNow(t *testing.T) {
	want := rest.PullRequest{
		Number: 12, State: "open", Locked: true, Author: "ann",
		Head: rest.Side{Ref: "topic", SHA: sha1, Repository: "ann/app"}, Base: rest.Side{Ref: "main", SHA: sha2, Repository: repo},
	}
	f := serve(t, reply{body: pull(1)})
	c, _ := client(t, f)
	got, err := c.PullRequest(t.Context(), repo, 12)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if path := f.requests()[0].path; path != "/repos/octo/app/pulls/12" {
		t.Errorf("asked for %s", path)
	}
}

func TestAPullRequestOfADeletedForkHasNoRepository(t *testing.T) {
	c, _ := client(t, serve(t, reply{body: strings.Replace(pull(1), `{"full_name":"ann/app"}`, "null", 1)}))
	got, err := c.PullRequest(t.Context(), repo, 12)
	if err != nil || got.Head.Repository != "" || got.Head.SHA != sha1 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAnAnswerAboutAnotherPullRequestIsRefused(t *testing.T) {
	for _, body := range []string{pull(1), `{}`, `{"number":13}`} {
		c, _ := client(t, serve(t, reply{body: body}))
		_, err := c.PullRequest(t.Context(), repo, 13)
		fails(t, err, rest.Unavailable)
	}
}

// files is a page of n files.
func files(n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(`{"filename":"a","status":"added"},`, n), ",") + "]"
}

func TestTheFilesOfAPullRequestAreListed(t *testing.T) {
	f := serve(t,
		reply{header: link("2"), body: `[{"filename":"new","previous_filename":"old","status":"renamed","patch":"@@ -1 +1 @@"}]`},
		reply{body: `[{"filename":"Dockerfile","status":"added"}]`}, reply{body: pull(2)})
	c, _ := client(t, f)
	got, complete, err := c.PullRequestFiles(t.Context(), repo, 12)
	want := []rest.File{{Path: "new", Previous: "old", Status: "renamed", Patch: "@@ -1 +1 @@"}, {Path: "Dockerfile", Status: "added"}}
	if diff := cmp.Diff(want, got); err != nil || !complete || diff != "" {
		t.Errorf("%v %v %s", complete, err, diff)
	}
	if first := f.requests()[0]; first.path+"?"+first.query != "/repos/octo/app/pulls/12/files?page=1&per_page=100" {
		t.Errorf("got %v", first)
	}
}

func TestAListOfFilesSaysWhenItIsNotWhole(t *testing.T) {
	var most, endless []reply
	for next := 2; next <= 30; next++ {
		most = append(most, reply{header: link(fmt.Sprint(next)), body: files(100)})
	}
	for next := 2; next <= 101; next++ {
		endless = append(endless, reply{header: link(fmt.Sprint(next)), body: files(1)})
	}
	for name, test := range map[string]struct {
		replies  []reply
		n        int
		complete bool
	}{
		"whole":                 {[]reply{{body: files(3)}, {body: pull(3)}}, 3, true},
		"nothing":               {[]reply{{body: "[]"}, {body: pull(0)}}, 0, true},
		"the pull request says": {[]reply{{body: files(3)}, {body: pull(4)}}, 3, false},
		"GitHub's end":          {append(most, reply{body: files(100)}, reply{body: pull(3000)}), 3000, false},
		"just below it":         {append(most[:len(most):len(most)], reply{body: files(99)}, reply{body: pull(2999)}), 2999, true},
		"pages without end":     {append(endless, reply{body: pull(100)}), 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, serve(t, test.replies...))
			got, complete, err := c.PullRequestFiles(t.Context(), repo, 12)
			if err != nil || len(got) != test.n || complete != test.complete {
				t.Errorf("got %d files, %v, %v", len(got), complete, err)
			}
		})
	}
}

func TestFilesWhosePullRequestCannotBeReadAreAnError(t *testing.T) {
	c, _ := client(t, serve(t, reply{body: files(3)}, reply{status: 404, body: `{"message":"Not Found"}`}))
	got, complete, err := c.PullRequestFiles(t.Context(), repo, 12)
	fails(t, err, rest.NotFound)
	if complete || got != nil {
		t.Errorf("got %v, %v", got, complete)
	}
}
