package cache

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// Save keeps the plain files of the folder dir under the key. A key that is
// taken already is no error: entries don't change, so what is there is kept.
func (c *Client) Save(ctx context.Context, key, dir string) (err error) {
	if err := checkKeys([]string{key}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	file, err := os.CreateTemp("", "gate-cache-")
	if err != nil {
		return fmt.Errorf("save a cache entry: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	if err := bundle(ctx, dir, file); err != nil {
		return err
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("save a cache entry: %w", err)
	}
	if size > c.limit {
		return tooLarge(c.limit)
	}
	a, err := c.call(ctx, "CreateCacheEntry", question{Key: key})
	if taken(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if !a.OK {
		return errors.New("the cache service takes no entry: reserving its key was refused")
	}
	address, err := c.blobAddress(a.UploadURL)
	if err != nil {
		return err
	}
	if err := c.upload(ctx, address, file, size); err != nil {
		return err
	}
	a, err = c.call(ctx, "FinalizeCacheEntryUpload", question{Key: key, Size: size})
	if err == nil && !a.OK {
		err = errors.New("the cache service did not take the entry that was sent")
	}
	return err
}

// taken says that an entry with this key is there, or is being written by
// another job.
func taken(err error) bool {
	var r *refusal
	return errors.As(err, &r) && (r.code == "already_exists" || r.status == http.StatusConflict)
}

// upload sends the file in blocks, and then the list of them.
func (c *Client) upload(ctx context.Context, address *url.URL, file io.ReaderAt, size int64) error {
	var list strings.Builder
	list.WriteString(`<?xml version="1.0" encoding="utf-8"?><BlockList>`)
	for offset := int64(0); offset < size; offset += c.block {
		id := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "gate-%012d", offset/c.block))
		length := min(c.block, size-offset)
		body := func() io.Reader { return io.NewSectionReader(file, offset, length) }
		if err := c.put(ctx, with(address, "comp=block&blockid="+url.QueryEscape(id)), body, length); err != nil {
			return err
		}
		list.WriteString("<Latest>" + id + "</Latest>")
	}
	list.WriteString("</BlockList>")
	body := func() io.Reader { return strings.NewReader(list.String()) }
	return c.put(ctx, with(address, "comp=blocklist"), body, int64(list.Len()))
}

// with adds to the query of a signed address, and leaves the rest as it was signed.
func with(address *url.URL, query string) *url.URL {
	out := *address
	if out.RawQuery != "" {
		query = out.RawQuery + "&" + query
	}
	out.RawQuery = query
	return &out
}

func (c *Client) put(ctx context.Context, address *url.URL, body func() io.Reader, length int64) error {
	return c.attempt(ctx, "save a cache entry to "+address.Host, func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPut, address.String(), io.NopCloser(body()))
		if err != nil {
			return errors.New("the cache service named an address that is none")
		}
		request.ContentLength = length
		request.Header.Set("User-Agent", "gate")
		request.Header.Set("X-Ms-Version", "2021-12-02")
		request.Header.Set("Content-Type", "application/octet-stream")
		return c.exchange(request, func(_ *http.Response, r io.Reader) error {
			_, err := io.Copy(io.Discard, io.LimitReader(r, maxAnswer))
			return err
		})
	})
}
