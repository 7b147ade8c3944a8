package advisories

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	// fetchTime bounds everything that is done to fetch a database, and so also
	// how long one process waits for another that does it.
	fetchTime = 30 * time.Minute
	// stallTime is how long a server may send nothing.
	stallTime = time.Minute
	// maxTries bounds the tries in a row that bring nothing.
	maxTries = 5
	// maxResumes bounds all tries of one download.
	maxResumes = 200
	// longestWait is how long a server may make a caller wait for a new try.
	longestWait = 2 * time.Minute
)

// fetcher sends requests until one deadline.
type fetcher struct {
	http     *http.Client
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error
	alarm    func(time.Duration, func()) func() bool
	deadline time.Time
}

func (k Keeper) fetcher() fetcher {
	return fetcher{
		http: &http.Client{Transport: k.Transport, CheckRedirect: onward},
		now:  k.Now, sleep: k.Sleep, alarm: k.Alarm,
		deadline: k.Now().Add(fetchTime),
	}
}

// onward lets a mirror send its callers to another host, as object stores do,
// but never from TLS to plain text, and without telling where they came from: an
// address may have a token in its query.
func onward(request *http.Request, via []*http.Request) error {
	if len(via) > 5 {
		return errors.New("it redirects too often")
	}
	if from := via[len(via)-1].URL.Scheme; request.URL.Scheme != from && request.URL.Scheme != "https" {
		return fmt.Errorf("it redirects from %s to %s", from, request.URL.Scheme)
	}
	request.Header.Del("Referer")
	return nil
}

// passing is a failure that another try may mend.
type passing struct {
	err error
	// after is when the server wants to be asked again; 0 when it does not say.
	after time.Duration
	// once is set where a second failure of the kind is held to be lasting.
	once bool
	// atOnce is set when there is no reason to wait.
	atOnce bool
}

// Error is that of the failure itself.
func (p *passing) Error() string { return p.err.Error() }

// Unwrap gives the failure itself.
func (p *passing) Unwrap() error { return p.err }

// errLate is the cause of what was ended by the deadline, errStalled of what was
// ended because nothing came.
var (
	errLate    = fmt.Errorf("it took more than %d minutes", int(fetchTime.Minutes()))
	errStalled = fmt.Errorf("nothing came for %d seconds", int(stallTime.Seconds()))
)

// try repeats once until it is done, its failure is not a passing one, or there
// is no time left. once says whether it got any further.
func (f fetcher) try(ctx context.Context, once func(context.Context) (progress bool, err error)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := f.alarm(f.deadline.Sub(f.now()), func() { cancel(errLate) })
	defer stop()
	idle := 0
	for range maxResumes {
		progress, err := once(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", ErrFetch, context.Cause(ctx))
		}
		var p *passing
		if !errors.As(err, &p) || p.once && idle > 0 {
			return err
		}
		if progress {
			idle = 0
		}
		pause := max(time.Second<<idle, p.after)
		if p.atOnce {
			pause = 0
		}
		idle++
		if idle == maxTries || p.after > longestWait || f.now().Add(pause).After(f.deadline) {
			return err
		}
		if err := f.sleep(ctx, pause); err != nil {
			return fmt.Errorf("%w: %w", ErrFetch, context.Cause(ctx))
		}
	}
	return fmt.Errorf("%w: it was interrupted %d times", ErrFetch, maxResumes)
}

// connectionFailure sorts what happened before there was an answer.
func connectionFailure(err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var operation *net.OpError
	switch {
	case errors.As(err, &certificate), errors.As(err, &notTLS), errors.As(err, &name) && name.IsNotFound:
		return err
	case errors.As(err, &operation) && operation.Op == "dial":
		// Nobody is there: one more try is enough to say so.
		return &passing{err: err, once: true}
	}
	return &passing{err: err}
}

// statusFailure sorts an answer that is no good one.
func statusFailure(response *http.Response, now time.Time) error {
	err := fmt.Errorf("the server answered %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	switch response.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &passing{err: err, after: retryAfter(response.Header.Get("Retry-After"), now)}
	}
	return err
}

// retryAfter reads a Retry-After header: seconds, or a date.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(max(0, min(seconds, 1<<20))) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}
