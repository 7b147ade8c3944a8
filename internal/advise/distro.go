package advise

import "strings"

// distro is a release of a distribution, as a word of a tag names it.
type distro struct {
	// name is the word: bookworm, alpine3.19, ubi9. It is empty where the tag
	// names none.
	name string
	// family are the releases that follow one another, in one spelling.
	family string
	// order sorts the releases of a family; 0 is a word without a release (alpine).
	order int
	// fleeting is a release that is supported for some months only, or that is
	// not out yet. Nobody is sent to one.
	fleeting bool
}

const familyAlpine = "alpine"

// parseDistro reads a word of a tag.
func parseDistro(word string) (distro, bool) {
	if order, out := debianRelease(word); order > 0 {
		return distro{name: word, family: "debian by name", order: order, fleeting: !out}, true
	}
	if order := ubuntuRelease(word); order > 0 {
		return distro{name: word, family: "ubuntu by name", order: order, fleeting: !longTerm(order)}, true
	}
	return parseNumbered(word)
}

// parseNumbered reads the name of a distribution with its release: alpine3.19.
// Only Alpine's stands alone, too.
func parseNumbered(word string) (distro, bool) {
	end := strings.IndexFunc(word, func(c rune) bool { return c >= '0' && c <= '9' })
	if end < 0 {
		return distro{name: word, family: word}, word == familyAlpine
	}
	// Releases have few and small numbers: 3.19, 9, 22.04.
	v, ok := parseVersion(word[end:])
	if !ok || !numberedDistro(word[:end]) || len(v.numbers) > 2 || v.style != "" || v.pre != (preRelease{}) {
		return distro{}, false
	}
	const most = 9999
	d := distro{name: word, family: word[:end], order: min(v.numbers[0], most) * (most + 1)}
	if len(v.numbers) == 2 {
		d.order += min(v.numbers[1], most)
	}
	if d.family == "ubuntu" && len(v.numbers) == 2 {
		d.family, d.fleeting = "ubuntu by number", !longTerm(v.numbers[0]*100+v.numbers[1])
	}
	return d, true
}

// numberedDistro reports whether a release of the distribution is written as
// its name and number. The numbers behind other words (jdk17, pg16, cuda12) are
// of other things, which a base image must not change.
func numberedDistro(name string) bool {
	switch name {
	case familyAlpine, "ubuntu", "debian", "ubi", "centos", "rockylinux", "almalinux", "oraclelinux", "ol",
		"fedora", "azurelinux", "mariner", "amazonlinux", "al", "photon":
		return true
	}
	return false
}

// debianRelease is the number of a code name, and whether it is out.
func debianRelease(word string) (number int, out bool) {
	for i, name := range [...]string{"wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke"} {
		const first, testing = 7, 14
		if word == name {
			return first + i, first+i < testing
		}
	}
	return 0, false
}

// ubuntuRelease is year and month of a code name, such as 2204, or 0.
func ubuntuRelease(word string) int {
	switch word {
	case "trusty":
		return 1404
	case "xenial":
		return 1604
	case "bionic":
		return 1804
	case "focal":
		return 2004
	case "impish":
		return 2110
	case "jammy":
		return 2204
	case "kinetic":
		return 2210
	case "lunar":
		return 2304
	case "mantic":
		return 2310
	case "noble":
		return 2404
	case "oracular":
		return 2410
	case "plucky":
		return 2504
	case "questing":
		return 2510
	case "resolute":
		return 2604
	}
	return 0
}

// longTerm reports whether a release of Ubuntu, as year and month, is one of
// those that are supported for years: April of even years.
func longTerm(release int) bool {
	const april = 4
	return release%100 == april && release/100%2 == 0
}

// follows reports whether a is a later release than b of the same distribution.
func (a distro) follows(b distro) bool {
	return a.family == b.family && b.order > 0 && a.order > b.order
}
