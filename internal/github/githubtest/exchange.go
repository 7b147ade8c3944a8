package githubtest

import (
	"io"
	"net/http"
)

// longestBody is more than any request that GitHub takes.
const longestBody = 64 << 20

// unrecorded is the index of a request to the other host.
const unrecorded = -1

// exchange is one request on its way to its answer.
type exchange struct {
	s    *Server
	op   *operation
	w    http.ResponseWriter
	r    *http.Request
	body []byte
	// index is the place in the log of the API's requests.
	index  int
	answer answer
}

// serve is the whole life of a request.
func (s *Server) serve(op *operation, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, longestBody))
	if err != nil {
		return
	}
	e := &exchange{s: s, op: op, w: w, r: r, body: body}
	e.index = s.record(e)
	invalid := e.checkRequest(r.Context())
	request := e.request()
	fault := s.strike(func(m Match) bool { return m.fits(request) })
	if !e.pass(Arrived) {
		return
	}
	switch {
	case invalid != nil:
		e.answer = *invalid
	case fault != nil && !fault.applies():
		e.fail(fault)
		return
	default:
		if r.Context().Err() != nil {
			return
		}
		e.apply()
		e.checkAnswer(r.Context())
	}
	if !e.pass(Applied) {
		return
	}
	if fault != nil && invalid == nil {
		e.fail(fault)
		return
	}
	e.send(e.answer)
}

// apply lets the operation change the state, as one step.
func (e *exchange) apply() {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	if e.r.Method != http.MethodGet {
		e.s.changes++
	}
	c := &call{s: e.s, r: e.r, op: e.op, body: e.body, now: e.s.now()}
	if refused := c.admit(); refused != nil {
		e.answer = *refused
		return
	}
	e.answer = e.op.handle(c)
}

// send writes an answer as it is.
func (e *exchange) send(a answer) {
	for name, values := range a.header {
		e.w.Header()[name] = values
	}
	if e.index != unrecorded {
		e.s.answered(e.index, a.status)
		e.s.rateHeaders(e.w.Header(), e.index)
	}
	if a.status == http.StatusNoContent {
		e.w.WriteHeader(a.status)
		return
	}
	e.w.Header().Set("Content-Type", a.kind())
	e.w.WriteHeader(a.status)
	if _, err := e.w.Write(a.bytes()); err != nil {
		// The client is gone; there is nobody to tell.
		return
	}
}
