package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Error is a mistake in the user's configuration: exit code 2.
type Error struct {
	// Where is a file with line and column, or a flag or input.
	Where   string
	Message string
	// Unread is set when a file could not be read, so that nothing is known of
	// what it says.
	Unread bool
}

// Error returns "where: message".
func (e *Error) Error() string {
	if e.Where == "" {
		return e.Message
	}
	return e.Where + ": " + e.Message
}

// didYouMean returns ` (did you mean "x"?)` for the candidate nearest to word,
// or the list of what there is when none is near.
func didYouMean(word string, candidates []string) string {
	const farthest = 3
	best, bestDistance := "", farthest+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if best != "" && bestDistance < max(2, len(word)/2+1) {
		return fmt.Sprintf(" (did you mean %q?)", best)
	}
	sorted := slices.Sorted(slices.Values(candidates))
	return fmt.Sprintf(" (one of: %s)", strings.Join(sorted, ", "))
}

// distance is how far a word is from what was probably meant. Letters in
// another order and an end that was left out are near.
func distance(word, meant string) int {
	const longest = 100
	if len(word) > longest {
		return longest
	}
	letters := func(text string) string {
		runes := []rune(text)
		slices.Sort(runes)
		return string(runes)
	}
	if len(word) > 2 && (letters(word) == letters(meant) || strings.HasPrefix(meant, word+"-")) {
		return 1
	}
	return levenshtein.Distance(word, meant, nil)
}
