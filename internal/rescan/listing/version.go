package listing

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"
)

var (
	versionForm = regexp.MustCompile(`^((?:.*[/@])?v?)([0-9]+(?:\.[0-9]+){0,3})((?:[-_+][0-9A-Za-z._+-]+|(?:a|b|rc|alpha|beta|pre)[0-9]*)?)$`)
	earlyWord   = regexp.MustCompile(`^((alpha|beta|rc|cr|pre|preview|dev|develop|snapshot|nightly|canary|next|milestone|unstable)[0-9]*|(a|b|m|ea)[0-9]+)$`)
	digits      = regexp.MustCompile(`[0-9]+`)
)

// version is what a tag says of its version.
type version struct {
	tag string
	// before is what stands before the numbers: a path, a v.
	before string
	// numbers are one to four.
	numbers []uint64
	// suffix is what stands behind them.
	suffix string
	// early is true for a pre-release.
	early bool
	// variant is the suffix without what changes from version to version.
	variant string
}

// readVersion finds the version in a tag; false where there is none.
func readVersion(tag string) (version, bool) {
	match := versionForm.FindStringSubmatch(tag)
	if match == nil {
		return version{}, false
	}
	v := version{tag: tag, before: match[1], suffix: match[3]}
	for word := range strings.SplitSeq(match[2], ".") {
		number, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			return version{}, false
		}
		v.numbers = append(v.numbers, number)
	}
	if v.suffix != "" && !strings.ContainsAny(v.suffix[:1], "-_+") && len(v.numbers) == 1 {
		return version{}, false
	}
	v.readSuffix()
	return v, true
}

// readSuffix tells pre-releases from variants.
func (v *version) readSuffix() {
	suffix, behind, _ := strings.Cut(strings.ToLower(v.suffix), "+")
	var kept []string
	counted := false
	for _, word := range strings.FieldsFunc(suffix, func(c rune) bool { return strings.ContainsRune("-_.", c) }) {
		number := strings.Trim(word, "0123456789") == ""
		switch {
		case earlyWord.MatchString(word), isCommit(word):
			v.early, counted = true, true
		case number && counted:
			counted = false
		default:
			kept, counted = append(kept, digits.ReplaceAllString(word, "#")), false
		}
	}
	if behind != "" {
		kept = append(kept, "+"+digits.ReplaceAllString(behind, "#"))
	}
	v.variant = strings.Join(kept, "-")
}

// isCommit reports whether a word looks like the name of a commit of git.
func isCommit(word string) bool {
	word = strings.TrimPrefix(word, "g")
	return len(word) >= 7 && len(word) <= 40 && strings.Trim(word, "0123456789abcdef") == "" &&
		strings.ContainsAny(word, "0123456789") && strings.ContainsAny(word, "abcdef")
}

func (v version) number(i int) uint64 {
	if i < len(v.numbers) {
		return v.numbers[i]
	}
	return 0
}

// within reports whether the version lies in a range; nil holds all. A variant
// counts as the version that it is a variant of.
func (v version) within(limits *semver.Constraints) bool {
	if limits == nil {
		return true
	}
	early := ""
	if v.early {
		early = strings.TrimLeft(v.suffix, "-_+.")
	}
	return limits.Check(semver.New(v.number(0), v.number(1), v.number(2), early, ""))
}

// line names the line of a version; only what shares it is older or newer than
// one another.
func (v version) line(lines string) string {
	key := v.before + "|" + v.variant + "|" + strconv.Itoa(len(v.numbers)) + "|" + strconv.FormatUint(v.number(0), 10)
	if lines == "minor" {
		key += "." + strconv.FormatUint(v.number(1), 10)
	}
	return key
}

// compare orders versions, older ones first. It is total over tags.
func (v version) compare(other version) int {
	for i := range 4 {
		if c := cmp.Compare(v.number(i), other.number(i)); c != 0 {
			return c
		}
	}
	if v.early != other.early {
		if v.early {
			return -1
		}
		return 1
	}
	return cmp.Or(natural(v.suffix, other.suffix), cmp.Compare(len(v.numbers), len(other.numbers)), natural(v.tag, other.tag))
}

// natural compares texts so that numbers in them count by their value. It is 0
// for equal texts only.
func natural(a, b string) int {
	whole := cmp.Compare(a, b)
	for a != "" && b != "" {
		numberA, numberB := leadingNumber(a), leadingNumber(b)
		if numberA == "" || numberB == "" {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		trimmedA, trimmedB := strings.TrimLeft(numberA, "0"), strings.TrimLeft(numberB, "0")
		if c := cmp.Or(cmp.Compare(len(trimmedA), len(trimmedB)), cmp.Compare(trimmedA, trimmedB)); c != 0 {
			return c
		}
		a, b = a[len(numberA):], b[len(numberB):]
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), whole)
}

func leadingNumber(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
}
