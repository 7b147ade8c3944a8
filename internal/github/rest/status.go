package rest

import (
	"context"

	"github.com/google/go-github/v60/github"
)

// CreateStatus sets a commit status. The newest of a context counts. A
// description of more than 140 characters is cut.
func (c *Client) CreateStatus(ctx context.Context, repo, sha string, status Status) error {
	return c.in(ctx, repo, call{op: "create commit status"}, func(ctx context.Context, where place) error {
		if err := checkSHA(sha); err != nil {
			return err
		}
		_, _, err := c.api.Repositories.CreateStatus(ctx, where.owner, where.name, sha, &github.RepoStatus{
			State: &status.State, Context: filled(status.Context), TargetURL: filled(status.TargetURL),
			Description: filled(cut(status.Description, maxDescription)),
		})
		return err
	})
}
