package advise

import (
	"cmp"
	"slices"
	"strings"
)

// version is the version that a tag begins with. The zero value is none.
type version struct {
	// text is how it stands in the tag.
	text string
	// numbers are those between dots: 3.12.1. Those of 8u392 are 8, 0 and 392.
	numbers []int
	// build are numbers that count builds of one version: 17.0.9_9, 8u392-b08, 1.2.3-r0.
	build []int
	// style tells the ways of writing apart.
	style string
	pre   preRelease
}

// preRelease says how far a version is from its release. The zero value is the
// release itself.
type preRelease struct {
	// rank is below zero for what comes before the release.
	rank, number int
}

// maxDigits keep numbers within an int, and maxParts versions what they are.
const (
	maxDigits = 9
	maxParts  = 6
)

// parseVersion reads the first part of a tag, in lower case. What it does not
// know for a version to its last letter is none.
func parseVersion(text string) (version, bool) {
	v := version{text: text}
	rest := text
	into := &v.numbers
	for {
		number, after, ok := cutNumber(rest)
		if !ok || len(v.numbers)+len(v.build) == maxParts {
			return version{}, false
		}
		*into = append(*into, number)
		if rest = after; rest == "" {
			return v, v.plausible()
		}
		mark, next := rest[0], rest[1:]
		if !startsWithDigit(next) {
			break
		}
		switch {
		case mark == '.':
		case mark == '_' && len(v.build) == 0:
			v.style, into = v.style+"_", &v.build
		case mark == 'u' && len(v.numbers) == 1 && len(v.build) == 0:
			v.style, v.numbers = v.style+"u", append(v.numbers, 0)
		default:
			return v, v.tail(rest) && v.plausible()
		}
		rest = next
	}
	return v, v.tail(rest) && v.plausible()
}

// tail reads what follows the numbers in the same part: rc1, _alpha2, .Final, or
// the letter of 1.1.1w.
func (v *version) tail(text string) bool {
	word := strings.TrimLeft(text, "._")
	if pre, ok := parsePreRelease(word); ok {
		v.pre = pre
		return true
	}
	switch {
	case word == "final", word == "ga", word == "release":
		v.style += text
		return true
	case word == text && len(word) == 1 && word[0] >= 'a' && word[0] <= 'z':
		v.numbers, v.style = append(v.numbers, int(word[0])), v.style+"letter"
		return true
	}
	return false
}

// plausible refuses a lone long number, which counts builds or is a part of a
// checksum.
func (v *version) plausible() bool {
	const longest = 99999
	return len(v.numbers) > 1 || v.style != "" || v.numbers[0] <= longest
}

// parsePreRelease reads a word such as rc1, beta.2, preview or ea.
func parsePreRelease(word string) (preRelease, bool) {
	end := strings.IndexFunc(word, func(c rune) bool { return c < 'a' || c > 'z' })
	if end < 0 {
		end = len(word)
	}
	number, digits := 0, strings.TrimLeft(word[end:], "._")
	if digits != "" {
		n, after, ok := cutNumber(digits)
		if !ok || after != "" {
			return preRelease{}, false
		}
		number = n
	}
	switch name := word[:end]; name {
	case "dev", "snapshot", "nightly":
		return preRelease{rank: -6, number: number}, digits != "" || name != "dev"
	case "a", "alpha":
		// One letter alone is a part of a version.
		return preRelease{rank: -5, number: number}, digits != "" || name != "a"
	case "b", "beta":
		return preRelease{rank: -4, number: number}, digits != "" || name != "b"
	case "m", "milestone":
		return preRelease{rank: -3, number: number}, digits != ""
	case "ea", "pre", "preview":
		return preRelease{rank: -2, number: number}, true
	case "rc", "cr":
		return preRelease{rank: -1, number: number}, true
	}
	return preRelease{}, false
}

// compare orders by numbers, closeness to the release, and builds.
func (v version) compare(other version) int {
	return cmp.Or(
		slices.Compare(v.numbers, other.numbers),
		cmp.Compare(v.pre.rank, other.pre.rank), cmp.Compare(v.pre.number, other.pre.number),
		slices.Compare(v.build, other.build),
	)
}

// precise reports whether both are written with as many numbers. Where builds
// are counted, a fourth number is an update between two.
func (v version) precise(other version) bool {
	const full = 3
	a, b := len(v.numbers), len(other.numbers)
	return a == b || len(v.build) > 0 && a >= full && b >= full
}

func cutNumber(text string) (number int, rest string, ok bool) {
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		number = number*10 + int(text[end]-'0')
		if end++; end > maxDigits {
			return 0, "", false
		}
	}
	return number, text[end:], end > 0
}

func startsWithDigit(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }
