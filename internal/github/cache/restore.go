package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Restore looks for the entry with the key, then for the newest one whose key
// begins with one of the prefixes, and writes its files into the existing folder
// dir. It returns the key of what was restored, and nothing when there is none.
// After an error, the folder holds nothing of the entry.
func (c *Client) Restore(ctx context.Context, key string, prefixes []string, dir string) (string, error) {
	if err := checkKeys(append([]string{key}, prefixes...)); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, restoreTime)
	defer cancel()
	a, err := c.call(ctx, "GetCacheEntryDownloadURL", question{Key: key, RestoreKeys: prefixes})
	var r *refusal
	if errors.As(err, &r) && r.code == "not_found" {
		return "", nil
	}
	if err != nil || !a.OK {
		return "", err
	}
	if !matches(a.MatchedKey, key, prefixes) {
		return "", errors.New("the cache service found an entry with a key that was not asked for")
	}
	address, err := c.blobAddress(a.DownloadURL)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(dir, ".entry-")
	if err != nil {
		return "", fmt.Errorf("restore a cache entry: %w", err)
	}
	defer func() { _, _ = file.Close(), os.Remove(file.Name()) }()
	err = c.attempt(ctx, "restore a cache entry from "+address.Host, func(ctx context.Context) error {
		return c.fetch(ctx, address, file)
	})
	if err == nil {
		err = extract(ctx, file, dir, c.limit)
	}
	if err != nil {
		return "", err
	}
	return a.MatchedKey, nil
}

func matches(found, key string, prefixes []string) bool {
	return found == key || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(found, p) })
}

// fetch writes the blob to the file, from its beginning.
func (c *Client) fetch(ctx context.Context, address *url.URL, file *os.File) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return errors.New("the cache service named an address that is none")
	}
	request.Header.Set("User-Agent", "gate")
	request.Header.Set("Accept-Encoding", "identity")
	return c.exchange(request, func(response *http.Response, body io.Reader) error {
		if response.ContentLength > c.limit {
			return tooLarge(c.limit)
		}
		if err := rewind(file); err != nil {
			return err
		}
		n, err := io.Copy(file, io.LimitReader(body, c.limit+1))
		if err == nil && n > c.limit {
			err = tooLarge(c.limit)
		}
		return err
	})
}

func tooLarge(limit int64) error {
	return fmt.Errorf("the cache entry is larger than %d bytes", limit)
}

func rewind(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.Seek(0, io.SeekStart)
	return err
}
