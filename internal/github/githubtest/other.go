package githubtest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// Leak is a request to the other host that brought a secret along.
type Leak struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	// Header is where the secret was: Authorization, Cookie, or another name
	// whose value holds a token.
	Header string `json:"header"`
}

// otherHost is where GitHub keeps downloads: a host that must not see the token.
type otherHost struct {
	s      *Server
	server *httptest.Server
	name   string

	mu    sync.Mutex
	leaks []Leak
	paths []string
}

func startOtherHost(address, name string, s *Server) (*otherHost, error) {
	if name == "" {
		name = "localhost"
	}
	o := &otherHost{s: s, name: name}
	server, err := listen(address, http.HandlerFunc(o.serve))
	if err != nil {
		return nil, fmt.Errorf("start the other host: %w", err)
	}
	o.server = server
	return o, nil
}

// url is the other host's address by its name, which is not the API's.
func (o *otherHost) url() string {
	_, port, err := net.SplitHostPort(o.server.Listener.Addr().String())
	if err != nil {
		return o.server.URL
	}
	return "http://" + net.JoinHostPort(o.name, port)
}

func (o *otherHost) serve(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.paths = append(o.paths, r.URL.Path)
	if o.s.tokenOutside(r.URL.RequestURI()) {
		o.leaks = append(o.leaks, Leak{Method: r.Method, Path: r.URL.Path, Header: "the address"})
	}
	for name, values := range r.Header {
		if name == "Authorization" || name == "Cookie" || o.s.tokenOutside(strings.Join(values, "\n")) {
			o.leaks = append(o.leaks, Leak{Method: r.Method, Path: r.URL.Path, Header: name})
		}
	}
	o.mu.Unlock()
	data, kind, found := o.s.download(r.URL.Path)
	if !found {
		data, kind, found = o.s.tarball(r.URL)
	}
	if !found {
		http.NotFound(w, r)
		return
	}
	e := &exchange{s: o.s, w: w, r: r, index: unrecorded, answer: answer{status: http.StatusOK, raw: data, rawType: kind}}
	request := Request{Method: r.Method, Path: r.URL.EscapedPath(), Agent: r.UserAgent()}
	// What is meant for every address is meant for the API's.
	if fault := o.s.strike(func(m Match) bool { return m.Path != "" && m.fits(request) }); fault != nil {
		e.fail(fault)
		return
	}
	e.send(e.answer)
}

// Leaks are the requests to the other host that brought a secret along. There
// should be none.
func (s *Server) Leaks() []Leak {
	s.other.mu.Lock()
	defer s.other.mu.Unlock()
	return slices.Clone(s.other.leaks)
}

// OtherURL is the address of the other host; Elsewhere are the paths that were
// asked for there.
func (s *Server) OtherURL() string { return s.other.url() }

// Elsewhere are the paths that the other host was asked for, in order.
func (s *Server) Elsewhere() []string {
	s.other.mu.Lock()
	defer s.other.mu.Unlock()
	return slices.Clone(s.other.paths)
}
