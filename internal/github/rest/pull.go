package rest

import (
	"context"

	"github.com/google/go-github/v60/github"
)

// maxFiles is how many files of a pull request GitHub lists.
const maxFiles = 3000

// PullRequest reads a pull request as it is now.
func (c *Client) PullRequest(ctx context.Context, repo string, number int) (PullRequest, error) {
	var pull PullRequest
	err := c.in(ctx, repo, call{op: "read pull request"}, func(ctx context.Context, where place) error {
		found, err := c.pull(ctx, where, number)
		if err != nil {
			return err
		}
		pull = PullRequest{
			Number: found.GetNumber(), State: found.GetState(), Locked: found.GetLocked(),
			Author: found.GetUser().GetLogin(), Head: side(found.GetHead()), Base: side(found.GetBase()),
		}
		return nil
	})
	return pull, err
}

func (c *Client) pull(ctx context.Context, where place, number int) (*github.PullRequest, error) {
	if err := checkNumber(number); err != nil {
		return nil, err
	}
	found, _, err := c.api.PullRequests.Get(ctx, where.owner, where.name, number)
	if err != nil {
		return nil, err
	}
	if found.GetNumber() != number || found.GetHead().GetSHA() == "" {
		return nil, unexpected("pull request of that number")
	}
	return found, nil
}

func side(branch *github.PullRequestBranch) Side {
	return Side{Ref: branch.GetRef(), SHA: branch.GetSHA(), Repository: branch.GetRepo().GetFullName()}
}

// PullRequestFiles lists the files that a pull request changes, in GitHub's
// order. complete is false when there may be more: GitHub lists 3,000 at most.
func (c *Client) PullRequestFiles(ctx context.Context, repo string, number int) (files []File, complete bool, err error) {
	err = c.in(ctx, repo, call{op: "list the files of the pull request"}, func(ctx context.Context, where place) error {
		found, whole, err := c.listFiles(ctx, where, number)
		if err != nil {
			return err
		}
		// Asked after the list, so that a push in between is noticed.
		pull, err := c.pull(ctx, where, number)
		if err != nil {
			return err
		}
		for _, one := range found {
			files = append(files, File{
				Path: one.GetFilename(), Previous: one.GetPreviousFilename(), Status: one.GetStatus(), Patch: one.GetPatch(),
			})
		}
		complete = whole && len(files) < maxFiles && len(files) >= pull.GetChangedFiles()
		return nil
	})
	return files, complete, err
}

func (c *Client) listFiles(ctx context.Context, where place, number int) ([]*github.CommitFile, bool, error) {
	if err := checkNumber(number); err != nil {
		return nil, false, err
	}
	return pages(func(page github.ListOptions) ([]*github.CommitFile, *github.Response, error) {
		return c.api.PullRequests.ListFiles(ctx, where.owner, where.name, number, &page)
	})
}
