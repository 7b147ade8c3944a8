package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

const (
	// defaultAPI is the API of github.com.
	defaultAPI = "https://api.github.com"
	// defaultPatience is longer than the minute that GitHub asks for when it
	// names no time.
	defaultPatience = 90 * time.Second
	// attemptTime is how long one try may take with a small body.
	attemptTime = 30 * time.Second
	// idleTime is shorter than any server's: a request that makes something new
	// is not repeated when a forgotten connection breaks under it.
	idleTime = 15 * time.Second
)

// Options say which API to ask, and how patiently. The zero value asks
// github.com without a token.
type Options struct {
	// APIURL is GITHUB_API_URL: https://api.github.com when empty, and
	// https://HOST/api/v3 for an Enterprise Server.
	APIURL string
	// Token goes to that address only; without one GitHub shows what is public.
	Token     string
	UserAgent string
	// Now and Sleep are the clock; Sleep ends early with the context's error.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
	// Patience is the longest that one call waits for rate limits and repeats,
	// 90 seconds when zero, nothing when negative.
	Patience time.Duration
	// Transport makes the connections. By default it obeys HTTPS_PROXY, NO_PROXY
	// and SSL_CERT_FILE.
	Transport http.RoundTripper
}

// Client asks one API with one token. It may be used by several goroutines.
type Client struct {
	api      *github.Client
	archive  *archive
	words    words
	patience time.Duration
}

// New checks the options; it asks nothing. Its errors do not hold the token.
func New(options Options) (*Client, error) {
	options = options.filled()
	base, err := parseAPI(options.APIURL)
	if err != nil {
		return nil, err
	}
	if !printable(options.Token) {
		return nil, errors.New("the GitHub token holds a space, a line break or another character that no token has; store it again without")
	}
	if strings.ContainsFunc(options.UserAgent, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, fmt.Errorf("the user agent %q holds characters that a header cannot carry", options.UserAgent)
	}
	says := words{token: options.Token}
	home := originOf(base)
	var chain http.RoundTripper = &auth{next: options.Transport, home: home, token: options.Token}
	chain = &attempt{next: chain, time: attemptTime}
	chain = &retry{next: chain, now: options.Now, sleep: options.Sleep}
	chain = &limits{next: chain, now: options.Now, sleep: options.Sleep, words: says}
	chain = &judge{next: chain, words: says}
	api := github.NewClient(&http.Client{Transport: chain, CheckRedirect: home.redirect})
	api.BaseURL, api.UserAgent = base, options.UserAgent
	packed := &archive{next: options.Transport, agent: options.UserAgent, words: says, what: "archive", bound: maxArchive, idle: archiveIdle}
	return &Client{api: api, archive: packed, words: says, patience: max(options.Patience, 0)}, nil
}

// filled puts the defaults into what was left empty.
func (o Options) filled() Options {
	if o.APIURL == "" {
		o.APIURL = defaultAPI
	}
	if o.UserAgent == "" {
		o.UserAgent = "gate"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Patience == 0 {
		o.Patience = defaultPatience
	}
	if o.Transport == nil {
		o.Transport = defaultTransport()
	}
	return o
}

func defaultTransport() http.RoundTripper {
	shared, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	own := shared.Clone()
	own.IdleConnTimeout = idleTime
	return own
}

// sleep waits, or returns the context's error as soon as there is one.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// printable says whether s can be sent as it is in a header and in one word.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
