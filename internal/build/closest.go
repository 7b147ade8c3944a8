package build

import "strings"

// closest returns the name that word is most likely a slip of, or "".
func closest(word string, names []string) string {
	best, nearest := "", len(word)/2+1
	for _, name := range names {
		if d := distance(strings.ToLower(word), strings.ToLower(name)); d < nearest {
			best, nearest = name, d
		}
	}
	return best
}

// distance counts the letters to add, drop or change between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
