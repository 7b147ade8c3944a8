package rest

import "net/http"

// auth adds the token to requests for the API's own scheme, host and port. It
// stands below the HTTP client's redirects, so a request that was sent on to
// another host has no token, and no other transport ever holds it.
type auth struct {
	next  http.RoundTripper
	home  origin
	token string
}

// RoundTrip implements http.RoundTripper.
func (t *auth) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Header.Del("Authorization")
	if t.token != "" && originOf(request.URL) == t.home {
		request.Header.Set("Authorization", "Bearer "+t.token)
	}
	return t.next.RoundTrip(request)
}
