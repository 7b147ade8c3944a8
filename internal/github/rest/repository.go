package rest

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"
)

// actionsLogin is whom a workflow's own token writes as.
const actionsLogin = "github-actions[bot]"

// Login is the user that the token belongs to. The token of an app, such as a
// workflow's own, may not ask this API, and asks the other one (viewer). Where
// that does not say either, it is taken for a workflow's.
func (c *Client) Login(ctx context.Context) (string, error) {
	var login string
	err := c.run(ctx, call{op: "ask whose token it is"}, func(ctx context.Context) error {
		user, _, err := c.api.Users.Get(ctx, "")
		var refused *Error
		switch {
		case errors.As(err, &refused) && refused.Kind == Forbidden && strings.Contains(strings.ToLower(refused.Message), "integration"):
			login, err = c.viewer(ctx)
			return err
		case err != nil:
			return err
		case user.GetLogin() == "":
			return unexpected("login")
		}
		login = user.GetLogin()
		return nil
	})
	return login, err
}

// viewer is whom the token writes as, by GitHub's GraphQL API, which tells it to
// apps as well (my-app[bot]). Only the context's error is one.
func (c *Client) viewer(ctx context.Context) (string, error) {
	place := "graphql"
	if strings.HasSuffix(c.api.BaseURL.Path, "/api/v3/") {
		// On GitHub Enterprise Server the two APIs lie beside each other.
		place = "../graphql"
	}
	request, err := c.api.NewRequest(http.MethodPost, place, map[string]string{"query": "{viewer{login}}"})
	if err != nil {
		return actionsLogin, nil //nolint:nilerr // It is a question that may stay open.
	}
	var answer struct {
		Data struct{ Viewer struct{ Login string } }
	}
	if _, err := c.api.Do(ctx, request, &answer); err != nil && ctx.Err() != nil {
		return "", ctx.Err()
	}
	return cmp.Or(answer.Data.Viewer.Login, actionsLogin), nil
}

// Wrote reports whether the author of something may be whom Login named. Where
// that is not known – the token of an app – every app may, so that this is enough
// only where something else keeps other apps out, such as a label, which needs
// the permission to write. No person's name has a bracket.
func Wrote(login, author string) bool {
	return author == login || login == actionsLogin && strings.HasSuffix(author, "[bot]")
}

// Repository reads what gate needs of a repository.
func (c *Client) Repository(ctx context.Context, repo string) (Repository, error) {
	var repository Repository
	err := c.in(ctx, repo, call{op: "read repository"}, func(ctx context.Context, where place) error {
		found, _, err := c.api.Repositories.Get(ctx, where.owner, where.name)
		if err != nil {
			return err
		}
		if found.GetFullName() == "" {
			return unexpected("repository")
		}
		repository = Repository{
			FullName: found.GetFullName(), DefaultBranch: found.GetDefaultBranch(),
			Private: found.GetPrivate(), Archived: found.GetArchived(), Fork: found.GetFork(),
		}
		return nil
	})
	return repository, err
}

// WorkflowRun reads a run of a workflow: its newest attempt.
func (c *Client) WorkflowRun(ctx context.Context, repo string, id int64) (WorkflowRun, error) {
	var run WorkflowRun
	err := c.in(ctx, repo, call{op: "read workflow run"}, func(ctx context.Context, where place) error {
		// go-github has no field for the path of the workflow.
		var found struct {
			github.WorkflowRun
			Path string `json:"path"`
		}
		if err := c.get(ctx, where.path("/actions/runs/"+strconv.FormatInt(id, 10)), "", &found); err != nil {
			return err
		}
		if found.GetID() != id {
			return unexpected("workflow run of that number")
		}
		run = WorkflowRun{
			ID: id, Attempt: found.GetRunAttempt(), Event: found.GetEvent(), Path: found.Path,
			HeadSHA: found.GetHeadSHA(), HeadBranch: found.GetHeadBranch(), HeadRepository: found.GetHeadRepository().GetFullName(),
			Status: found.GetStatus(), Conclusion: found.GetConclusion(), URL: found.GetHTMLURL(),
		}
		return nil
	})
	return run, err
}
