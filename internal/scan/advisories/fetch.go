package advisories

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	checkTimeout    = 30 * time.Second
	downloadTimeout = 20 * time.Minute
	maxListing      = 1 << 20
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

// download writes what address holds to file. With a tag, the server is asked
// to send it only when it has changed. The wanted checksum (sha256:…) is
// compared when it is not empty.
func download(ctx context.Context, address *url.URL, tag, wanted, file string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	response, err := get(ctx, address, tag)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusNotModified {
		return answer{Tag: tag, Unchanged: true}, nil
	}
	digest, err := save(response.Body, file)
	if err != nil {
		return answer{}, fmt.Errorf("download %s: %w: %w", display(address), ErrFetch, bare(err))
	}
	if err := compareChecksum(wanted, digest); err != nil {
		return answer{}, fmt.Errorf("download %s: %w", display(address), err)
	}
	return answer{Digest: digest, Tag: response.Header.Get("ETag")}, nil
}

// listing reads a small document, such as a mirror's latest.json.
func listing(ctx context.Context, address *url.URL) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	response, err := get(ctx, address, "")
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxListing))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w: %w", display(address), ErrFetch, bare(err))
	}
	return body, nil
}

func get(ctx context.Context, address *url.URL, tag string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w: %w", display(address), ErrFetch, bare(err))
	}
	request.Header.Set("User-Agent", "gate")
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w: %w: check the network, or give a database with --db", display(address), ErrFetch, bare(err))
	}
	if response.StatusCode == http.StatusOK || tag != "" && response.StatusCode == http.StatusNotModified {
		return response, nil
	}
	_ = response.Body.Close()
	return nil, fmt.Errorf("ask for %s: %w: the server answered %s", display(address), ErrFetch, response.Status)
}

func save(body io.Reader, file string) (string, error) {
	out, err := os.OpenFile(file, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, sum), io.LimitReader(body, maxDatabase))
	return hex.EncodeToString(sum.Sum(nil)), errors.Join(err, out.Close())
}

// compareChecksum holds a digest against a publisher's "sha256:…".
func compareChecksum(wanted, digest string) error {
	if wanted == "" {
		return nil
	}
	algorithm, value, ok := strings.Cut(wanted, ":")
	if !ok || !strings.EqualFold(algorithm, "sha256") {
		return fmt.Errorf("%w: the checksum %q is not of the form sha256:…", ErrCorrupt, wanted)
	}
	if !strings.EqualFold(value, digest) {
		return fmt.Errorf("%w: its checksum is sha256:%s and should be %s; fetch it again", ErrCorrupt, digest, wanted)
	}
	return nil
}

// display is an address without what may be secret in it: login and query.
func display(address *url.URL) string {
	return (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}).String()
}

// bare takes the address out of a network error, because it may hold a login.
func bare(err error) error {
	var urlError *url.Error
	if errors.As(err, &urlError) {
		return urlError.Err
	}
	return err
}
