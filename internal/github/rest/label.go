package rest

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"
)

// Label is a label of a repository.
type Label struct {
	Name string
	// Color is six hexadecimal digits; Description has at most 100 characters.
	Color       string
	Description string
}

// maxLabelWords is the longest description of a label: for GitHub in characters,
// here in bytes.
const maxLabelWords = 100

// EnsureLabel makes a label where there is none of that name, and leaves one
// that is there as it is. That another run was faster is no error.
func (c *Client) EnsureLabel(ctx context.Context, repo string, label Label) error {
	return c.in(ctx, repo, call{op: "make the label"}, func(ctx context.Context, where place) error {
		if err := checkLabel(label.Name); err != nil {
			return err
		}
		_, _, err := c.api.Issues.GetLabel(ctx, where.owner, where.name, label.Name)
		var refused *Error
		if err == nil || !errors.As(err, &refused) || refused.Status != http.StatusNotFound {
			return err
		}
		_, _, err = c.api.Issues.CreateLabel(ctx, where.owner, where.name, &github.Label{
			Name: &label.Name, Color: filled(label.Color), Description: filled(cutBytes(label.Description, maxLabelWords)),
		})
		if errors.As(err, &refused) && refused.Kind == Invalid && strings.Contains(refused.Message, "already_exists") {
			return nil
		}
		return err
	})
}
