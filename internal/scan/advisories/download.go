package advisories

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// answer is what came back for a download.
type answer struct {
	// Digest is the SHA-256 of the body in hexadecimal.
	Digest string
	// Tag is the server's name for this content, for the next question.
	Tag string
	// Unchanged is set when the server still has what the tag names, and
	// nothing was written.
	Unchanged bool
}

// transfer is one download over all its tries.
type transfer struct {
	fetcher
	address *url.URL
	// known is the tag of what the caller has from before; empty asks for all.
	known string
	// wanted is the promised checksum (sha256:…), or empty.
	wanted string
	// file gets the body. What is in it already is the beginning from an earlier
	// try, or from an earlier run when the checksum is known.
	file string

	// tag names what the beginning in the file is the beginning of.
	tag string
	// whole is set once the server has shown that it can't go on in the middle.
	whole bool
	got   answer
}

// download writes what an address holds to a file: from where an earlier try
// left off, when the server can, and whole when it can't. The promised checksum
// is compared when there is one.
func (t *transfer) download(ctx context.Context) (answer, error) {
	err := t.try(ctx, t.once)
	if err != nil {
		return answer{}, unfetched("download", t.address, err)
	}
	return t.got, nil
}

// once is one try. It reports whether bytes were added to the file.
func (t *transfer) once(ctx context.Context) (bool, error) {
	offset := t.offset()
	header := http.Header{"Accept-Encoding": {"identity"}}
	if t.known != "" {
		header.Set("If-None-Match", t.known)
	}
	if offset > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		if t.tag != "" {
			header.Set("If-Range", t.tag)
		}
	}
	var end int64
	err := t.exchange(ctx, t.address, header, func(response *http.Response, body io.Reader) error {
		from, err := t.place(ctx, response, offset)
		if err != nil || from < 0 {
			return err
		}
		t.tag = strong(response.Header.Get("ETag"))
		t.got.Tag = response.Header.Get("ETag")
		end, err = writeBody(t.file, from, body)
		return err
	})
	if err != nil || t.got.Unchanged {
		return end > offset, err
	}
	return end > offset, t.check(ctx, offset > 0)
}

// offset is how much of the body is there and may be kept.
func (t *transfer) offset() int64 {
	info, err := os.Stat(t.file)
	if err != nil || t.whole || t.tag == "" && t.wanted == "" {
		return 0
	}
	return info.Size()
}

// place is where in the file the body of an answer belongs; -1 means that there
// is nothing to write.
func (t *transfer) place(ctx context.Context, response *http.Response, offset int64) (int64, error) {
	switch {
	case response.StatusCode == http.StatusOK:
		return 0, nil
	case response.StatusCode == http.StatusNotModified && t.known != "":
		t.got = answer{Tag: t.known, Unchanged: true}
		return -1, nil
	case response.StatusCode == http.StatusPartialContent && offset > 0:
		return offset, t.fits(response, offset)
	case response.StatusCode == http.StatusRequestedRangeNotSatisfiable && offset > 0:
		// There is nothing after what is in the file: it is all, or too much.
		if digest, err := digestFile(ctx, t.file); err == nil && t.wanted != "" && compareChecksum(t.wanted, digest) == nil {
			return -1, nil
		}
		return 0, t.again("the server has less than was fetched before")
	}
	return 0, statusFailure(response, t.now())
}

// fits checks that a part is the one that was asked for.
func (t *transfer) fits(response *http.Response, offset int64) error {
	if tag := strong(response.Header.Get("ETag")); t.tag != "" && tag != "" && tag != t.tag {
		return t.again("the file on the server changed")
	}
	var first, last int64
	n, err := fmt.Sscanf(response.Header.Get("Content-Range"), "bytes %d-%d/", &first, &last)
	if err != nil || n != 2 || first != offset {
		return t.again("the server sent another part than it was asked for")
	}
	return nil
}

// again is the failure after which everything is fetched from the beginning.
func (t *transfer) again(why string) error {
	t.whole = true
	return &passing{err: fmt.Errorf("%w: %s", ErrFetch, why), atOnce: true}
}

// check compares the whole file with the promised checksum. Parts that do not
// fit together are fetched once more as a whole.
func (t *transfer) check(ctx context.Context, pieced bool) error {
	digest, err := digestFile(ctx, t.file)
	if err != nil {
		return err
	}
	t.got.Digest = digest
	err = compareChecksum(t.wanted, digest)
	if err == nil {
		return nil
	}
	if err := removeIfThere(t.file); err != nil {
		return err
	}
	if pieced && !t.whole {
		return t.again("the parts do not fit together")
	}
	return err
}

// strong is a tag that names bytes and not merely a meaning, or empty.
func strong(tag string) string {
	if strings.HasPrefix(tag, "W/") {
		return ""
	}
	return tag
}

// writeBody puts a body into the file from the offset on, and returns how long the
// file is then.
func writeBody(file string, offset int64, body io.Reader) (int64, error) {
	out, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	err = out.Truncate(offset)
	if err == nil {
		_, err = out.Seek(offset, io.SeekStart)
	}
	var n int64
	if err == nil {
		n, err = io.Copy(out, io.LimitReader(body, maxDatabase-offset+1))
	}
	if err == nil && offset+n > maxDatabase {
		err = fmt.Errorf("%w: it is larger than %d bytes", ErrCorrupt, int64(maxDatabase))
	}
	return offset + n, errors.Join(err, out.Close())
}
