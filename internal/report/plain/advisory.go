package plain

import "strings"

// AdvisoryLink is the advisory's id, linked to its page where the id's form
// leaves no doubt about the address. Addresses from the database are not used.
func AdvisoryLink(id string) string {
	if address := AdvisoryAddress(id); address != "" {
		return "[" + Code(id) + "](" + address + ")"
	}
	return Code(Word(id))
}

// AdvisoryAddress is the page of an advisory; empty for an id of no known form.
func AdvisoryAddress(id string) string {
	const digits, letters = "0123456789", "0123456789abcdefghijklmnopqrstuvwxyz"
	parts := strings.Split(id, "-")
	switch {
	case len(parts) == 3 && parts[0] == "CVE" && madeOf(parts[1], digits, 4) && madeOf(parts[2], digits, 19):
		return "https://nvd.nist.gov/vuln/detail/" + id
	case len(parts) == 4 && parts[0] == "GHSA" && madeOf(parts[1], letters, 4) && madeOf(parts[2], letters, 4) && madeOf(parts[3], letters, 4):
		return "https://github.com/advisories/" + id
	case len(parts) == 3 && parts[0] == "GO" && madeOf(parts[1], digits, 4) && madeOf(parts[2], digits, 19):
		return "https://pkg.go.dev/vuln/" + id
	}
	return ""
}

// madeOf reports whether the text is of these characters only: four, or up to most.
func madeOf(text, characters string, most int) bool {
	const least = 4
	return len(text) >= least && len(text) <= most && strings.Trim(text, characters) == ""
}
