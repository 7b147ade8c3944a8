package rest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

func TestAWorkflowsOwnTokenWritesAsTheActionsBot(t *testing.T) {
	c, _ := client(t, serve(t, reply{status: 403, body: `{"message":"Resource not accessible by integration"}`}))
	if got, err := c.Login(t.Context()); err != nil || got != "github-actions[bot]" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, test := range []struct {
		reply
		kind rest.Kind
	}{
		{reply{status: 403, body: `{"message":"Resource not accessible by personal access token"}`}, rest.Forbidden},
		{reply{status: 401, body: `{"message":"Bad credentials"}`}, rest.Unauthorized},
		{reply{status: 404, body: `{"message":"Not Found by integration"}`}, rest.NotFound},
		{reply{body: `{}`}, rest.Unavailable},
	} {
		c, _ := client(t, serve(t, test.reply))
		_, err := c.Login(t.Context())
		fails(t, err, test.kind)
	}
}

func TestARepositoryIsRead(t *testing.T) {
	f := serve(t, reply{body: `{"full_name":"octo/app","default_branch":"trunk","private":true,"archived":true,"fork":true}`})
	c, _ := client(t, f)
	got, err := c.Repository(t.Context(), repo)
	want := rest.Repository{FullName: repo, DefaultBranch: "trunk", Private: true, Archived: true, Fork: true}
	if diff := cmp.Diff(want, got); err != nil || diff != "" || f.requests()[0].path != "/repos/octo/app" {
		t.Errorf("%v %s", err, diff)
	}
	c, _ = client(t, serve(t, reply{body: `{}`}))
	_, err = c.Repository(t.Context(), repo)
	fails(t, err, rest.Unavailable)
}

func TestAWorkflowRunIsReadWithThePathOfItsWorkflow(t *testing.T) {
	body := `{"id":30433642,"run_attempt":2,"event":"pull_request","path":".github/workflows/gate.yml","head_sha":"` + sha1 + `","head_branch":"topic",
		"head_repository":{"full_name":"ann/app"},"status":"completed","conclusion":"failure","html_url":"https://github.com/r"}`
	f := serve(t, reply{body: body})
	c, _ := client(t, f)
	got, err := c.WorkflowRun(t.Context(), repo, 30433642)
	want := rest.WorkflowRun{
		ID: 30433642, Attempt: 2, Event: "pull_request", Path: ".github/workflows/gate.yml", HeadSHA: sha1, HeadBranch: "topic",
		HeadRepository: "ann/app", Status: "completed", Conclusion: "failure", URL: "https://github.com/r",
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" || f.requests()[0].path != "/repos/octo/app/actions/runs/30433642" {
		t.Errorf("%v %s", err, diff)
	}
	_, err = c.WorkflowRun(t.Context(), repo, 5)
	fails(t, err, rest.Unavailable, "workflow run of that number")
}
