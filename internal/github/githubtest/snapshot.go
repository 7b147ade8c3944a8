package githubtest

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// snapshot is the whole state, for tests that look from outside.
type snapshot struct {
	Repositories []*Repository `json:"repositories"`
	Packages     []Package     `json:"packages,omitempty"`
	Requests     []Request     `json:"requests"`
	Violations   []string      `json:"violations"`
	Leaks        []Leak        `json:"leaks"`
	Elsewhere    []string      `json:"elsewhere"`
	Validates    bool          `json:"validates"`
}

// Snapshot is the state as indented JSON: the repositories with all that
// belongs to them, the requests, the violations and the leaks. It holds no token.
func (s *Server) Snapshot() ([]byte, error) {
	shot := snapshot{Leaks: s.Leaks(), Elsewhere: s.Elsewhere(), Validates: s.Validates()}
	s.mu.Lock()
	defer s.mu.Unlock()
	shot.Repositories, shot.Packages = s.state.repositories, s.state.packages
	shot.Requests, shot.Violations = s.requests, s.violations
	data, err := json.MarshalIndent(shot, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the state: %w", err)
	}
	return append(data, '\n'), nil
}

// serveSnapshot answers GET /_fake/state, which is no part of GitHub.
func (s *Server) serveSnapshot(w http.ResponseWriter, _ *http.Request) {
	data, err := s.Snapshot()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	if _, err := w.Write(data); err != nil {
		return
	}
}
