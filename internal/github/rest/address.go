package rest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// maxRedirects is how often one request may be sent elsewhere.
const maxRedirects = 5

// parseAPI reads the API's address and puts a slash at its end. Plain HTTP is
// the user's choice. The address is not part of the errors: it may hold a password.
func parseAPI(text string) (*url.URL, error) {
	address, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("the address of the GitHub API cannot be read; write it like https://api.github.com or https://github.example.com/api/v3")
	case address.User != nil:
		return nil, errors.New("the address of the GitHub API holds a user name or a password; give the token on its own")
	case (address.Scheme != "https" && address.Scheme != "http") || address.Hostname() == "" || address.Opaque != "":
		return nil, errors.New("the address of the GitHub API is not one of a web server; write it like https://api.github.com or https://github.example.com/api/v3")
	case address.RawQuery != "" || address.ForceQuery || address.Fragment != "":
		return nil, fmt.Errorf("the address of the GitHub API on %s ends in a query or a fragment; leave it away", address.Hostname())
	}
	address.Path = strings.TrimRight(address.Path, "/") + "/"
	address.RawPath = ""
	return address, nil
}

// origin is the scheme, host and port of an address, written in one way.
type origin struct{ scheme, host, port string }

func originOf(address *url.URL) origin {
	port := address.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[address.Scheme]
	}
	return origin{scheme: strings.ToLower(address.Scheme), host: strings.ToLower(address.Hostname()), port: port}
}

func (o origin) String() string { return o.scheme + "://" + net.JoinHostPort(o.host, o.port) }

// redirect says whether a redirect of the API, whose origin o is, is followed.
// What was read may come from another host, without the token. What changes
// something is repeated on the API's own host only, and as what it was: the
// HTTP client would make a GET of it, and a list is not the comment that was
// to be made. There is no way back from another host, nor out of TLS.
func (o origin) redirect(request *http.Request, via []*http.Request) error {
	before := via[len(via)-1]
	to, from := originOf(request.URL), originOf(before.URL)
	reads := request.Method == http.MethodGet || request.Method == http.MethodHead
	refusal := ""
	switch {
	case len(via) > maxRedirects:
		refusal = "the API redirects again and again"
	case request.Method != before.Method:
		refusal = "the API redirects this request in a way that would change it; is the repository renamed?"
	case from.scheme == "https" && to.scheme != "https":
		refusal = "the API redirects from HTTPS to plain HTTP, which is not followed"
	case to != o && !reads:
		refusal = "the API redirects this request to another host, " + to.host + ", which is not followed"
	case to == o && from != o:
		refusal = "another host, " + from.host + ", redirects back to the API, which is not followed"
	}
	if refusal == "" {
		return nil
	}
	return &Error{Kind: Unavailable, Message: oneLine(refusal)}
}
