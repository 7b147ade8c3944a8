package rest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

// link is a header that leads to another page.
func link(page string) map[string]string {
	return map[string]string{"Link": `<https://api.github.com/x?per_page=100&page=` + page + `>; rel="next", <https://api.github.com/x?page=9>; rel="last"`}
}

func comment(id int, author, body string) string {
	return fmt.Sprintf(`{"id":%d,"user":{"login":%q},"body":%q,"html_url":"https://github.com/c/%d"}`, id, author, body, id)
}

func TestCommentsOfAllPagesComeOnceAndInOrder(t *testing.T) {
	f := serve(t,
		reply{header: link("2"), body: "[" + comment(3, "a", "three") + "," + comment(1, "b", "one") + "]"},
		reply{header: link("3"), body: "[" + comment(3, "a", "three") + `,{"id":4,"user":null,"body":null}]`},
		reply{body: "[" + comment(2, "github-actions[bot]", "two") + "]"})
	c, _ := client(t, f)
	got, err := c.Comments(t.Context(), repo, 12)
	if err != nil {
		t.Fatal(err)
	}
	want := []rest.Comment{
		{ID: 1, Author: "b", Body: "one", URL: "https://github.com/c/1"},
		{ID: 2, Author: "github-actions[bot]", Body: "two", URL: "https://github.com/c/2"},
		{ID: 3, Author: "a", Body: "three", URL: "https://github.com/c/3"},
		{ID: 4},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for i, request := range f.requests() {
		if request.path != "/repos/octo/app/issues/12/comments" || request.query != fmt.Sprintf("page=%d&per_page=100", i+1) {
			t.Errorf("got %v", request)
		}
	}
}

func TestAListThatCannotBeReadWholeIsAnError(t *testing.T) {
	for name, test := range map[string]struct {
		replies []reply
		kind    rest.Kind
		asked   int
	}{
		"a page that fails":        {[]reply{{header: link("2"), body: "[]"}, {status: 404, body: `{"message":"Not Found"}`}}, rest.NotFound, 2},
		"a circle":                 {[]reply{{header: link("1"), body: "[]"}}, rest.Unavailable, 1},
		"a gap":                    {[]reply{{header: link("3"), body: "[]"}}, rest.Unavailable, 1},
		"a page that is no number": {[]reply{{header: link("x"), body: "[]"}}, rest.Unavailable, 1},
		"an object":                {[]reply{{body: "{}"}}, rest.Unavailable, 1},
		"an entry of nothing":      {[]reply{{body: "[null]"}}, rest.Unavailable, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, test.replies...)
			c, _ := client(t, f)
			got, err := c.Comments(t.Context(), repo, 1)
			fails(t, err, test.kind, "list comments: ")
			if got != nil {
				t.Errorf("got %v", got)
			}
			f.wants(t, test.asked)
		})
	}
}

func TestAListWithoutEndIsGivenUp(t *testing.T) {
	var endless []reply
	for next := 2; next < 110; next++ {
		endless = append(endless, reply{header: link(fmt.Sprint(next)), body: "[]"})
	}
	f := serve(t, endless...)
	c, _ := client(t, f)
	_, err := c.Comments(t.Context(), repo, 1)
	fails(t, err, rest.TooLarge, "10000 comments")
	f.wants(t, 100)
}

func TestCommentsAreOfAPullRequestAndNotOfTheWholeRepository(t *testing.T) {
	f := serve(t, reply{body: "[]"})
	c, _ := client(t, f)
	for _, number := range []int{0, -1} {
		_, err := c.Comments(t.Context(), repo, number)
		fails(t, err, rest.Invalid)
		_, err = c.CreateComment(t.Context(), repo, number, "x")
		fails(t, err, rest.Invalid)
		_, err = c.PullRequest(t.Context(), repo, number)
		fails(t, err, rest.Invalid)
		_, _, err = c.PullRequestFiles(t.Context(), repo, number)
		fails(t, err, rest.Invalid)
	}
	f.wants(t, 0)
}

func TestACommentIsWrittenChangedAndDeleted(t *testing.T) {
	f := serve(t, reply{status: 201, body: comment(7, "me", "<b>&")}, reply{body: comment(7, "me", "new")}, reply{status: 204})
	c, _ := client(t, f)
	made, err := c.CreateComment(t.Context(), repo, 12, "<b>&")
	if want := (rest.Comment{ID: 7, Author: "me", Body: "<b>&", URL: "https://github.com/c/7"}); err != nil || made != want {
		t.Errorf("got %v, %v", made, err)
	}
	if changed, err := c.UpdateComment(t.Context(), repo, 7, "new"); err != nil || changed.Body != "new" {
		t.Errorf("got %v, %v", changed, err)
	}
	if err := c.DeleteComment(t.Context(), repo, 7); err != nil {
		t.Error(err)
	}
	var got []string
	for _, r := range f.requests() {
		got = append(got, strings.TrimSpace(r.method+" "+r.path+" "+strings.TrimSpace(r.body)))
	}
	want := []string{
		`POST /repos/octo/app/issues/12/comments {"body":"<b>&"}`,
		`PATCH /repos/octo/app/issues/comments/7 {"body":"new"}`,
		`DELETE /repos/octo/app/issues/comments/7`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestACommentThatIsGoneIsNotFound(t *testing.T) {
	f := serve(t, reply{status: 404, body: `{"message":"Not Found"}`})
	c, _ := client(t, f)
	_, err := c.UpdateComment(t.Context(), repo, 7, "new")
	fails(t, err, rest.NotFound, "update comment: GitHub answered 404: Not Found")
	fails(t, c.DeleteComment(t.Context(), repo, 7), rest.NotFound, "delete comment")
}
