package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"time"
)

// maxAttempts bounds the tries of one request.
const maxAttempts = 5

// retry repeats a request after failures that pass by themselves, with waits of
// 1, 2, 4 and 8 seconds as far as the call's patience reaches.
type retry struct {
	next  http.RoundTripper
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

// RoundTrip implements http.RoundTripper.
func (t *retry) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	k := callOf(ctx)
	for n := 0; ; n++ {
		again, err := repeated(request, n)
		if err != nil {
			return nil, err
		}
		started := t.now()
		response, err := t.next.RoundTrip(again)
		if ctx.Err() != nil || n+1 == maxAttempts || !worthRepeating(request, k, response, err) {
			return response, err
		}
		// Slow failures use up the patience too.
		wait := time.Second << n
		if !k.take(max(t.now().Sub(started), 0) + wait) {
			return response, err
		}
		if err := t.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// worthRepeating says whether the request may be sent again, and whether that
// could help.
func worthRepeating(request *http.Request, k *call, response *http.Response, err error) bool {
	if err != nil {
		if lasting(err) {
			return false
		}
		return repeatable(request, k) || unconnected(err)
	}
	switch response.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		return repeatable(request, k)
	case http.StatusServiceUnavailable:
		// With a time to come back it is for limits to wait.
		return repeatable(request, k) && response.Header.Get("Retry-After") == ""
	}
	return repeatable(request, k) && success(response) && !readable(request, response)
}

// repeatable says whether doing the request twice is the same as doing it once.
func repeatable(request *http.Request, k *call) bool {
	switch request.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return true
	case http.MethodPatch:
		return !k.once
	}
	return false
}

// unconnected says that there never was a connection, so GitHub cannot have
// seen the request.
func unconnected(err error) bool {
	var operation *net.OpError
	if errors.As(err, &operation) {
		return operation.Op == "dial" || operation.Op == "proxyconnect"
	}
	var name *net.DNSError
	return errors.As(err, &name)
}

// lasting says that the next try would fail in the same way.
func lasting(err error) bool {
	var known *Error
	if errors.As(err, &known) {
		return known.Kind == TooLarge
	}
	var (
		untrusted   x509.UnknownAuthorityError
		otherName   x509.HostnameError
		broken      x509.CertificateInvalidError
		certificate *tls.CertificateVerificationError
		notTLS      tls.RecordHeaderError
	)
	return errors.As(err, &untrusted) || errors.As(err, &otherName) || errors.As(err, &broken) ||
		errors.As(err, &certificate) || errors.As(err, &notTLS)
}
