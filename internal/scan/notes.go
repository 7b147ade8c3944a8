package scan

import "github.com/anchore/grype/grype/pkg"

// notes are remarks on the catalogue for the reader.
func (c catalogue) notes() []string {
	var notes []string
	if c.context.DistroDetectionFailed {
		notes = append(notes, "The image says of which distribution it is, but in words that are not known.")
	}
	if c.withoutSymbols() {
		notes = append(notes, "No Go program says which functions are in it: whole modules were matched, which may find too much.")
	}
	return notes
}

// withoutSymbols reports whether there are Go programs and none of them lists
// its functions.
func (c catalogue) withoutSymbols() bool {
	if c.leftFunctions {
		return false
	}
	programs := false
	for _, p := range c.packages {
		m, ok := p.Metadata.(pkg.GolangBinMetadata)
		if !ok {
			continue
		}
		if len(m.Symbols) > 0 {
			return false
		}
		programs = true
	}
	return programs
}

// noun is a word in the number that a count needs.
func noun(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
