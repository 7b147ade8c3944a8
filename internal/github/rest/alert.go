package rest

import (
	"context"
	"fmt"

	"github.com/google/go-github/v60/github"
)

// Alert is one of code scanning's.
type Alert struct {
	Number int
	Rule   string
	// Reason is why it was dismissed: "false positive", "won't fix" or "used in
	// tests"; Comment is what was written beside it.
	Reason  string
	Comment string
	// Category, Path, Line and Message are those of the analysis that saw it last.
	Category string
	Path     string
	Line     int
	Message  string
	URL      string
}

// DismissedAlerts lists the alerts of a tool on the default branch that
// somebody dismissed, in GitHub's order. FeatureOff means that code scanning is
// switched off, Forbidden that the token lacks security-events: read, and
// NotFound that nothing was ever analysed or that the token sees nothing.
func (c *Client) DismissedAlerts(ctx context.Context, repo, tool string) ([]Alert, error) {
	var all []Alert
	err := c.in(ctx, repo, call{op: "list dismissed alerts"}, func(ctx context.Context, where place) error {
		found, complete, err := pages(func(page github.ListOptions) ([]*github.Alert, *github.Response, error) {
			return c.api.CodeScanning.ListAlertsForRepo(ctx, where.owner, where.name, &github.AlertListOptions{
				State: "dismissed", ToolName: tool, ListOptions: page,
			})
		})
		if err != nil {
			return err
		}
		if !complete {
			return &Error{Kind: TooLarge, Message: fmt.Sprintf("there are more than %d dismissed alerts", maxPages*perPage)}
		}
		seen := map[int]bool{}
		for _, one := range found {
			if one.GetNumber() <= 0 || one.GetRule().GetID() == "" {
				return unexpected("number or rule of the alert")
			}
			// One that moved to the next page while they were read is there twice.
			if !seen[one.GetNumber()] && one.GetState() == "dismissed" {
				all = append(all, convertAlert(one))
			}
			seen[one.GetNumber()] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func convertAlert(found *github.Alert) Alert {
	last := found.GetMostRecentInstance()
	return Alert{
		Number: found.GetNumber(), Rule: found.GetRule().GetID(),
		Reason: found.GetDismissedReason(), Comment: found.GetDismissedComment(), Category: last.GetCategory(),
		Path: last.GetLocation().GetPath(), Line: last.GetLocation().GetStartLine(),
		Message: last.GetMessage().GetText(), URL: found.GetHTMLURL(),
	}
}
