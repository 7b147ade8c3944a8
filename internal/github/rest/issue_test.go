package rest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

func TestIssuesOfAllPagesComeOnceInOrderAndWithoutPullRequests(t *testing.T) {
	issue := func(number int, more string) string {
		return fmt.Sprintf(`{"number":%d,"title":"t","body":"b","state":"closed","state_reason":"not_planned","user":{"login":"me"},`+
			`"html_url":"https://github.com/i/%d","labels":[{"name":"z"},{"name":"a"}],"assignees":[{"login":"y"},{"login":"x"}]%s}`, number, number, more)
	}
	f := serve(t,
		reply{header: link("2"), body: "[" + issue(3, "") + "," + issue(2, `,"pull_request":{"url":"u"}`) + "]"},
		reply{body: "[" + issue(3, "") + `,{"number":1,"body":null,"user":null}]`})
	c, _ := client(t, f)
	got, err := c.Issues(t.Context(), repo, "gate rescan")
	want := []rest.Issue{{Number: 1}, {Number: 3, Title: "t", Body: "b", State: "closed", Reason: "not_planned", Author: "me",
		URL: "https://github.com/i/3", Labels: []string{"a", "z"}, Assignees: []string{"x", "y"}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for i, request := range f.requests() {
		want := fmt.Sprintf("direction=asc&labels=gate+rescan&page=%d&per_page=100&sort=created&state=all", i+1)
		if request.path != "/repos/octo/app/issues" || request.query != want {
			t.Errorf("got %v", request)
		}
	}
}

func TestWhatIsNoLabelIsNotAskedFor(t *testing.T) {
	f := serve(t, reply{body: "[]"})
	c, _ := client(t, f)
	for _, label := range []string{"", "a,b", "a\nb", " a", strings.Repeat("x", 51)} {
		_, err := c.Issues(t.Context(), repo, label)
		fails(t, err, rest.Invalid, "not a label")
		fails(t, c.EnsureLabel(t.Context(), repo, rest.Label{Name: label}), rest.Invalid)
	}
	f.wants(t, 0)
}

func TestAnIssueWithoutANumberIsNoAnswer(t *testing.T) {
	f := serve(t, reply{body: "[{}]"}, reply{status: 201, body: "{}"})
	c, _ := client(t, f)
	_, err := c.Issues(t.Context(), repo, "a")
	fails(t, err, rest.Unavailable, "list issues: ")
	_, err = c.CreateIssue(t.Context(), repo, rest.IssueForm{Title: "t"})
	fails(t, err, rest.Unavailable, "create issue: ")
	_, err = c.UpdateIssue(t.Context(), repo, 0, rest.IssueForm{Title: "t"})
	fails(t, err, rest.Invalid)
	f.wants(t, 2)
}

func TestTheFakeAndTheClientAgreeOnIssues(t *testing.T) {
	server, c, _ := gitHub(t, token)
	for n := range 130 {
		if _, err := c.CreateIssue(t.Context(), repo, rest.IssueForm{
			Title: fmt.Sprint("issue ", n), Body: "<b>&", Labels: []string{"gate-rescan"}, Assignees: []string{"ann"}, State: "closed",
		}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := c.Issues(t.Context(), repo, "gate-rescan")
	if err != nil || len(all) != 130 || all[0].Number >= all[129].Number {
		t.Fatalf("got %d issues, %v", len(all), err)
	}
	first := all[0]
	if first.State != "open" || first.Author != "github-actions[bot]" || first.Body != "<b>&" || first.URL == "" || first.Assignees[0] != "ann" {
		t.Errorf("got %+v", first)
	}
	closed, err := c.UpdateIssue(t.Context(), repo, first.Number, rest.IssueForm{Body: "new", State: "closed", Reason: "completed"})
	if err != nil || closed.State != "closed" || closed.Reason != "completed" || closed.Title != "issue 0" || closed.Body != "new" {
		t.Errorf("got %+v, %v", closed, err)
	}
	open, err := c.UpdateIssue(t.Context(), repo, first.Number, rest.IssueForm{Title: "x", State: "open", Reason: "reopened", Labels: []string{"a", "b"}, Assignees: []string{}})
	if err != nil || open.State != "open" || open.Title != "x" || len(open.Labels) != 2 || len(open.Assignees) != 0 || open.Body != "new" {
		t.Errorf("got %+v, %v", open, err)
	}
	if _, err := c.CreateComment(t.Context(), repo, first.Number, "hello"); err != nil {
		t.Error(err)
	}
	_, err = c.UpdateIssue(t.Context(), repo, 9999, rest.IssueForm{Body: "x"})
	fails(t, err, rest.NotFound)
	_, err = c.CreateIssue(t.Context(), repo, rest.IssueForm{Title: "t", Body: strings.Repeat("x", 65537)})
	fails(t, err, rest.Invalid, "too long")
	server.Fail(githubtest.Match{Path: "/repos/octo/app/issues"}, githubtest.Fault{
		Kind: githubtest.Answer, Status: 410, Body: `{"message":"Issues has been disabled in this repository."}`})
	_, err = c.Issues(t.Context(), repo, "gate-rescan")
	if found := fails(t, err, rest.NotFound, "disabled"); found.Status != 410 {
		t.Errorf("status %d", found.Status)
	}
}

func TestALabelIsMadeOnce(t *testing.T) {
	server, c, _ := gitHub(t, token)
	label := rest.Label{Name: "gate-rescan", Color: "b60205", Description: strings.Repeat("é", 99)}
	for range 2 {
		if err := c.EnsureLabel(t.Context(), repo, label); err != nil {
			t.Fatal(err)
		}
	}
	if labels := server.Repository(repo).Labels; len(labels) != 1 || labels[0].Color != "b60205" {
		t.Errorf("got %v", labels)
	}
	if made := server.Matching(githubtest.Match{Method: "POST"}); len(made) != 1 {
		t.Errorf("%d labels were made", len(made))
	}
}

func TestALabelThatAnotherRunMakesMeanwhileIsNoError(t *testing.T) {
	f := serve(t, reply{status: 404, body: `{"message":"Not Found"}`},
		reply{status: 422, body: `{"message":"Validation Failed","errors":[{"resource":"Label","code":"already_exists","field":"name"}]}`})
	c, _ := client(t, f)
	if err := c.EnsureLabel(t.Context(), repo, rest.Label{Name: "a"}); err != nil {
		t.Error(err)
	}
	f = serve(t, reply{status: 404, body: `{"message":"Not Found"}`}, reply{status: 422, body: `{"message":"Validation Failed"}`})
	c, _ = client(t, f)
	fails(t, c.EnsureLabel(t.Context(), repo, rest.Label{Name: "a"}), rest.Invalid, "make the label")
	_, c, _ = gitHub(t, "ghs_fork")
	fails(t, c.EnsureLabel(t.Context(), repo, rest.Label{Name: "a"}), rest.Forbidden)
}
