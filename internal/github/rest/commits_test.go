package rest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

func TestACommitHasItsParentsInOrder(t *testing.T) {
	f := serve(t, reply{body: `{"sha":"` + sha1 + `","parents":[{"sha":"` + sha2 + `"},{"sha":"` + sha1 + `"}],"files":[{"filename":"a"}]}`})
	c, _ := client(t, f)
	got, err := c.Commit(t.Context(), repo, sha1)
	if diff := cmp.Diff(rest.Commit{SHA: sha1, Parents: []string{sha2, sha1}}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if r := f.requests()[0]; r.path+"?"+r.query != "/repos/octo/app/commits/"+sha1+"?per_page=1" {
		t.Errorf("got %v", r)
	}
}

func TestACommitIsAskedForByItsWholeIDOnly(t *testing.T) {
	f := serve(t, reply{body: `{"sha":"` + sha2 + `"}`})
	c, _ := client(t, f)
	for _, name := range []string{"", "main", "HEAD", sha1[:39], sha1 + "1", strings.ToUpper("a" + sha1[1:]), "../" + sha1, sha1 + "\n"} {
		_, err := c.Commit(t.Context(), repo, name)
		fails(t, err, rest.Invalid, "whole id")
		_, err = c.IsAncestor(t.Context(), repo, name, "main")
		fails(t, err, rest.Invalid, "whole id")
	}
	f.wants(t, 0)
	_, err := c.Commit(t.Context(), repo, sha1)
	fails(t, err, rest.Unavailable)
}

func comparison(status, base string) reply {
	return reply{body: `{"status":"` + status + `","merge_base_commit":{"sha":"` + base + `"}}`}
}

func TestAnAncestorIsWhatTheOtherIsAheadOf(t *testing.T) {
	for name, test := range map[string]struct {
		reply
		want bool
	}{
		"ahead":                     {comparison("ahead", sha1), true},
		"identical":                 {comparison("identical", sha1), true},
		"behind":                    {comparison("behind", sha2), false},
		"diverged":                  {comparison("diverged", sha2), false},
		"ahead of something else":   {comparison("ahead", sha2), false},
		"ahead of something unsaid": {reply{body: `{"status":"ahead"}`}, false},
		"nothing in common":         {reply{status: 404, body: `{"message":"No common ancestor between a and b."}`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, test.reply)
			c, _ := client(t, f)
			got, err := c.IsAncestor(t.Context(), repo, sha1, "release/1+2")
			if err != nil || got != test.want {
				t.Errorf("got %v, %v", got, err)
			}
			if path := f.requests()[0].path; path != "/repos/octo/app/compare/"+sha1+"...release%2F1%2B2" {
				t.Errorf("asked for %s", path)
			}
		})
	}
}

func TestAComparisonThatSaysNothingIsAnError(t *testing.T) {
	for name, test := range map[string]struct {
		reply
		kind rest.Kind
	}{
		"unknown commit": {reply{status: 404, body: `{"message":"Not Found"}`}, rest.NotFound},
		"no status":      {reply{body: `{}`}, rest.Unavailable},
		"new status":     {comparison("sideways", sha1), rest.Unavailable},
		"page":           {reply{status: 404, body: page}, rest.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, serve(t, test.reply))
			got, err := c.IsAncestor(t.Context(), repo, sha1, sha2)
			fails(t, err, test.kind, "compare commits: ")
			if got {
				t.Error("and it is an ancestor")
			}
		})
	}
}

func TestACommitIsNotComparedWithAFork(t *testing.T) {
	f := serve(t, comparison("identical", sha1))
	c, _ := client(t, f)
	for _, of := range []string{"", "mallory:main", "a...b", "a..b", "main~1", "main^", "a b", "a\nb", "main\u200b", "*", "a?b", `a\b`} {
		_, err := c.IsAncestor(t.Context(), repo, sha1, of)
		fails(t, err, rest.Invalid, "not a branch or a commit")
	}
	f.wants(t, 0)
}
