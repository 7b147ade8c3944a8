package cache

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const (
	// defaultLimit is the size in bytes of the largest entry.
	defaultLimit = 4 << 30
	// restoreTime and saveTime bound one Restore and one Save.
	restoreTime = 10 * time.Minute
	saveTime    = 10 * time.Minute
	// stallTime is how long a transfer may make no progress.
	stallTime = time.Minute
	// defaultBlock is how many bytes are sent to the blob store at once.
	defaultBlock = 8 << 20
)

// Options say where the service is and how to wait.
type Options struct {
	// URL is the service's address: the runner's ACTIONS_RESULTS_URL.
	URL string
	// Token is the runner's ACTIONS_RUNTIME_TOKEN.
	Token string
	// Transport sends the requests; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Sleep waits between two tries, until the context ends; nil waits for real.
	Sleep func(ctx context.Context, d time.Duration) error
	// Alarm calls f after d unless it is stopped; nil means time.AfterFunc.
	Alarm func(d time.Duration, f func()) (stop func() bool)
	// Limit is the size in bytes of the largest entry; 0 means 4 GiB.
	Limit int64
	// Block is how many bytes are sent at once; 0 means 8 MiB.
	Block int64
}

// Client is a connection to one service. It may be used by several goroutines.
type Client struct {
	origin url.URL
	token  string
	http   *http.Client
	sleep  func(context.Context, time.Duration) error
	alarm  func(time.Duration, func()) func() bool
	limit  int64
	block  int64
}

// New makes a client. It refuses an address that is none and an empty token,
// and does not ask the network.
func New(o Options) (*Client, error) {
	address, err := url.Parse(o.URL)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		return nil, errors.New("the address of the cache service (ACTIONS_RESULTS_URL) is not an http or https URL")
	}
	if o.Token == "" {
		return nil, errors.New("the cache service has no token (ACTIONS_RUNTIME_TOKEN)")
	}
	c := &Client{
		origin: url.URL{Scheme: address.Scheme, Host: address.Host},
		token:  o.Token,
		http:   &http.Client{Transport: o.Transport, CheckRedirect: stay},
		sleep:  o.Sleep, alarm: o.Alarm, limit: o.Limit, block: o.Block,
	}
	if c.sleep == nil {
		c.sleep = wait
	}
	if c.alarm == nil {
		c.alarm = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	if c.limit <= 0 {
		c.limit = defaultLimit
	}
	if c.block <= 0 {
		c.block = defaultBlock
	}
	return c, nil
}

// stay keeps the HTTP client from following any redirect.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// blobAddress reads a signed address. It must not be less private than the
// service's own.
func (c *Client) blobAddress(text string) (*url.URL, error) {
	address, err := url.Parse(text)
	if err != nil || address.Host == "" || address.User != nil {
		return nil, errors.New("the cache service named an address that is none")
	}
	if address.Scheme != "https" && (address.Scheme != "http" || c.origin.Scheme != "http") {
		return nil, fmt.Errorf("the cache service named an address of scheme %q, and only https is spoken", address.Scheme)
	}
	return address, nil
}
