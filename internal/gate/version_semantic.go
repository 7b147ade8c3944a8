package gate

import (
	"cmp"
	"strings"
)

// compareSemantic orders by Semantic Versioning 2.0.0, section 11. Numbers that
// are missing are zero.
func compareSemantic(a, b string) int {
	coreA, preA, _ := strings.Cut(normalVersion(a), "-")
	coreB, preB, _ := strings.Cut(normalVersion(b), "-")
	if c := compareGeneric(coreA, coreB); c != 0 {
		return c
	}
	if preA == "" || preB == "" {
		// Without a pre-release it is the release, which is newer.
		return cmp.Compare(len(preB), len(preA))
	}
	partsA, partsB := strings.Split(preA, "."), strings.Split(preB, ".")
	for i := range min(len(partsA), len(partsB)) {
		if c := compareIdentifiers(partsA[i], partsB[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(partsA), len(partsB))
}

// compareIdentifiers orders the parts of pre-releases: numbers before words.
func compareIdentifiers(a, b string) int {
	numberA, numberB := onlyDigits(a), onlyDigits(b)
	switch {
	case numberA && numberB:
		return compareNumbers(a, b)
	case numberA:
		return -1
	case numberB:
		return 1
	default:
		return strings.Compare(a, b)
	}
}

func onlyDigits(text string) bool {
	_, rest := cutRun(text, digit)
	return text != "" && rest == ""
}
