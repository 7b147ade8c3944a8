package gate

import (
	"cmp"
	"slices"
	"strings"
)

// compareGeneric orders versions of language packages. It agrees with Semantic
// Versioning on what follows it, and with PEP 440, Maven and Alpine on the
// usual forms of theirs.
func compareGeneric(a, b string) int {
	epochA, a := cutMark(normalVersion(a), "!")
	epochB, b := cutMark(normalVersion(b), "!")
	if c := compareNumbers(epochA, epochB); c != 0 {
		return c
	}
	partsA, partsB := versionParts(a), versionParts(b)
	for i := range max(len(partsA), len(partsB)) {
		if c := compareParts(partAt(partsA, i), partAt(partsB, i)); c != 0 {
			return c
		}
	}
	return 0
}

func normalVersion(version string) string {
	version, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(version)), "+")
	if len(version) > 1 && version[0] == 'v' && digit(version[1]) {
		return version[1:]
	}
	return version
}

func cutMark(version, mark string) (before, after string) {
	if before, after, found := strings.Cut(version, mark); found {
		return before, after
	}
	return "", version
}

// versionPart is a number or a word of a version.
type versionPart struct {
	text string
	// rank orders parts of different kinds.
	rank int
}

// The ranks of parts: what comes before the release, its end, and after it.
const (
	rankBefore = iota
	rankEnd
	rankWord
	rankNumber
)

// versionParts cuts at punctuation and where digits and letters meet.
func versionParts(version string) []versionPart {
	var parts []versionPart
	for version != "" {
		var run string
		if run, version = cutRun(version, func(c byte) bool { return !digit(c) && !letter(c) }); run != "" {
			continue
		}
		if run, version = cutRun(version, digit); run != "" {
			parts = append(parts, versionPart{run, rankNumber})
			continue
		}
		run, version = cutRun(version, letter)
		parts = append(parts, versionPart{run, wordRank(run)})
	}
	return significant(parts)
}

// significant leaves out what changes nothing: zeros before a word or the end,
// and words that say that this is the release. 1.0 and 1.0.0.Final are 1, and
// 1.0rc1 is 1rc1.
func significant(parts []versionPart) []versionPart {
	var out []versionPart
	for i, part := range slices.Backward(parts) {
		last := len(out) == 0 || out[len(out)-1].rank != rankNumber
		zero := part.rank == rankNumber && strings.Trim(part.text, "0") == ""
		afterWord := i > 0 && parts[i-1].rank != rankNumber
		if part.rank == rankEnd || zero && last && !afterWord && i > 0 {
			continue
		}
		out = append(out, part)
	}
	slices.Reverse(out)
	return out
}

// wordRank says where a word stands to the release that it is attached to.
func wordRank(word string) int {
	switch word {
	case "a", "b", "c", "alpha", "beta", "rc", "cr", "pre", "preview", "dev", "snapshot", "milestone", "m", "canary", "next", "nightly", "ea":
		return rankBefore
	case "final", "ga", "release":
		return rankEnd
	}
	return rankWord
}

func partAt(parts []versionPart, i int) versionPart {
	if i < len(parts) {
		return parts[i]
	}
	return versionPart{rank: rankEnd}
}

func compareParts(a, b versionPart) int {
	if a.rank == rankNumber && b.rank == rankEnd || a.rank == rankEnd && b.rank == rankNumber {
		// 1.0 and 1.0.0 are one version.
		return compareNumbers(a.text, b.text)
	}
	if c := cmp.Compare(a.rank, b.rank); c != 0 {
		return c
	}
	if a.rank == rankNumber {
		return compareNumbers(a.text, b.text)
	}
	return cmp.Compare(preRelease(a.text), preRelease(b.text))
}

// preRelease writes the short words of pre-releases as the long ones, so that
// their alphabet is their order; dev and snapshot come before all.
func preRelease(word string) string {
	switch word {
	case "a":
		return "alpha"
	case "b":
		return "beta"
	case "c", "cr", "pre", "preview":
		return "rc"
	case "dev", "snapshot":
		return ""
	case "final", "ga", "release":
		return ""
	}
	return word
}
