package githubtest

import (
	"crypto/sha1" //nolint:gosec // git's own names of objects
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// Scenario is the state of a GitHub, also as JSON.
type Scenario struct {
	Repositories []Repository `json:"repositories"`
	Packages     []Package    `json:"packages,omitempty"`
	// Tokens are who may ask, by the token's text. When there are none, the token
	// "token" is an ActionsToken.
	Tokens map[string]Token `json:"tokens,omitempty"`
	Faults []Fault          `json:"faults,omitempty"`
}

// Token is what a token may do.
type Token struct {
	Login string `json:"login"`
	// Person is true for somebody's own token, false for that of an app or of a
	// workflow: those may not ask who they are.
	Person bool `json:"person,omitempty"`
	// Permissions are the workflow's words: "pull-requests": "write".
	Permissions map[string]string `json:"permissions,omitempty"`
	// Repositories are the private ones that it sees; empty means all.
	Repositories []string `json:"repositories,omitempty"`
}

// ActionsToken is the GITHUB_TOKEN of a workflow that asked for everything gate can use.
func ActionsToken() Token {
	return Token{Login: "github-actions[bot]", Permissions: map[string]string{
		"actions": "read", "attestations": "read", "checks": "write", "contents": "read", "issues": "write",
		"packages": "read", "pull-requests": "write", "security-events": "write", "statuses": "write",
	}}
}

// ForkToken is the GITHUB_TOKEN of a pull request from a fork: it reads only.
func ForkToken() Token {
	t := ActionsToken()
	for name := range t.Permissions {
		t.Permissions[name] = "read"
	}
	return t
}

// SHA is a commit's name made of a word, so that a test can say SHA("base").
func SHA(word string) string {
	sum := sha1.Sum([]byte(word)) //nolint:gosec // a name, not a secret
	return hex.EncodeToString(sum[:])
}

// state is what the requests read and change.
type state struct {
	repositories []*Repository
	packages     []Package
	tokens       map[string]Token
	lastID       int64
}

// load takes a copy of a scenario.
func (st *state) load(scenario Scenario) error {
	data, err := json.Marshal(scenario)
	if err != nil {
		return fmt.Errorf("copy the scenario: %w", err)
	}
	var own Scenario
	if err := json.Unmarshal(data, &own); err != nil {
		return fmt.Errorf("copy the scenario: %w", err)
	}
	st.lastID = 1000
	st.packages = own.Packages
	st.tokens = maps.Clone(own.Tokens)
	if len(st.tokens) == 0 {
		st.tokens = map[string]Token{"token": ActionsToken()}
	}
	for i := range own.Repositories {
		r := &own.Repositories[i]
		if strings.Count(r.Name, "/") != 1 {
			return fmt.Errorf("repository %q: want owner/name", r.Name)
		}
		st.lastID = max(st.lastID, r.highest())
		st.repositories = append(st.repositories, r)
	}
	for _, r := range st.repositories {
		r.ID = st.nextID()
		r.settle(st)
	}
	return nil
}

// highest is the highest id that the fake itself would have given: a state that
// is loaded again goes on from there.
func (r *Repository) highest() int64 {
	var top int64
	for _, c := range r.Comments {
		top = max(top, c.ID)
	}
	for _, c := range r.CheckRuns {
		top = max(top, c.ID)
	}
	for _, s := range r.Statuses {
		top = max(top, s.ID)
	}
	for _, a := range r.Analyses {
		top = max(top, a.ID)
	}
	return top
}

func (st *state) nextID() int64 {
	st.lastID++
	return st.lastID
}

func (st *state) repository(name string) *Repository {
	for _, r := range st.repositories {
		if strings.EqualFold(r.Name, name) {
			return r
		}
	}
	return nil
}

// Change edits a repository between two requests. It is an error of the test
// when there is none of that name: nothing happens and false is returned.
func (s *Server) Change(repository string, edit func(*Repository)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.repository(repository)
	if r == nil {
		return false
	}
	s.changes++
	edit(r)
	r.settle(&s.state)
	return true
}

// Repository is a copy of a repository's state now; the zero Repository when
// there is none of that name.
func (s *Server) Repository(name string) Repository {
	s.mu.Lock()
	defer s.mu.Unlock()
	var copied Repository
	r := s.state.repository(name)
	if r == nil {
		return copied
	}
	data, err := json.Marshal(r)
	if err != nil || json.Unmarshal(data, &copied) != nil {
		return Repository{}
	}
	return copied
}
