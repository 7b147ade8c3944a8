package gate

import (
	"cmp"
	"strings"
)

// compareEpochs orders versions of the form epoch:version-release. A missing
// epoch is 0, and a release that only one side has is not compared for rpm.
func compareEpochs(a, b string, compare func(a, b string) int, bothReleases bool) int {
	epochA, restA := cutEpoch(a)
	epochB, restB := cutEpoch(b)
	if c := compareNumbers(epochA, epochB); c != 0 {
		return c
	}
	versionA, releaseA := cutRelease(restA)
	versionB, releaseB := cutRelease(restB)
	if c := compare(versionA, versionB); c != 0 {
		return c
	}
	if bothReleases && (releaseA == "" || releaseB == "") {
		return 0
	}
	return compare(releaseA, releaseB)
}

func cutEpoch(version string) (epoch, rest string) {
	if before, after, found := strings.Cut(version, ":"); found {
		return before, after
	}
	return "0", version
}

func cutRelease(version string) (upstream, release string) {
	if i := strings.LastIndexByte(version, '-'); i >= 0 {
		return version[:i], version[i+1:]
	}
	return version, ""
}

// compareDebian orders by Debian policy 5.6.12: runs of non-digits and digits
// by turns, where a tilde sorts before the end and letters before all else.
func compareDebian(a, b string) int {
	for a != "" || b != "" {
		var wordA, wordB, numberA, numberB string
		wordA, a = cutRun(a, notDigit)
		wordB, b = cutRun(b, notDigit)
		if c := compareDebianWords(wordA, wordB); c != 0 {
			return c
		}
		numberA, a = cutRun(a, digit)
		numberB, b = cutRun(b, digit)
		if c := compareNumbers(numberA, numberB); c != 0 {
			return c
		}
	}
	return 0
}

func compareDebianWords(a, b string) int {
	for i := range max(len(a), len(b)) {
		if c := cmp.Compare(debianWeight(a, i), debianWeight(b, i)); c != 0 {
			return c
		}
	}
	return 0
}

func debianWeight(word string, i int) int {
	const beyondLetters = 256
	switch {
	case i >= len(word):
		return 0
	case word[i] == '~':
		return -1
	case letter(word[i]):
		return int(word[i])
	default:
		return int(word[i]) + beyondLetters
	}
}

// compareRPM orders by rpm's algorithm: runs of digits and of letters, with
// everything else as separators; a tilde sorts before the end, a caret after
// it and before anything else, and numbers after words.
func compareRPM(a, b string) int {
	separator := func(c byte) bool { return !digit(c) && !letter(c) && c != '~' && c != '^' }
	for {
		_, a = cutRun(a, separator)
		_, b = cutRun(b, separator)
		if begins(a, b, '~') || begins(a, b, '^') {
			if a == "" || b == "" || a[0] != b[0] {
				return cmp.Compare(rpmWeight(a), rpmWeight(b))
			}
			a, b = a[1:], b[1:]
			continue
		}
		if a == "" || b == "" {
			return cmp.Compare(len(a), len(b))
		}
		var order int
		if order, a, b = compareRPMParts(a, b); order != 0 {
			return order
		}
	}
}

// begins reports whether one of the two begins with a mark.
func begins(a, b string, mark byte) bool {
	return a != "" && a[0] == mark || b != "" && b[0] == mark
}

// rpmWeight orders what a version may go on with, where one has a mark.
func rpmWeight(version string) int {
	switch {
	case version == "":
		return 1
	case version[0] == '~':
		return 0
	case version[0] == '^':
		return 2
	default:
		return 3
	}
}

// compareRPMParts compares the runs that both begin with, and cuts them off.
func compareRPMParts(a, b string) (order int, restA, restB string) {
	same := letter
	if digit(a[0]) {
		same = digit
	}
	partA, restA := cutRun(a, same)
	partB, restB := cutRun(b, same)
	switch {
	case partB == "" && digit(a[0]):
		// They are of different kinds: a number is newer than a word.
		return 1, restA, restB
	case partB == "":
		return -1, restA, restB
	case digit(a[0]):
		return compareNumbers(partA, partB), restA, restB
	default:
		return strings.Compare(partA, partB), restA, restB
	}
}

func cutRun(text string, in func(byte) bool) (run, rest string) {
	i := 0
	for i < len(text) && in(text[i]) {
		i++
	}
	return text[:i], text[i:]
}

func digit(c byte) bool    { return c >= '0' && c <= '9' }
func notDigit(c byte) bool { return !digit(c) }
func letter(c byte) bool   { return (c|0x20) >= 'a' && (c|0x20) <= 'z' }

// compareNumbers orders digits of any length; nothing is zero.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}
