package gate

import (
	"cmp"
	"strings"
)

// compareAPK orders by Alpine's rules: numbers, where one more is newer; a
// letter; suffixes such as _rc1 and _p2; and last the release -r3.
func compareAPK(a, b string) int {
	a, releaseA, _ := strings.Cut(a, "-r")
	b, releaseB, _ := strings.Cut(b, "-r")
	a, suffixesA := cutSuffixes(a)
	b, suffixesB := cutSuffixes(b)
	numbersA, letterA := cutLetter(a)
	numbersB, letterB := cutLetter(b)
	for i := range min(len(numbersA), len(numbersB)) {
		if c := compareNumbers(numbersA[i], numbersB[i]); c != 0 {
			return c
		}
	}
	return cmp.Or(
		cmp.Compare(len(numbersA), len(numbersB)),
		cmp.Compare(letterA, letterB),
		compareSuffixes(suffixesA, suffixesB),
		compareNumbers(releaseA, releaseB),
	)
}

func cutSuffixes(version string) (rest string, suffixes []string) {
	parts := strings.Split(version, "_")
	return parts[0], parts[1:]
}

func cutLetter(version string) (numbers []string, last string) {
	end := len(version)
	for end > 0 && letter(version[end-1]) {
		end--
	}
	return strings.Split(version[:end], "."), version[end:]
}

func compareSuffixes(a, b []string) int {
	for i := range max(len(a), len(b)) {
		wordA, numberA := suffixAt(a, i)
		wordB, numberB := suffixAt(b, i)
		if c := cmp.Or(cmp.Compare(suffixRank(wordA), suffixRank(wordB)), compareNumbers(numberA, numberB)); c != 0 {
			return c
		}
	}
	return 0
}

func suffixAt(suffixes []string, i int) (word, number string) {
	if i >= len(suffixes) {
		return "", ""
	}
	return cutRun(suffixes[i], letter)
}

// suffixRank orders the suffixes; none at all stands between the two kinds.
func suffixRank(word string) int {
	for rank, known := range [...]string{"alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"} {
		if word == known {
			return rank
		}
	}
	return -1
}
