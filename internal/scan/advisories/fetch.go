package advisories

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// maxListing is the size in bytes of the longest listing that is read.
const maxListing = 1 << 20

// listing reads a small document, such as a mirror's latest.json.
func (f fetcher) listing(ctx context.Context, address *url.URL) ([]byte, error) {
	var body []byte
	err := f.try(ctx, func(ctx context.Context) (bool, error) {
		return false, f.exchange(ctx, address, nil, func(response *http.Response, r io.Reader) error {
			if response.StatusCode != http.StatusOK {
				return statusFailure(response, f.now())
			}
			var err error
			body, err = io.ReadAll(io.LimitReader(r, maxListing+1))
			return err
		})
	})
	if err == nil && len(body) > maxListing {
		err = fmt.Errorf("it is longer than %d bytes", maxListing)
	}
	if err != nil {
		return nil, unfetched("ask for", address, err)
	}
	return body, nil
}

// exchange asks for an address once and hands the answer to read, with a body
// that is given up when it makes no progress.
func (f fetcher) exchange(ctx context.Context, address *url.URL, header http.Header, read func(*http.Response, io.Reader) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return bare(err)
	}
	request.Header.Set("User-Agent", "gate")
	for name, values := range header {
		request.Header[name] = values
	}
	stop := f.alarm(stallTime, func() { cancel(errStalled) })
	response, err := f.http.Do(request)
	stop()
	if err != nil {
		return connectionFailure(stalled(ctx, bare(err)))
	}
	defer func() { _ = response.Body.Close() }()
	return read(response, &watched{ctx: ctx, cancel: cancel, alarm: f.alarm, from: response.Body})
}

// stalled is the reason for which gate itself ended a try, or else the error.
func stalled(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errStalled) || errors.Is(cause, errLate) {
		return cause
	}
	return err
}

// watched is a body that is given up when nothing comes for a while. What
// breaks it may pass.
type watched struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	alarm  func(time.Duration, func()) func() bool
	from   io.Reader
}

func (w *watched) Read(p []byte) (int, error) {
	stop := w.alarm(stallTime, func() { w.cancel(errStalled) })
	n, err := w.from.Read(p)
	stop()
	if err != nil && !errors.Is(err, io.EOF) {
		err = &passing{err: stalled(w.ctx, err)}
	}
	return n, err
}

// unfetched is the error of an address that gave nothing.
func unfetched(what string, address *url.URL, err error) error {
	if errors.Is(err, ErrCorrupt) {
		return fmt.Errorf("%s %s: %w", what, display(address), err)
	}
	if !errors.Is(err, ErrFetch) {
		err = fmt.Errorf("%w: %w", ErrFetch, err)
	}
	return fmt.Errorf("%s %s: %w: check the network, name another address with --db-mirrors, or give a database with --db", what, display(address), err)
}

// compareChecksum holds a digest against a publisher's "sha256:…".
func compareChecksum(wanted, digest string) error {
	if wanted == "" {
		return nil
	}
	if !isChecksum(wanted) {
		return fmt.Errorf("%w: the checksum %.80q is not of the form sha256:…", ErrCorrupt, wanted)
	}
	if _, value, _ := strings.Cut(wanted, ":"); !strings.EqualFold(value, digest) {
		return fmt.Errorf("%w: its checksum is sha256:%s and should be %s; fetch it again", ErrCorrupt, digest, wanted)
	}
	return nil
}

func isChecksum(text string) bool {
	return regexp.MustCompile(`^(?i:sha256):[0-9a-fA-F]{64}$`).MatchString(text)
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
