package inputs

import (
	"fmt"
	"strings"
)

// Inputs are what a build reads.
type Inputs struct {
	// Digest is sha256:… of all that counts; empty when that is not known.
	Digest string
	// Files and Bytes are how many regular files count, and their size.
	Files int
	Bytes int64
	// Bases are the images outside the build that it takes something from, as
	// the Dockerfile names them with its variables replaced, sorted. They count
	// by name. It is incomplete where the Dockerfile is not at hand.
	Bases []string
	// Unknown are the reasons why the inputs are not known, sorted.
	Unknown []Reason
	// Notes say what counts by its text alone, and what made more count than
	// the build may read. They are sorted.
	Notes []string

	facts []fact
}

// Reason says why the inputs of a build are not known.
type Reason struct {
	// Path is relative to the working directory; empty where no file is to blame.
	Path string
	// Line is 1-based; 0 means the whole file.
	Line int
	Why  string
}

// String is the reason with its place in front.
func (r Reason) String() string {
	switch {
	case r.Path == "":
		return r.Why
	case r.Line == 0:
		return r.Path + ": " + r.Why
	}
	return fmt.Sprintf("%s:%d: %s", r.Path, r.Line, r.Why)
}

// Same reports whether both inputs are known and equal.
func Same(base, head Inputs) bool {
	return base.Digest != "" && base.Digest == head.Digest
}

// Diff says in words what is different, at most limit of it and then how much
// more there is. It is empty when either inputs are not known.
func Diff(base, head Inputs, limit int) []string {
	if base.Digest == "" || head.Digest == "" {
		return nil
	}
	var lines []string
	old, now := base.facts, head.facts
	for len(old) > 0 || len(now) > 0 {
		order := 1
		switch {
		case len(now) == 0:
			order = -1
		case len(old) > 0:
			order = compareFacts(old[0], now[0])
		}
		switch {
		case order < 0:
			lines, old = append(lines, old[0].label()+" removed"), old[1:]
		case order > 0:
			lines, now = append(lines, now[0].label()+" added"), now[1:]
		default:
			if old[0].value != now[0].value {
				lines = append(lines, now[0].label()+" changed")
			}
			old, now = old[1:], now[1:]
		}
	}
	if limit = max(limit, 0); len(lines) > limit {
		more := len(lines) - limit
		lines = append(lines[:limit:limit], fmt.Sprintf("and %d more", more))
	}
	return lines
}

// label names a fact for people.
func (f fact) label() string {
	switch f.kind {
	case kindFile:
		return f.shown
	case kindArgument, kindLabel, kindContext, kindSecret:
		return f.kind + " " + f.name
	case kindTrigger:
		return "a trigger of " + f.tree
	}
	return strings.TrimSpace("the " + f.kind)
}
