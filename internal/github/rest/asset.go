package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// Asset writes a file of a release to w, at most so many bytes. The number is
// how many bytes w got, also beside an error: what was written then is not the
// whole file. A larger file is an error of the kind TooLarge.
//
// GitHub sends the client to another host, which gets no token; the address
// there is a secret for a while, and in no error. An Enterprise Server may give
// the bytes itself. Only the question for the address is repeated. An error of
// w is returned as it is, under the name of the call, and is no *Error.
func (c *Client) Asset(ctx context.Context, repo string, id, most int64, w io.Writer) (int64, error) {
	op := "download file " + strconv.FormatInt(id, 10) + " of a release"
	out := &sink{next: w}
	// Also the words of a refusal need some room.
	err := c.in(ctx, repo, call{op: op, bound: max(most, roomForWords)}, func(ctx context.Context, where place) error {
		if id <= 0 || most <= 0 {
			return &Error{Kind: Invalid, Message: "this is not the number of a file of a release, or nothing may be read of it"}
		}
		request, err := c.api.NewRequest(http.MethodGet, where.path("/releases/assets/"+strconv.FormatInt(id, 10)), nil)
		if err != nil {
			return unexpected("readable address")
		}
		request.Header.Set("Accept", octets)
		target, direct, err := c.leaving(request.WithContext(ctx))
		switch {
		case err != nil:
			return err
		case target == nil:
			return writeDirect(direct, most, out)
		}
		return c.fetchAsset(ctx, target, most, out)
	})
	if out.failed != nil {
		err = fmt.Errorf("%s: write it: %w", op, out.failed)
	}
	var refused *Error
	if errors.As(err, &refused) && refused.Kind == TooLarge {
		refused.Message = fmt.Sprintf("the file has more than the %d bytes that gate reads", most)
	}
	return out.written, err
}

// roomForWords is more than GitHub's words when it refuses.
const roomForWords = 1 << 20

func writeDirect(data []byte, most int64, out io.Writer) error {
	if int64(len(data)) > most {
		return &Error{Kind: TooLarge}
	}
	_, err := out.Write(data)
	return err
}

func (c *Client) fetchAsset(ctx context.Context, target *url.URL, most int64, out io.Writer) error {
	if err := archiveAllowed(originOf(c.api.BaseURL), "file", target); err != nil {
		return err
	}
	file := *c.archive
	file.what, file.bound = "file", most
	return file.download(ctx, target, out)
}
