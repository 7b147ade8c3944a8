package discover

import (
	"fmt"
	"path"
	"strings"
)

// globs are patterns for paths relative to the root.
type globs [][]string

// newGlobs takes patterns of path.Match in which a segment of two stars stands
// for any number of folders, none included. A pattern also fits everything below
// the folder that it fits.
func newGlobs(patterns []string) (globs, error) {
	var all globs
	for _, pattern := range patterns {
		cleaned := strings.Trim(strings.TrimPrefix(pattern, "./"), "/")
		if cleaned == "" {
			return nil, fmt.Errorf("the pattern %q is empty", pattern)
		}
		segments := strings.Split(cleaned, "/")
		for _, segment := range segments {
			if _, err := path.Match(segment, ""); err != nil {
				return nil, fmt.Errorf("the pattern %q is broken: %w", pattern, err)
			}
		}
		all = append(all, segments)
	}
	return all, nil
}

// match reports whether one of the patterns fits.
func (g globs) match(name string) bool {
	parts := strings.Split(name, "/")
	for _, pattern := range g {
		if matchSegments(pattern, parts) {
			return true
		}
	}
	return false
}

// matchSegments takes no more steps than there are pairs of segments.
func matchSegments(pattern, parts []string) bool {
	reach := make([]bool, len(parts)+1)
	reach[0] = true
	for _, segment := range pattern {
		next := make([]bool, len(parts)+1)
		open := false
		for at, reached := range reach {
			if segment == "**" {
				open = open || reached
				next[at] = open
				continue
			}
			if !reached || at == len(parts) {
				continue
			}
			if ok, err := path.Match(segment, parts[at]); ok && err == nil {
				next[at+1] = true
			}
		}
		reach = next
	}
	for _, reached := range reach[1:] {
		if reached {
			return true
		}
	}
	return false
}
