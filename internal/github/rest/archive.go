package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// maxArchive is the largest archive in bytes that Tarball writes.
	maxArchive = 2 << 30
	// archiveIdle is how long an archive may send nothing. GitHub packs a large
	// repository before the first byte comes.
	archiveIdle = time.Minute
)

// archive downloads from an address that GitHub signed: the archive of a
// repository, or a file of a release. It knows no token.
type archive struct {
	// next makes the connections; nothing between adds or repeats anything.
	next  http.RoundTripper
	agent string
	words words
	// what is the word for it in errors.
	what  string
	bound int64
	idle  time.Duration
}

// archiveAllowed says whether what the API at home redirects is fetched there.
// Plain HTTP is for a server on this machine that is asked about another.
func archiveAllowed(home origin, what string, target *url.URL) error {
	to := originOf(target)
	refusal := ""
	switch {
	case target.User != nil:
		refusal = "the API redirects to an address with a user name or a password, which is not followed"
	case to.scheme == "https":
	case to.scheme == "http" && home.scheme == "http" && loopback(to.host) && loopback(home.host):
	case to.scheme == "http":
		refusal = "the API redirects the " + what + " to plain HTTP on " + to.host + ", which is not followed"
	default:
		refusal = "the API redirects the " + what + " to what is not a web server, which is not followed"
	}
	if refusal == "" {
		return nil
	}
	return &Error{Kind: Unavailable, Message: cut(oneLine(refusal), maxMessage)}
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

var errIdle = errors.New("idle")

// download writes what is at the address to out. Its error is an *Error, or any
// once ctx ended or out failed.
func (a *archive) download(ctx context.Context, address *url.URL, out io.Writer) error {
	within, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(a.idle, func() { cancel(errIdle) })
	defer watch.Stop()
	err := a.fetch(within, address, out, watch)
	var known *Error
	switch {
	case err == nil || ctx.Err() != nil || errors.As(err, &known):
		return err
	case errors.Is(context.Cause(within), errIdle):
		return &Error{Kind: Unavailable, Message: fmt.Sprintf("the %s's host sent nothing for %s", a.what, a.idle)}
	}
	return &Error{Kind: Unavailable, Message: a.unsigned(address, err)}
}

func (a *archive) fetch(ctx context.Context, address *url.URL, out io.Writer, watch *time.Timer) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return unexpected("readable address of the " + a.what)
	}
	request.Header.Set("User-Agent", a.agent)
	// As it is: unpacking on the way would hide that the archive broke off.
	request.Header.Set("Accept-Encoding", "identity")
	response, err := a.next.RoundTrip(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if err := a.judge(response); err != nil {
		return err
	}
	body := &watched{next: response.Body, watch: watch, idle: a.idle}
	written, err := io.Copy(out, io.LimitReader(body, a.bound))
	if err != nil {
		return fmt.Errorf("the %s broke off: %w", a.what, err)
	}
	if size := response.ContentLength; size >= 0 && size != written {
		return &Error{Kind: Unavailable, Message: fmt.Sprintf("the %s broke off: %d of %d bytes came", a.what, written, size)}
	}
	switch more, err := io.ReadFull(body, make([]byte, 1)); {
	case more > 0:
		return a.tooLarge()
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("the %s broke off: %w", a.what, err)
	}
	return nil
}

// judge lets only an archive through. The host's own words are not shown: they
// may quote the address.
func (a *archive) judge(response *http.Response) error {
	status := response.StatusCode
	refuse := func(kind Kind, message string) error {
		return &Error{Kind: kind, Status: status, Message: message}
	}
	switch {
	case status == http.StatusNotFound:
		return refuse(NotFound, "the "+a.what+"'s host has no such "+a.what)
	case status >= 300 && status < 400:
		return refuse(Unavailable, "the "+a.what+"'s host redirects again, which is not followed")
	case status != http.StatusOK:
		return refuse(Unavailable, strings.TrimSpace("the "+a.what+"'s host refused: "+http.StatusText(status)))
	case html(response):
		return refuse(Unavailable, "a web page came instead of the "+a.what+"; a proxy stands between")
	case response.ContentLength > a.bound:
		return a.tooLarge()
	}
	return nil
}

func (a *archive) tooLarge() error {
	return &Error{Kind: TooLarge, Message: fmt.Sprintf("the %s has more than the %d MB that gate reads", a.what, a.bound>>20)}
}

// unsigned is what the network said without the address.
func (a *archive) unsigned(address *url.URL, err error) string {
	const shortest = 6
	secrets := []string{address.RequestURI(), address.RawQuery, address.EscapedPath(), address.Path}
	for _, values := range address.Query() {
		secrets = append(secrets, values...)
	}
	text := err.Error()
	for _, secret := range secrets {
		if len(secret) >= shortest {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return a.words.network(text)
}

// watched lets the watch run only while it waits for the network: a slow
// writer is not the host's fault.
type watched struct {
	next  io.Reader
	watch *time.Timer
	idle  time.Duration
}

// Read implements io.Reader.
func (r *watched) Read(p []byte) (int, error) {
	r.watch.Reset(r.idle)
	n, err := r.next.Read(p)
	r.watch.Stop()
	return n, err
}

// sink counts what went to a writer, and keeps the writer's error apart from
// those of the network.
type sink struct {
	next    io.Writer
	written int64
	failed  error
}

// Write implements io.Writer.
func (s *sink) Write(p []byte) (int, error) {
	n, err := s.next.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	s.written, s.failed = s.written+int64(n), err
	return n, err
}
