package githubtest

import (
	"context"
	"errors"
	"slices"
)

// Stage is how far a held request is.
type Stage string

// The stages at which requests are held.
const (
	// Arrived: read, but nothing has been done.
	Arrived Stage = "arrived"
	// Applied: done, but not answered.
	Applied Stage = "applied"
)

// Gate stops requests twice: when they have arrived, and when they have been
// applied. Who holds a gate decides when each goes on.
type Gate struct {
	s     *Server
	match Match
	held  chan *Held
	open  chan struct{}
}

// Held is a request that waits at a gate.
type Held struct {
	Request Request
	Stage   Stage
	// goOn gets one value: whether the request goes on, or is dropped.
	goOn chan bool
}

// Hold stops matching requests from now on, until Open.
func (s *Server) Hold(m Match) *Gate {
	g := &Gate{s: s, match: m, held: make(chan *Held), open: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gates = append(s.gates, g)
	return g
}

// ErrClosed says that the server was closed while a test waited for a request.
var ErrClosed = errors.New("the fake GitHub is closed")

// Next waits for the next request at the gate, at either stage.
func (g *Gate) Next(ctx context.Context) (*Held, error) {
	select {
	case h := <-g.held:
		return h, nil
	case <-g.s.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Pass lets a held request go on to its next stage. Each held request is
// passed or dropped exactly once.
func (h *Held) Pass() { h.goOn <- true }

// Drop breaks the request's connection. What was applied stays applied.
func (h *Held) Drop() { h.goOn <- false }

// Open lets everything go on, and holds no more.
func (g *Gate) Open() {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if i := slices.Index(g.s.gates, g); i >= 0 {
		g.s.gates = slices.Delete(g.s.gates, i, i+1)
		close(g.open)
	}
}

// pass waits at the gate, if there is one for this request. False means that
// the request has no answer: it was dropped, or its client went away.
func (e *exchange) pass(stage Stage) bool {
	request := e.request()
	e.s.mu.Lock()
	i := slices.IndexFunc(e.s.gates, func(g *Gate) bool { return g.match.fits(request) })
	if i < 0 {
		e.s.mu.Unlock()
		return true
	}
	g := e.s.gates[i]
	e.s.mu.Unlock()
	h := &Held{Request: request, Stage: stage, goOn: make(chan bool, 1)}
	select {
	case g.held <- h:
	case <-g.open:
		return true
	case <-e.r.Context().Done():
		return false
	case <-e.s.closed:
		return false
	}
	select {
	case on := <-h.goOn:
		if !on {
			e.breakOff(nil)
		}
		return on
	case <-g.open:
		return true
	case <-e.s.closed:
		return false
	}
}
