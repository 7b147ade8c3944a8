package githubtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// Reporter is the part of testing.TB that the fake needs.
type Reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Options say what a fake is made of. The zero value is an empty GitHub.
type Options struct {
	// Scenario is the state at the start.
	Scenario Scenario
	// Description is GitHub's OpenAPI description. When it is nil, the one at
	// DescriptionFile is loaded; when that is empty, the one beside the project,
	// if it is there.
	Description     *Description
	DescriptionFile string
	// Now is the time of each change. When it is nil, time starts at the same
	// moment in every server and moves by one second with each change.
	Now func() time.Time
	// Listen and ListenOther are the addresses of the API and of the other host,
	// to which downloads and faults redirect. Empty picks free ports of the loopback.
	Listen      string
	ListenOther string
	// OtherName is how clients reach the other host. It is localhost by default,
	// and so differs from the API's 127.0.0.1.
	OtherName string
}

// Server is a running fake. All its methods may be called from any goroutine.
type Server struct {
	description *Description
	reporter    Reporter
	clock       func() time.Time
	operations  []operation
	api         *httptest.Server
	other       *otherHost
	closed      chan struct{}
	closing     sync.Once

	// mu guards everything below, and makes each request one step.
	mu         sync.Mutex
	state      state
	requests   []Request
	violations []string
	faults     []*armedFault
	gates      []*Gate
	changes    int
}

// New starts a server that lives as long as the test. What GitHub would refuse
// for its form fails the test at once.
func New(t Reporter, o Options) *Server {
	t.Helper()
	s, err := start(o, t)
	if err != nil {
		t.Fatalf("start the fake GitHub: %v", err)
		return nil
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server that records violations and leaves the judgement to the
// caller, who must close it.
func Start(o Options) (*Server, error) { return start(o, nil) }

func start(o Options, reporter Reporter) (*Server, error) {
	s := &Server{description: o.Description, reporter: reporter, clock: o.Now, closed: make(chan struct{})}
	if err := s.describe(o.DescriptionFile); err != nil {
		return nil, err
	}
	if err := s.state.load(o.Scenario); err != nil {
		return nil, err
	}
	for _, f := range o.Scenario.Faults {
		if err := s.arm(f); err != nil {
			return nil, err
		}
	}
	s.operations = operations()
	other, err := startOtherHost(o.ListenOther, o.OtherName, s)
	if err != nil {
		return nil, err
	}
	s.other = other
	s.api, err = listen(o.Listen, http.HandlerFunc(s.enter))
	if err != nil {
		other.server.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) describe(file string) (err error) {
	switch {
	case s.description != nil:
	case file != "":
		s.description, err = LoadDescription(file)
	default:
		s.description, err = FindDescription()
	}
	return err
}

func listen(address string, handler http.Handler) (*httptest.Server, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}}
	server.Start()
	return server, nil
}

// URL is the address of the API, without a slash at the end. The same API is
// also below URL/api/v3, as on GitHub Enterprise Server.
func (s *Server) URL() string { return s.api.URL }

// Handler serves the API, for callers with a listener of their own.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.enter) }

// Validates says whether requests and answers are checked against GitHub's
// description. Without the description only the rules in prose are enforced.
func (s *Server) Validates() bool { return s.description != nil }

// Close ends what is held or slow and stops the server.
func (s *Server) Close() {
	s.closing.Do(func() {
		close(s.closed)
		s.api.Close()
		s.other.server.Close()
	})
}

// now is the time of the change that is being made. The caller holds the lock.
func (s *Server) now() time.Time {
	if s.clock != nil {
		return s.clock()
	}
	return time.Date(2024, time.January, 2, 3, 4, 5, 0, time.UTC).Add(time.Duration(s.changes) * time.Second)
}
