package rest

import (
	"context"

	"github.com/google/go-github/v60/github"
)

// Review is one review of a pull request.
type Review struct {
	User string
	// State is GitHub's word: APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED, PENDING.
	State string
	// SHA is the commit that was reviewed.
	SHA string
}

// Reviews lists the reviews of a pull request, oldest first. complete is false
// when there may be more.
func (c *Client) Reviews(ctx context.Context, repo string, number int) (reviews []Review, complete bool, err error) {
	err = c.in(ctx, repo, call{op: "list the reviews of the pull request"}, func(ctx context.Context, where place) error {
		if err := checkNumber(number); err != nil {
			return err
		}
		found, whole, err := pages(func(page github.ListOptions) ([]*github.PullRequestReview, *github.Response, error) {
			return c.api.PullRequests.ListReviews(ctx, where.owner, where.name, number, &page)
		})
		if err != nil {
			return err
		}
		complete = whole
		for _, one := range found {
			reviews = append(reviews, Review{User: one.GetUser().GetLogin(), State: one.GetState(), SHA: one.GetCommitID()})
		}
		return nil
	})
	return reviews, complete, err
}

// Tip is the commit that a branch points to, or the default branch when branch
// is empty. A repository that the token can't see is NotFound.
func (c *Client) Tip(ctx context.Context, repo, branch string) (string, error) {
	var sha string
	if branch == "" {
		branch = "HEAD"
	}
	err := c.in(ctx, repo, call{op: "find the newest commit"}, func(ctx context.Context, where place) error {
		found, err := c.commit(ctx, where, branch)
		if err != nil {
			return err
		}
		sha = found.GetSHA()
		return checkSHA(sha)
	})
	return sha, err
}
