package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

// Tarball writes the files of a repository at a commit, branch or tag to w, and
// those of the default branch when ref is empty: a gzipped tar archive with one
// leading folder, as GitHub packs it. The number is how many bytes w got, also
// beside an error: what was written then is not a whole archive.
//
// NotFound (also fs.ErrNotExist) means that the token sees the repository and
// that it has no such ref. A repository that may only be hidden is Forbidden. An
// archive of more than 2 GiB is TooLarge. An error of w is returned as it is,
// under the name of the call, and is no *Error.
//
// The token goes to the API only, and the address of the archive, which is a
// secret for a while, is in no error. Only the question for that address is
// repeated: w cannot take back what it got. The archive has no time of its own
// but that of ctx; a minute without a byte ends it. Whether the packed bytes are
// a good archive is for the reader to see.
func (c *Client) Tarball(ctx context.Context, repo, ref string, w io.Writer) (int64, error) {
	if ref == "" {
		ref = "HEAD"
	}
	op := "download archive of " + c.words.foreign(ref)
	out := &sink{next: w}
	err := c.in(ctx, repo, call{op: op}, func(ctx context.Context, where place) error {
		if !plainRef(ref) {
			return &Error{Kind: Invalid, Message: "this is not a branch, a tag or a commit"}
		}
		address, err := c.archiveAddress(ctx, where, ref)
		if err == nil {
			err = c.archive.download(ctx, address, out)
		}
		return c.surelyUnknown(ctx, where, ref, err)
	})
	if out.failed != nil {
		err = fmt.Errorf("%s: write it: %w", op, out.failed)
	}
	return out.written, err
}

// archiveAddress asks the API where the archive is.
func (c *Client) archiveAddress(ctx context.Context, where place, ref string) (*url.URL, error) {
	request, err := c.api.NewRequest(http.MethodGet, where.path("/tarball/"+url.PathEscape(ref)), nil)
	if err != nil {
		return nil, unexpected("readable address")
	}
	target, _, err := c.leaving(request.WithContext(ctx))
	switch {
	case err != nil:
		return nil, err
	case target == nil:
		return nil, unexpected("address of the archive")
	}
	return target, archiveAllowed(originOf(c.api.BaseURL), "archive", target)
}

// leaving follows the redirects of a GET within the API, as of a renamed
// repository, to the first that leads elsewhere: that is the target. It is nil
// when an answer is no redirect but the content itself. The HTTP client is left
// out: it would quote an address that it cannot read.
func (c *Client) leaving(request *http.Request) (target *url.URL, direct []byte, err error) {
	home := originOf(c.api.BaseURL)
	var via []*http.Request
	for {
		response, err := c.api.Client().Transport.RoundTrip(request)
		if err != nil {
			return nil, nil, err
		}
		if response.StatusCode < 300 {
			return nil, content(response), nil
		}
		target, err := redirected(request.URL, response)
		if err != nil {
			return nil, nil, err
		}
		if originOf(target) != home || !strings.HasPrefix(target.Path, c.api.BaseURL.Path) {
			return target, nil, nil
		}
		via = append(via, request)
		request = request.Clone(request.Context())
		request.URL, request.Host = target, ""
		if err := home.redirect(request, via); err != nil {
			return nil, nil, err
		}
	}
}

// redirected is where an answer sends the client. Its errors do not quote it.
func redirected(from *url.URL, response *http.Response) (*url.URL, error) {
	_ = response.Body.Close()
	switch response.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, unexpected("address")
	}
	location := response.Header.Get("Location")
	target, err := from.Parse(location)
	if err != nil || location == "" || target.Hostname() == "" {
		return nil, unexpected("readable address")
	}
	return target, nil
}

// surelyUnknown asks for the commit when there was no archive: GitHub says the
// same to a token that may not see the repository.
func (c *Client) surelyUnknown(ctx context.Context, where place, ref string, err error) error {
	var refused, reason *Error
	if !errors.As(err, &refused) || refused.Kind != NotFound {
		return err
	}
	_, unseen := c.commit(ctx, where, ref)
	switch {
	case unseen == nil:
		return &Error{Kind: Unavailable, Status: refused.Status, Message: refused.Message + " (the commit is there, its archive is not)"}
	case !errors.As(unseen, &reason):
		return unseen
	case reason.Kind == NotFound:
		return &Error{Kind: Forbidden, Status: reason.Status, Message: reason.Message +
			" (neither the archive nor the commit: the token may need the permission contents: read)"}
	case reason.Status == http.StatusUnprocessableEntity && strings.HasPrefix(strings.ToLower(reason.Message), "no commit found"):
		return &Error{Kind: NotFound, Status: reason.Status, Message: reason.Message, Err: fs.ErrNotExist}
	}
	return unseen
}
