package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/google/go-github/v60/github"
)

var shaPattern = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// checkSHA refuses everything but a whole commit id: a branch may have any name.
func checkSHA(sha string) error {
	if shaPattern.MatchString(sha) {
		return nil
	}
	return &Error{Kind: Invalid, Message: fmt.Sprintf("%q is not the whole id of a commit", cut(oneLine(sha), 80))}
}

// plainRef says whether ref can be a branch, a tag or a commit. An expression of
// git, an owner before a colon or a path that leads away is none.
func plainRef(ref string) bool {
	return ref != "" && ref != "." && oneLine(ref) == ref &&
		!strings.ContainsAny(ref, ": ?*[\\^~") && !strings.Contains(ref, "..")
}

// Commit reads a commit by its whole id.
func (c *Client) Commit(ctx context.Context, repo, sha string) (Commit, error) {
	var commit Commit
	err := c.in(ctx, repo, call{op: "read commit"}, func(ctx context.Context, where place) error {
		if err := checkSHA(sha); err != nil {
			return err
		}
		found, err := c.commit(ctx, where, sha)
		if err != nil {
			return err
		}
		if found.GetSHA() != sha {
			return unexpected("commit of that id")
		}
		commit.SHA = sha
		for _, parent := range found.Parents {
			commit.Parents = append(commit.Parents, parent.GetSHA())
		}
		return nil
	})
	return commit, err
}

// commit asks with the shortest list of files that GitHub makes.
func (c *Client) commit(ctx context.Context, where place, ref string) (*github.RepositoryCommit, error) {
	found, _, err := c.api.Repositories.GetCommit(ctx, where.owner, where.name, url.PathEscape(ref), &github.ListOptions{PerPage: 1})
	if err == nil && found.GetSHA() == "" {
		err = unexpected("commit")
	}
	return found, err
}

// IsAncestor says whether the commit, a whole id, is of or an ancestor of it. of
// may be an id or a branch of the same repository. A commit that GitHub does not
// know is an error.
func (c *Client) IsAncestor(ctx context.Context, repo, commit, of string) (bool, error) {
	var is bool
	err := c.in(ctx, repo, call{op: "compare commits"}, func(ctx context.Context, where place) error {
		if err := checkSHA(commit); err != nil {
			return err
		}
		// With an owner and a colon GitHub would compare with a fork.
		if !plainRef(of) {
			return &Error{Kind: Invalid, Message: fmt.Sprintf("%q is not a branch or a commit", cut(oneLine(of), 80))}
		}
		found, _, err := c.api.Repositories.CompareCommits(ctx, where.owner, where.name, commit, of, &github.ListOptions{PerPage: 1})
		if unrelated(err) {
			return nil
		}
		if err != nil {
			return err
		}
		switch found.GetStatus() {
		case "ahead", "identical":
			// The common ancestor must say the same.
			is = found.GetMergeBaseCommit().GetSHA() == commit
		case "behind", "diverged":
		default:
			return unexpected("comparison")
		}
		return nil
	})
	return is, err
}

// unrelated says that both commits are known and have nothing in common.
func unrelated(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound &&
		strings.HasPrefix(strings.ToLower(refused.Message), "no common ancestor")
}
