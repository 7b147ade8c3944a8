package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// call is what the transports need to know of the call that a request belongs to.
type call struct {
	// op says what is tried, for errors.
	op string
	// once is true when a PATCH adds something, so that it may not be repeated
	// when it is unknown whether it arrived.
	once bool
	// bound is the largest answer in bytes; maxAnswer when zero.
	bound int64
	// left is what remains of the patience.
	left time.Duration
}

type callKey struct{}

// callOf finds the call of a request. Without one nothing is waited for.
func callOf(ctx context.Context) *call {
	if found, ok := ctx.Value(callKey{}).(*call); ok {
		return found
	}
	return &call{}
}

// take uses up some patience, and says whether there was enough.
func (c *call) take(d time.Duration) bool {
	if d > c.left {
		return false
	}
	c.left -= d
	return true
}

// place is a repository.
type place struct{ owner, name string }

// path is an address below the repository's.
func (p place) path(below string) string { return "repos/" + p.owner + "/" + p.name + below }

var repositoryName = regexp.MustCompile(`^([A-Za-z0-9_-][A-Za-z0-9_.-]*)/([A-Za-z0-9_.-]+)$`)

func parseRepository(repo string) (place, error) {
	parts := repositoryName.FindStringSubmatch(repo)
	if parts == nil || parts[2] == "." || parts[2] == ".." {
		return place{}, &Error{Kind: Invalid, Message: fmt.Sprintf("%q is not a repository; write it as owner/name", oneLine(repo))}
	}
	return place{parts[1], parts[2]}, nil
}

// in runs a call that is about a repository.
func (c *Client) in(ctx context.Context, repo string, k call, ask func(context.Context, place) error) error {
	return c.run(ctx, k, func(ctx context.Context) error {
		where, err := parseRepository(repo)
		if err != nil {
			return err
		}
		return ask(ctx, where)
	})
}

// run runs a call with fresh patience. Its error is an *Error or the context's.
func (c *Client) run(ctx context.Context, k call, ask func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", k.op, err)
	}
	k.left = c.patience
	return c.explain(ctx, k.op, ask(context.WithValue(ctx, callKey{}, &k)))
}

// explain makes an *Error of whatever the chain, the HTTP client or go-github
// returned. What the network says may hold addresses: they are cut to the host.
func (c *Client) explain(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) {
		named := *known
		named.Op = op
		return &named
	}
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("%s: %w", op, ended)
	}
	var sent *url.Error
	if errors.As(err, &sent) {
		err = sent.Err
	}
	return &Error{Kind: Unavailable, Op: op, Message: c.words.network(err.Error())}
}

// get asks for what go-github has no method or no field for.
func (c *Client) get(ctx context.Context, path, accept string, into any) error {
	request, err := c.api.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	if accept != "" {
		request.Header.Set("Accept", accept)
	}
	_, err = c.api.Do(ctx, request, into)
	return err
}

// unexpected is the error for an answer that lacks what it must have.
func unexpected(what string) error {
	return &Error{Kind: Unavailable, Message: "GitHub's answer holds no " + what}
}
