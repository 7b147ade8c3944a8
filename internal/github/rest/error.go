package rest

import (
	"fmt"
	"time"
)

// Kind says what an API error means for the user.
type Kind string

// The kinds there are.
const (
	// Unauthorized: the token is missing, wrong or expired (401).
	Unauthorized Kind = "unauthorized"
	// Forbidden: the token lacks a permission (403 "Resource not accessible by …").
	Forbidden Kind = "forbidden"
	// FeatureOff: the repository has the feature switched off or not bought
	// (code scanning, Advanced Security).
	FeatureOff Kind = "feature-off"
	// NotFound: it is not there, or the token may not see it (404, 410).
	NotFound Kind = "not-found"
	// Locked: the conversation is locked; Archived: the repository is read-only.
	Locked   Kind = "locked"
	Archived Kind = "archived"
	// Conflict (409), TooLarge (413) and Invalid (400, 422): the request was
	// refused. TooLarge and Invalid are also what gate itself refuses to send or
	// to read.
	Conflict Kind = "conflict"
	TooLarge Kind = "too-large"
	Invalid  Kind = "invalid"
	// RateLimited: a primary or secondary limit that did not pass in time.
	RateLimited Kind = "rate-limited"
	// Unavailable: GitHub or the network did not answer, or not with JSON.
	Unavailable Kind = "unavailable"
)

// Error is a call that did not succeed. Its text holds no token and no body
// that is not GitHub's own message, shortened to one line.
type Error struct {
	Kind Kind
	// Op says what was tried: "create comment".
	Op string
	// Status is the HTTP status; 0 when there was no answer.
	Status int
	// Message is GitHub's, or the network's.
	Message string
	// Until is when a rate limit passes; zero for the other kinds.
	Until time.Time
	// Err is fs.ErrNotExist when a file is surely not there; otherwise nil.
	Err error
}

// Error returns one line.
func (e *Error) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("%s: %s", e.Op, e.Message)
	}
	return fmt.Sprintf("%s: GitHub answered %d: %s", e.Op, e.Status, e.Message)
}

// Unwrap returns the cause, where there is one.
func (e *Error) Unwrap() error { return e.Err }
