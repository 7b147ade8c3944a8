package rest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"
)

// Issue is an issue that is no pull request.
type Issue struct {
	Number int
	Title  string
	Body   string
	// State is open or closed. Reason says why: completed, not_planned,
	// duplicate or reopened; it is empty where nobody said, and on old servers.
	State  string
	Reason string
	Author string
	URL    string
	// Labels and Assignees are sorted.
	Labels    []string
	Assignees []string
}

// IssueForm is what an issue is made of, or what changes in it: what is empty
// or nil stays as it is.
type IssueForm struct {
	Title string
	Body  string
	// State is open or closed, and Reason why: completed, not_planned or
	// reopened. Both mean nothing for an issue that is made.
	State  string
	Reason string
	// Labels and Assignees replace those that there are. GitHub leaves them out
	// without a word when the token may not set them.
	Labels    []string
	Assignees []string
}

// Issues lists the issues with a label, open and closed, by their number.
// Pull requests are left out. More than 10,000 are an error of the kind TooLarge.
func (c *Client) Issues(ctx context.Context, repo, label string) ([]Issue, error) {
	var all []Issue
	err := c.in(ctx, repo, call{op: "list issues"}, func(ctx context.Context, where place) error {
		if err := checkLabel(label); err != nil {
			return err
		}
		// The oldest first: an issue that is made meanwhile moves no other one.
		found, complete, err := pages(func(page github.ListOptions) ([]*github.Issue, *github.Response, error) {
			return c.api.Issues.ListByRepo(ctx, where.owner, where.name, &github.IssueListByRepoOptions{
				State: "all", Labels: []string{label}, Sort: "created", Direction: "asc", ListOptions: page,
			})
		})
		if err != nil {
			return err
		}
		if !complete {
			return &Error{Kind: TooLarge, Message: fmt.Sprintf("there are more than %d issues with the label", maxPages*perPage)}
		}
		all, err = convertIssues(found)
		return err
	})
	return all, err
}

func convertIssues(found []*github.Issue) ([]Issue, error) {
	all := make([]Issue, 0, len(found))
	for _, one := range found {
		converted, err := convertIssue(one)
		if err != nil {
			return nil, err
		}
		if !one.IsPullRequest() {
			all = append(all, converted)
		}
	}
	slices.SortStableFunc(all, func(a, b Issue) int { return cmp.Compare(a.Number, b.Number) })
	return slices.CompactFunc(all, func(a, b Issue) bool { return a.Number == b.Number }), nil
}

func convertIssue(found *github.Issue) (Issue, error) {
	if found.GetNumber() <= 0 {
		return Issue{}, unexpected("number of the issue")
	}
	issue := Issue{
		Number: found.GetNumber(), Title: found.GetTitle(), Body: found.GetBody(), State: found.GetState(),
		Reason: found.GetStateReason(), Author: found.GetUser().GetLogin(), URL: found.GetHTMLURL(),
	}
	for _, label := range found.Labels {
		issue.Labels = append(issue.Labels, label.GetName())
	}
	for _, user := range found.Assignees {
		issue.Assignees = append(issue.Assignees, user.GetLogin())
	}
	slices.Sort(issue.Labels)
	slices.Sort(issue.Assignees)
	return issue, nil
}

// CreateIssue opens an issue. When it fails with Unavailable, the issue may
// exist all the same. GitHub refuses a body of more than 65,536 characters.
func (c *Client) CreateIssue(ctx context.Context, repo string, form IssueForm) (Issue, error) {
	var made Issue
	form.State, form.Reason = "", ""
	err := c.in(ctx, repo, call{op: "create issue"}, func(ctx context.Context, where place) error {
		answer, _, err := c.api.Issues.Create(ctx, where.owner, where.name, form.request())
		if err != nil {
			return err
		}
		made, err = convertIssue(answer)
		return err
	})
	return made, err
}

// UpdateIssue changes an issue. One that was deleted, or moved to another
// repository, is an error of the kind NotFound.
func (c *Client) UpdateIssue(ctx context.Context, repo string, number int, form IssueForm) (Issue, error) {
	var changed Issue
	err := c.in(ctx, repo, call{op: "update issue"}, func(ctx context.Context, where place) error {
		if err := checkNumber(number); err != nil {
			return err
		}
		answer, _, err := c.api.Issues.Edit(ctx, where.owner, where.name, number, form.request())
		if err != nil {
			return err
		}
		changed, err = convertIssue(answer)
		return err
	})
	return changed, err
}

func (f IssueForm) request() *github.IssueRequest {
	request := &github.IssueRequest{
		Title: filled(f.Title), Body: filled(f.Body), State: filled(f.State), StateReason: filled(f.Reason),
	}
	if f.Labels != nil {
		request.Labels = &f.Labels
	}
	if f.Assignees != nil {
		request.Assignees = &f.Assignees
	}
	return request
}

// checkLabel refuses what is no single label: GitHub's list takes several, with
// commas between them.
func checkLabel(label string) error {
	const most = 50
	if label != "" && len(label) <= most && !strings.Contains(label, ",") && oneLine(label) == label {
		return nil
	}
	return &Error{Kind: Invalid, Message: fmt.Sprintf("%q is not a label; write one of at most %d characters, without a comma", cut(oneLine(label), most), most)}
}
