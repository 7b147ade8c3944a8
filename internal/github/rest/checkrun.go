package rest

import (
	"context"

	"github.com/google/go-github/v60/github"
)

// CreateCheckRun makes a check run. Text over GitHub's limits is cut. More than
// 50 annotations go up in further requests: when one of these fails, the check
// run exists, and its id comes with the error.
func (c *Client) CreateCheckRun(ctx context.Context, repo string, run CheckRun) (id int64, link string, err error) {
	err = c.in(ctx, repo, call{op: "create check run", once: true}, func(ctx context.Context, where place) error {
		first, rest := batches(run.Annotations)
		made, _, err := c.api.Checks.CreateCheckRun(ctx, where.owner, where.name, github.CreateCheckRunOptions{
			Name: run.Name, HeadSHA: run.HeadSHA, DetailsURL: filled(run.DetailsURL), ExternalID: filled(run.ExternalID),
			Status: filled(run.Status), Conclusion: filled(run.Conclusion),
			StartedAt: timestamp(run.Started), CompletedAt: timestamp(run.Completed),
			Output: run.output(first),
		})
		if err != nil {
			return err
		}
		if made.GetID() == 0 {
			return unexpected("number of the check run")
		}
		id, link = made.GetID(), made.GetHTMLURL()
		return c.annotate(ctx, where, id, run, rest)
	})
	return id, link, err
}

// UpdateCheckRun replaces the state and the text of a check run, and adds to its
// annotations. The commit and the start stay as they were.
func (c *Client) UpdateCheckRun(ctx context.Context, repo string, id int64, run CheckRun) error {
	// GitHub adds annotations to those that it has: twice sent is twice there.
	k := call{op: "update check run", once: len(run.Annotations) > 0}
	return c.in(ctx, repo, k, func(ctx context.Context, where place) error {
		first, rest := batches(run.Annotations)
		_, _, err := c.api.Checks.UpdateCheckRun(ctx, where.owner, where.name, id, github.UpdateCheckRunOptions{
			Name: run.Name, DetailsURL: filled(run.DetailsURL), ExternalID: filled(run.ExternalID),
			Status: filled(run.Status), Conclusion: filled(run.Conclusion), CompletedAt: timestamp(run.Completed),
			Output: run.output(first),
		})
		if err != nil {
			return err
		}
		return c.annotate(ctx, where, id, run, rest)
	})
}

// annotate adds the annotations that did not fit into the first request.
func (c *Client) annotate(ctx context.Context, where place, id int64, run CheckRun, rest [][]CheckAnnotation) error {
	for _, batch := range rest {
		_, _, err := c.api.Checks.UpdateCheckRun(ctx, where.owner, where.name, id,
			github.UpdateCheckRunOptions{Name: run.Name, Output: run.output(batch)})
		if err != nil {
			return err
		}
	}
	return nil
}
