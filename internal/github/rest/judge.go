package rest

import (
	"net/http"
	"strings"
)

// octets is the media type that asks for the bytes of a file.
const octets = "application/octet-stream"

// judge lets only answers of GitHub's through that say yes, and redirects. All
// others become an *Error; that a transport judges answers is unusual, and
// keeps go-github's five kinds of errors out of the way.
type judge struct {
	next  http.RoundTripper
	words words
}

// RoundTrip implements http.RoundTripper.
func (t *judge) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	// go-github would refuse the next call by what these say of this one.
	for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
		response.Header.Del(name)
	}
	switch {
	case response.StatusCode >= http.StatusBadRequest:
		return nil, t.refusal(response)
	case success(response) && !readable(request, response):
		return nil, &Error{Kind: Unavailable, Status: response.StatusCode, Message: unreadable(response)}
	}
	return response, nil
}

// refusal is the error for a status of 400 or more. An answer that is not
// GitHub's own says nothing about the repository: a proxy's "not found" must
// never look like a file that is not there.
func (t *judge) refusal(response *http.Response) error {
	status := response.StatusCode
	said, ok := parseStatement(content(response))
	if !ok {
		kind := Unavailable
		switch status {
		case http.StatusUnauthorized:
			kind = Unauthorized
		case http.StatusRequestEntityTooLarge:
			kind = TooLarge
		}
		return &Error{Kind: kind, Status: status, Message: unreadable(response)}
	}
	return &Error{Kind: said.kind(status), Status: status, Message: t.words.foreign(said.text())}
}

func success(response *http.Response) bool {
	return response.StatusCode >= 200 && response.StatusCode < 300
}

// readable says whether a successful answer is of the form that was asked for.
func readable(request *http.Request, response *http.Response) bool {
	if response.StatusCode == http.StatusNoContent || request.Method == http.MethodDelete {
		return true
	}
	if accept := request.Header.Get("Accept"); accept == octets || strings.Contains(accept, ".raw") {
		return !html(response)
	}
	return isJSON(content(response))
}

func html(response *http.Response) bool {
	return strings.Contains(strings.ToLower(response.Header.Get("Content-Type")), "html")
}

// unreadable says what came instead of GitHub's answer, without quoting it.
func unreadable(response *http.Response) string {
	body := content(response)
	switch {
	case html(response) || strings.HasPrefix(strings.TrimSpace(string(body)), "<"):
		return "a web page came instead of an answer of the API; a proxy stands between, or GITHUB_API_URL is not the API's address (an Enterprise Server has it at /api/v3)"
	case len(body) == 0:
		return strings.TrimSpace(http.StatusText(response.StatusCode) + " (an empty answer)")
	case !isJSON(body):
		return "the answer is not whole, or not JSON"
	}
	return "the answer is not one of GitHub's"
}
