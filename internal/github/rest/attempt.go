package rest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// maxAnswer is more than a hundred comments of the greatest length take.
	maxAnswer = 64 << 20
	// uplink is the slowest line, in bytes per second, for which a large upload
	// gets enough time.
	uplink = 64 << 10
)

// attempt is one try: it has a time of its own, and its answer is read whole, so
// that one which breaks off is a failure of the try and not of who reads it.
type attempt struct {
	next http.RoundTripper
	// time is for everything but the body of the request.
	time time.Duration
}

// RoundTrip implements http.RoundTripper. The error is an *Error when the answer
// is too slow or too large.
func (t *attempt) RoundTrip(request *http.Request) (*http.Response, error) {
	allowed := t.time
	if request.ContentLength > 0 {
		allowed += time.Duration(request.ContentLength/uplink) * time.Second
	}
	ctx, cancel := context.WithTimeout(request.Context(), allowed)
	defer cancel()
	response, err := t.next.RoundTrip(request.WithContext(ctx))
	if err == nil {
		err = hold(response, callOf(ctx).bound)
	}
	if err == nil {
		return response, nil
	}
	if ctx.Err() != nil && request.Context().Err() == nil {
		return nil, &Error{Kind: Unavailable, Message: fmt.Sprintf("no whole answer came within %s", allowed)}
	}
	return nil, err
}

// hold reads the body into memory.
func hold(response *http.Response, bound int64) error {
	if bound == 0 {
		bound = maxAnswer
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, bound+1))
	_ = response.Body.Close()
	if err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	if int64(len(content)) > bound {
		return &Error{Kind: TooLarge, Message: fmt.Sprintf("the answer is larger than %d MB", bound>>20)}
	}
	response.Body = io.NopCloser(bytes.NewReader(content))
	return nil
}

// content is the body of an answer that attempt holds; it can be read again.
func content(response *http.Response) []byte {
	held, err := io.ReadAll(response.Body)
	if err != nil {
		return nil
	}
	response.Body = io.NopCloser(bytes.NewReader(held))
	return held
}

// repeated is the request for its n-th try, with a body to be read from the start.
func repeated(request *http.Request, n int) (*http.Request, error) {
	if n == 0 || request.GetBody == nil {
		return request, nil
	}
	body, err := request.GetBody()
	if err != nil {
		return nil, fmt.Errorf("repeat the request: %w", err)
	}
	again := request.Clone(request.Context())
	again.Body = body
	return again, nil
}
