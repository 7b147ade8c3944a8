package githubtest

import (
	"fmt"
	"net/http"
	"path"
)

// Kind is a way to fail.
type Kind string

// The ways there are. What each answers by itself can be changed by the fields
// of the Fault.
const (
	// Answer is whatever the fields say, 500 without a word.
	Answer Kind = "answer"
	// Unauthorized (401), Forbidden (403, a permission is missing), FeatureOff
	// (403, no Advanced Security), NotFound (404), Conflict (409), TooLarge (413),
	// Invalid (422) and Unavailable (503) are GitHub's plain refusals.
	Unauthorized Kind = "unauthorized"
	Forbidden    Kind = "forbidden"
	FeatureOff   Kind = "feature-off"
	NotFound     Kind = "not-found"
	Conflict     Kind = "conflict"
	TooLarge     Kind = "too-large"
	Invalid      Kind = "invalid"
	Unavailable  Kind = "unavailable"
	// PrimaryLimit is 403 with nothing remaining; SecondaryLimit 403 with
	// Retry-After and the page that explains it; SecondaryLimitBare 403 with the
	// words only; TooMany 429 with Retry-After.
	PrimaryLimit       Kind = "primary-limit"
	SecondaryLimit     Kind = "secondary-limit"
	SecondaryLimitBare Kind = "secondary-limit-bare"
	TooMany            Kind = "too-many"
	// Slow says nothing until the client goes away.
	Slow Kind = "slow"
	// Reset breaks the connection before anything was done; AppliedReset does what
	// was asked and then breaks it; Cut does it too and breaks off in the middle
	// of the answer.
	Reset        Kind = "reset"
	AppliedReset Kind = "applied-reset"
	Cut          Kind = "cut"
	// HTML is a proxy's page (502); Truncated is half of the right answer, well
	// delivered.
	HTML      Kind = "html"
	Truncated Kind = "truncated"
	// Redirect sends the client to the same path on the other host (307).
	Redirect Kind = "redirect"
)

// Fault is a failure on demand.
type Fault struct {
	Match Match `json:"match"`
	Kind  Kind  `json:"kind"`
	// After lets the first matching requests pass; Times is how many fail then, 0
	// means all.
	After int `json:"after,omitempty"`
	Times int `json:"times,omitempty"`
	// Status, Headers and Body replace what the kind has.
	Status  int               `json:"status,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
}

// applies says whether the fault comes after the request took effect.
func (f *Fault) applies() bool {
	return f.Kind == AppliedReset || f.Kind == Cut || f.Kind == Truncated
}

type armedFault struct {
	Fault
	seen int
}

// Fail makes matching requests fail from now on. A later fault goes before an
// earlier one. An unknown kind or a bad pattern fails the test. A download from
// the other host fails only for a Match that has its path.
func (s *Server) Fail(m Match, f Fault) {
	f.Match = m
	if err := s.arm(f); err != nil && s.reporter != nil {
		s.reporter.Helper()
		s.reporter.Fatalf("githubtest: %v", err)
	}
}

// Heal ends all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Server) arm(f Fault) error {
	if _, known := plainFaults()[f.Kind]; !known && !f.special() {
		return fmt.Errorf("the fault %q is not known", f.Kind)
	}
	if _, err := path.Match(f.Match.Path, ""); err != nil {
		return fmt.Errorf("the pattern %q: %w", f.Match.Path, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append([]*armedFault{{Fault: f}}, s.faults...)
	return nil
}

func (f *Fault) special() bool {
	switch f.Kind {
	case Slow, Reset, AppliedReset, Cut, Truncated, Redirect:
		return true
	}
	return false
}

// strike counts a request and returns the fault that hits it, if any.
func (s *Server) strike(fits func(Match) bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hit *Fault
	for _, f := range s.faults {
		if !fits(f.Match) {
			continue
		}
		f.seen++
		if hit == nil && f.seen > f.After && (f.Times == 0 || f.seen <= f.After+f.Times) {
			hit = &f.Fault
		}
	}
	return hit
}

// plainFault is what a kind answers when it is nothing but an answer.
type plainFault struct {
	status  int
	message string
	doc     string
	headers map[string]string
}

func plainFaults() map[Kind]plainFault {
	const rate = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
	const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
	wait := map[string]string{"Retry-After": "60"}
	return map[Kind]plainFault{
		Answer:       {status: http.StatusInternalServerError},
		Unauthorized: {status: http.StatusUnauthorized, message: "Bad credentials"},
		Forbidden:    {status: http.StatusForbidden, message: "Resource not accessible by integration"},
		FeatureOff: {status: http.StatusForbidden,
			message: "Advanced Security must be enabled for this repository to use code scanning."},
		NotFound:    {status: http.StatusNotFound, message: "Not Found"},
		Conflict:    {status: http.StatusConflict, message: "Git Repository is empty."},
		TooLarge:    {status: http.StatusRequestEntityTooLarge, message: "The SARIF file is too large"},
		Invalid:     {status: http.StatusUnprocessableEntity, message: "Validation Failed"},
		Unavailable: {status: http.StatusServiceUnavailable, message: "Service unavailable"},
		PrimaryLimit: {status: http.StatusForbidden, message: "API rate limit exceeded for installation.",
			doc: rate, headers: map[string]string{"X-RateLimit-Remaining": "0"}},
		SecondaryLimit:     {status: http.StatusForbidden, message: secondary, doc: rate + "#about-secondary-rate-limits", headers: wait},
		SecondaryLimitBare: {status: http.StatusForbidden, message: secondary},
		TooMany:            {status: http.StatusTooManyRequests, message: secondary, headers: wait},
		HTML:               {status: http.StatusBadGateway},
	}
}
