package rest

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// blindWait is what GitHub asks for when it names no time; it then doubles.
	blindWait = time.Minute
	// maxWaits bounds how often a request waits, whatever the answers say.
	maxWaits = 10
	// longestWait stands for every time that is further away.
	longestWait = 24 * time.Hour
)

// limits waits until a rate limit has passed and sends the request again: GitHub
// did not act on it. It knows the limits by more than go-github does.
type limits struct {
	next  http.RoundTripper
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
	words words
}

// RoundTrip implements http.RoundTripper. The error is an *Error of the kind
// RateLimited when the limit lasts longer than the call's patience.
func (t *limits) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	k := callOf(ctx)
	for n := 0; ; n++ {
		again, err := repeated(request, n)
		if err != nil {
			return nil, err
		}
		response, err := t.next.RoundTrip(again)
		if err != nil {
			return nil, err
		}
		away := response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") != ""
		if !away && !limited(response) {
			return response, nil
		}
		wait := t.wait(response, n)
		if n == maxWaits || !k.take(wait) {
			if away {
				return response, nil
			}
			return nil, t.refusal(response, wait)
		}
		if err := t.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// limited says whether an answer is a primary or secondary limit. A refusal for
// another reason may be the last request that the limit allowed.
func limited(response *http.Response) bool {
	switch response.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
	default:
		return false
	}
	if response.Header.Get("Retry-After") != "" {
		return true
	}
	said, _ := parseStatement(content(response))
	message, link := strings.ToLower(said.Message), strings.ToLower(said.DocumentationURL)
	if strings.Contains(message, "rate limit") || strings.Contains(message, "abuse detection") ||
		strings.Contains(link, "rate-limit") {
		return true
	}
	_, reason := forbiddenKind(message)
	return !reason && response.Header.Get("X-RateLimit-Remaining") == "0"
}

// wait is how long the answer asks to wait before the n-th repeat, at least
// 1, 2, 4 … seconds.
func (t *limits) wait(response *http.Response, n int) time.Duration {
	least := time.Second << n
	now := t.now()
	if text := strings.TrimSpace(response.Header.Get("Retry-After")); text != "" {
		if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
			return max(least, bounded(seconds))
		}
		if at, err := http.ParseTime(text); err == nil {
			return max(least, min(at.Sub(now), longestWait))
		}
	}
	if response.Header.Get("X-RateLimit-Remaining") == "0" {
		if at, err := strconv.ParseInt(response.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			// The second that is named is still part of the limit.
			return max(least, bounded(at-now.Unix()+1))
		}
	}
	return max(least, min(blindWait<<n, longestWait))
}

// bounded makes a duration of a number of seconds that may be any number.
func bounded(seconds int64) time.Duration {
	return time.Duration(min(max(seconds, 0), int64(longestWait/time.Second))) * time.Second
}

func (t *limits) refusal(response *http.Response, wait time.Duration) error {
	until := t.now().Add(wait).UTC().Truncate(time.Second)
	said, _ := parseStatement(content(response))
	message := "a rate limit"
	if said.Message != "" {
		message = t.words.foreign(said.Message)
	}
	return &Error{
		Kind: RateLimited, Status: response.StatusCode, Until: until,
		Message: fmt.Sprintf("%s (the limit passes at %s)", message, until.Format(time.RFC3339)),
	}
}
