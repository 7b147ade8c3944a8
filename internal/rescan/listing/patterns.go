package listing

import (
	"fmt"
	"path"
	"strings"
)

// checkPatterns says which of the patterns for paths can't be understood.
func checkPatterns(patterns []string) error {
	for _, pattern := range patterns {
		for segment := range strings.SplitSeq(pattern, "/") {
			if _, err := path.Match(segment, ""); err != nil || pattern == "" {
				return fmt.Errorf("%s is no pattern; write it like prod/**/*.yaml", quote(pattern))
			}
		}
	}
	return nil
}

// onPath reports whether one of the patterns fits a path, or a folder above it.
// Two stars stand for any number of folders, none included.
func onPath(patterns []string, name string) bool {
	parts := strings.Split(name, "/")
	for _, pattern := range patterns {
		segments := strings.Split(strings.Trim(strings.TrimPrefix(pattern, "./"), "/"), "/")
		if fitsPath(segments, parts) {
			return true
		}
	}
	return false
}

// fitsPath takes no more steps than there are pairs of segments.
func fitsPath(segments, parts []string) bool {
	// reached[i] says that what was read of the pattern fits the first i parts.
	reached := make([]bool, len(parts)+1)
	reached[0] = true
	for _, segment := range segments {
		next := make([]bool, len(parts)+1)
		for at := range parts {
			switch {
			case segment == "**":
				next[at] = next[at] || reached[at]
				next[at+1] = next[at] || reached[at+1]
			case reached[at]:
				matched, err := path.Match(segment, parts[at])
				next[at+1] = matched && err == nil
			}
		}
		reached = next
	}
	for _, yes := range reached[1:] {
		if yes {
			return true
		}
	}
	return false
}
