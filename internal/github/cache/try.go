package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// maxTries bounds the tries of one request.
	maxTries = 4
	// longestWait is how long a server may make a caller wait before a new try.
	longestWait = time.Minute
)

// refusal is an answer that says no.
type refusal struct {
	status int
	// code and text are the service's own words, where it has any.
	code, text string
	after      time.Duration
}

// Error tells the status and the service's words.
func (r *refusal) Error() string {
	text := fmt.Sprintf("the server answered %d %s", r.status, http.StatusText(r.status))
	if r.text != "" {
		text += ": " + r.text
	}
	return text
}

// errBroken marks what another try may mend: a connection that broke, or an
// answer that was cut.
var errBroken = errors.New("the connection broke")

// errStalled is the cause of a try that was ended for want of progress.
var errStalled = errors.New("nothing came for too long")

// attempt repeats a request while another try may help.
func (c *Client) attempt(ctx context.Context, what string, once func(context.Context) error) error {
	for n := 0; ; n++ {
		err := once(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w", what, ctx.Err())
		}
		pause, again := worthwhile(err, n)
		if !again || n+1 == maxTries {
			return fmt.Errorf("%s: %w", what, err)
		}
		if err := c.sleep(ctx, pause); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

// worthwhile says whether to try again, and after which pause.
func worthwhile(err error, n int) (time.Duration, bool) {
	pause := time.Second << n
	if errors.Is(err, errBroken) {
		return pause, true
	}
	var r *refusal
	if !errors.As(err, &r) {
		return 0, false
	}
	switch r.status {
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return max(pause, r.after), r.after <= longestWait
	}
	return 0, false
}

// exchange sends a request and hands a good answer's body, which must make
// progress, to read.
func (c *Client) exchange(request *http.Request, read func(*http.Response, io.Reader) error) error {
	ctx, cancel := context.WithCancelCause(request.Context())
	defer cancel(nil)
	stop := c.alarm(stallTime, func() { cancel(errStalled) })
	response, err := c.http.Do(request.WithContext(ctx))
	stop()
	if err != nil {
		return broken(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return c.refused(response)
	}
	body := &watched{ctx: ctx, cancel: cancel, alarm: c.alarm, from: response.Body}
	return read(response, body)
}

// broken takes the address, which may be signed, out of a network error.
func broken(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errStalled) {
		return fmt.Errorf("%w: %w", errBroken, cause)
	}
	var named *url.Error
	if errors.As(err, &named) {
		err = named.Err
	}
	return fmt.Errorf("%w: %w", errBroken, err)
}

func (c *Client) refused(response *http.Response) error {
	r := &refusal{status: response.StatusCode}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		r.after = time.Duration(min(seconds, 1<<20)) * time.Second
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err == nil {
		r.code, r.text = readRefusal(raw)
	}
	r.text = strings.ReplaceAll(r.text, c.token, "***")
	return r
}

// watched is a body that is given up when nothing comes for a while.
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
		err = broken(w.ctx, err)
	}
	return n, err
}
