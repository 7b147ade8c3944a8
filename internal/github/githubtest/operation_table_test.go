package githubtest

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheTableHasOperationsOfTheDescriptionOnly(t *testing.T) {
	description, err := FindDescription()
	if err != nil {
		t.Fatal(err)
	}
	if description == nil {
		t.Skip("shared/data/github-openapi.json is not beside the repository")
	}
	if err := description.doc.Validate(t.Context()); err != nil {
		t.Errorf("the amended description: %v", err)
	}
	for _, op := range operations() {
		path := op.path
		if op.deep() {
			path = strings.TrimSuffix(path, "}") + ":.+}"
		}
		item := description.doc.Paths.Value(path)
		if item == nil || item.GetOperation(op.method) == nil {
			t.Errorf("%s %s is not in GitHub's description", op.method, op.path)
		}
	}
}

func TestAnAddressFindsThePlainestOperation(t *testing.T) {
	s := &Server{operations: operations()}
	for line, want := range map[string]string{
		"GET /repos/o/r/issues/comments/5":        "{comment_id}=5",
		"GET /repos/o/r/issues/5/comments":        "{issue_number}=5",
		"GET /repos/o/r/issues/comments/comments": "{comment_id}=comments",
		"GET /repos/o/r/releases/latest":          "",
		"GET /repos/o/r/releases/5":               "{release_id}=5",
		"GET /repos/o/r/contents/a/b%20c":         "{path}=a/b c",
		"GET /repos/o/r/contents/a%2Fb":           "{path}=a/b",
		"GET /repos/o/r/commits/a%2Fb/status":     "{ref}=a/b",
		"GET /repos/o/r/tarball/a/b":              "{ref}=a/b",
		"GET /repos/o/r/tarball/":                 "none",
		"GET /repos/o/r/commits/a/b":              "none",
		"GET /repos/o/r/contents/":                "none",
		"GET /repos/o/r/contents/../x":            "none",
		"POST /repos/o/r/pulls/5":                 "none",
	} {
		method, address, _ := strings.Cut(line, " ")
		op, values := s.find(httptest.NewRequest(method, address, nil))
		got := "none"
		if op != nil {
			got = ""
			for _, name := range []string{"comment_id", "issue_number", "release_id", "path", "ref"} {
				if value, has := values[name]; has {
					got = "{" + name + "}=" + value
				}
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}
