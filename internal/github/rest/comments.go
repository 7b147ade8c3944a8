package rest

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/go-github/v60/github"
)

// Comments lists the comments of an issue or pull request, oldest first. A
// comment that is written or deleted meanwhile may be in the list or not.
// More than 10,000 are an error of the kind TooLarge.
func (c *Client) Comments(ctx context.Context, repo string, number int) ([]Comment, error) {
	var all []Comment
	err := c.in(ctx, repo, call{op: "list comments"}, func(ctx context.Context, where place) error {
		if err := checkNumber(number); err != nil {
			return err
		}
		found, complete, err := pages(func(page github.ListOptions) ([]*github.IssueComment, *github.Response, error) {
			return c.api.Issues.ListComments(ctx, where.owner, where.name, number, &github.IssueListCommentsOptions{ListOptions: page})
		})
		if err != nil {
			return err
		}
		if !complete {
			return &Error{Kind: TooLarge, Message: fmt.Sprintf("there are more than %d comments", maxPages*perPage)}
		}
		all, err = convertComments(found)
		return err
	})
	return all, err
}

// convertComments sorts the comments. One that moved to the next page while
// the pages were read is there twice.
func convertComments(found []*github.IssueComment) ([]Comment, error) {
	all := make([]Comment, 0, len(found))
	for _, one := range found {
		converted, err := convertComment(one)
		if err != nil {
			return nil, err
		}
		all = append(all, converted)
	}
	slices.SortStableFunc(all, func(a, b Comment) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b Comment) bool { return a.ID == b.ID }), nil
}

func convertComment(found *github.IssueComment) (Comment, error) {
	if found.GetID() == 0 {
		return Comment{}, unexpected("number of the comment")
	}
	return Comment{ID: found.GetID(), Author: found.GetUser().GetLogin(), Body: found.GetBody(), URL: found.GetHTMLURL()}, nil
}

// CreateComment writes a comment. When it fails with Unavailable, the comment
// may exist all the same. GitHub refuses a body of more than 65,536 characters.
func (c *Client) CreateComment(ctx context.Context, repo string, number int, body string) (Comment, error) {
	var made Comment
	err := c.in(ctx, repo, call{op: "create comment"}, func(ctx context.Context, where place) error {
		if err := checkNumber(number); err != nil {
			return err
		}
		answer, _, err := c.api.Issues.CreateComment(ctx, where.owner, where.name, number, &github.IssueComment{Body: &body})
		if err != nil {
			return err
		}
		made, err = convertComment(answer)
		return err
	})
	return made, err
}

// UpdateComment replaces the text of a comment. A comment that was deleted
// meanwhile is an error of the kind NotFound.
func (c *Client) UpdateComment(ctx context.Context, repo string, id int64, body string) (Comment, error) {
	var changed Comment
	err := c.in(ctx, repo, call{op: "update comment"}, func(ctx context.Context, where place) error {
		answer, _, err := c.api.Issues.EditComment(ctx, where.owner, where.name, id, &github.IssueComment{Body: &body})
		if err != nil {
			return err
		}
		changed, err = convertComment(answer)
		return err
	})
	return changed, err
}

// DeleteComment removes a comment. One that is not there, perhaps because a
// first try removed it unheard, is an error of the kind NotFound.
func (c *Client) DeleteComment(ctx context.Context, repo string, id int64) error {
	return c.in(ctx, repo, call{op: "delete comment"}, func(ctx context.Context, where place) error {
		_, err := c.api.Issues.DeleteComment(ctx, where.owner, where.name, id)
		return err
	})
}

// checkNumber refuses what is not the number of an issue or pull request:
// GitHub's client lists the comments of the whole repository for 0.
func checkNumber(number int) error {
	if number > 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: fmt.Sprintf("%d is not the number of a pull request", number)}
}
