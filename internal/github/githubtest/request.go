package githubtest

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Request is what a client sent. It never holds a token.
type Request struct {
	Method string `json:"method"`
	// Path is as sent, without the query and without /api/v3.
	Path  string `json:"path"`
	Query string `json:"query,omitempty"`
	// Agent is the User-Agent; Accept the media type asked for.
	Agent  string `json:"agent,omitempty"`
	Accept string `json:"accept,omitempty"`
	// Authorized is true when there was an Authorization header; Login is whose
	// token it held, when that is known.
	Authorized bool   `json:"authorized"`
	Login      string `json:"login,omitempty"`
	Body       string `json:"body,omitempty"`
	// Status is what was answered; 0 while it is not, and when nothing was.
	Status int `json:"status"`
}

// Requests are all requests to the API so far, in the order of their arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Matching are the requests so far that a Match fits.
func (s *Server) Matching(m Match) []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return !m.fits(r) })
}

// record writes a request into the log and returns its place.
func (s *Server) record(e *exchange) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	header := e.r.Header.Get("Authorization")
	_, token, _ := strings.Cut(header, " ")
	s.requests = append(s.requests, Request{
		Method: e.r.Method, Path: e.r.URL.EscapedPath(), Query: e.r.URL.RawQuery,
		Agent: e.r.UserAgent(), Accept: e.r.Header.Get("Accept"),
		Authorized: header != "", Login: s.state.tokens[token].Login, Body: string(e.body),
	})
	return len(s.requests) - 1
}

func (e *exchange) request() Request {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return e.s.requests[e.index]
}

func (s *Server) answered(index, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[index].Status = status
}

// rateHeaders are on every answer. The hour never ends, and is large enough.
func (s *Server) rateHeaders(h http.Header, index int) {
	s.mu.Lock()
	reset := s.now().Unix() + 3600
	s.mu.Unlock()
	for name, value := range map[string]string{
		"X-Ratelimit-Limit":     strconv.Itoa(hourly),
		"X-Ratelimit-Remaining": strconv.Itoa(max(1, hourly-1-index)),
		"X-Ratelimit-Used":      strconv.Itoa(index + 1),
		"X-Ratelimit-Reset":     strconv.FormatInt(reset, 10),
		"X-Ratelimit-Resource":  "core",
		"X-Github-Request-Id":   "FAKE:" + strconv.Itoa(index),
	} {
		if h.Get(name) == "" {
			h.Set(name, value)
		}
	}
}

// hourly is more than a GITHUB_TOKEN has, so that no long test runs dry.
const hourly = 15000

// tokenOutside says whether a text holds one of the tokens. Words that are too
// short to be secrets are left out: the token "token" is also in plain text.
func (s *Server) tokenOutside(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token := range s.state.tokens {
		if len(token) >= 12 && strings.Contains(text, token) {
			return true
		}
	}
	return false
}

// Match picks requests. Empty fields fit everything.
type Match struct {
	Method string `json:"method,omitempty"`
	// Path is a pattern as of path.Match: a star stands for anything but a slash.
	// With two stars at its end it fits everything below.
	Path string `json:"path,omitempty"`
	// Agent is the exact User-Agent: it tells two clients apart.
	Agent string `json:"agent,omitempty"`
}

func (m Match) fits(r Request) bool {
	if m.Method != "" && m.Method != r.Method || m.Agent != "" && m.Agent != r.Agent {
		return false
	}
	if m.Path == "" {
		return true
	}
	if below, found := strings.CutSuffix(m.Path, "**"); found {
		depth := strings.Count(below, "/")
		parts := strings.SplitAfterN(r.Path, "/", depth+1)
		return len(parts) > depth && glob(below, strings.Join(parts[:depth], ""))
	}
	return glob(m.Path, r.Path)
}

func glob(pattern, text string) bool {
	fits, err := path.Match(pattern, text)
	return err == nil && fits
}
