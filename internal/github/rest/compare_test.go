package rest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

func TestAComparisonListsTheFilesThatDiffer(t *testing.T) {
	f := serve(t, reply{body: `{"status":"diverged","files":[{"filename":"b","previous_filename":"a","status":"renamed","patch":"@@"}]}`})
	c, _ := client(t, f)
	got, complete, err := c.Compare(t.Context(), repo, sha1, sha2)
	want := []rest.File{{Path: "b", Previous: "a", Status: "renamed", Patch: "@@"}}
	if diff := cmp.Diff(want, got); err != nil || !complete || diff != "" {
		t.Errorf("%v %v %s", complete, err, diff)
	}
	if path := f.requests()[0].path; path != "/repos/octo/app/compare/"+sha1+"..."+sha2 {
		t.Errorf("asked for %s", path)
	}
}

func TestAComparisonOfManyFilesIsNotWhole(t *testing.T) {
	for n, whole := range map[int]bool{0: true, 299: true, 300: false} {
		c, _ := client(t, serve(t, reply{body: `{"status":"ahead","files":` + files(n) + `}`}))
		if got, complete, err := c.Compare(t.Context(), repo, sha1, sha2); err != nil || len(got) != n || complete != whole {
			t.Errorf("%d: got %d files, %v, %v", n, len(got), complete, err)
		}
	}
}

func TestAComparisonIsOfTwoCommits(t *testing.T) {
	f := serve(t, reply{body: `{}`})
	c, _ := client(t, f)
	for _, pair := range [][2]string{{"main", sha1}, {sha1, "mallory:main"}, {sha1, ""}} {
		_, _, err := c.Compare(t.Context(), repo, pair[0], pair[1])
		fails(t, err, rest.Invalid, "whole id")
	}
	f.wants(t, 0)
	_, complete, err := c.Compare(t.Context(), repo, sha1, sha2)
	fails(t, err, rest.Unavailable)
	if complete {
		t.Error("nothing is said to be everything")
	}
}
