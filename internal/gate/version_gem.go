package gate

import "strings"

// compareGem orders by RubyGems' rules: numbers and words, where a word comes
// before any number, what is missing is zero, and words are in their alphabet.
func compareGem(a, b string) int {
	partsA, partsB := gemParts(a), gemParts(b)
	for i := range max(len(partsA), len(partsB)) {
		partA, partB := gemPart(partsA, i), gemPart(partsB, i)
		numberA, numberB := digit(partA[0]), digit(partB[0])
		switch {
		case numberA && !numberB:
			return 1
		case numberB && !numberA:
			return -1
		}
		c := strings.Compare(partA, partB)
		if numberA {
			c = compareNumbers(partA, partB)
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// gemParts leaves out the zeros before the first word and at the end.
func gemParts(version string) []string {
	version = strings.ReplaceAll(strings.TrimSpace(version), "-", ".pre.")
	var parts []string
	word := false
	for version != "" {
		_, version = cutRun(version, func(c byte) bool { return !digit(c) && !letter(c) })
		if version == "" {
			break
		}
		same := digit
		if letter(version[0]) {
			same = letter
			if !word {
				parts, word = withoutZeros(parts), true
			}
		}
		var part string
		part, version = cutRun(version, same)
		parts = append(parts, part)
	}
	return withoutZeros(parts)
}

func withoutZeros(parts []string) []string {
	for len(parts) > 0 && strings.Trim(parts[len(parts)-1], "0") == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}

func gemPart(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return "0"
}
