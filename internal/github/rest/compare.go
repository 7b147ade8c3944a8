package rest

import (
	"context"

	"github.com/google/go-github/v60/github"
)

// maxCompared is how many files GitHub lists in a comparison.
const maxCompared = 300

// Compare lists the files that differ between two commits, whole ids of the
// same repository, from their common ancestor on. complete is false when there
// may be more than GitHub lists.
func (c *Client) Compare(ctx context.Context, repo, base, head string) (files []File, complete bool, err error) {
	err = c.in(ctx, repo, call{op: "compare commits"}, func(ctx context.Context, where place) error {
		for _, sha := range []string{base, head} {
			if err := checkSHA(sha); err != nil {
				return err
			}
		}
		found, _, err := c.api.Repositories.CompareCommits(ctx, where.owner, where.name, base, head, &github.ListOptions{PerPage: perPage})
		if err != nil {
			return err
		}
		if found.GetStatus() == "" {
			return unexpected("comparison")
		}
		for _, one := range found.Files {
			files = append(files, File{
				Path: one.GetFilename(), Previous: one.GetPreviousFilename(), Status: one.GetStatus(), Patch: one.GetPatch(),
			})
		}
		complete = len(files) < maxCompared
		return nil
	})
	return files, complete, err
}
