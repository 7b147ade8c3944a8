package gate

import (
	"fmt"
	"strings"
)

// CheckRange says what is wrong with a range of versions, if anything. A range
// is comparisons joined by commas, all of which must hold; alternatives are
// joined by "||": ">=1.2, <2 || =3.0". A version without an operator means "=".
func CheckRange(text string) error {
	_, err := parseRange(text)
	return err
}

// comparison is one of the parts of a range.
type comparison struct{ op, version string }

func parseRange(text string) ([][]comparison, error) {
	var alternatives [][]comparison
	for alternative := range strings.SplitSeq(text, "||") {
		var all []comparison
		for part := range strings.SplitSeq(alternative, ",") {
			one, err := parseComparison(strings.TrimSpace(part))
			if err != nil {
				return nil, fmt.Errorf("%q is no range of versions: %w; write one such as \">=1.2, <2\"", text, err)
			}
			all = append(all, one)
		}
		alternatives = append(alternatives, all)
	}
	return alternatives, nil
}

func parseComparison(text string) (comparison, error) {
	op := "="
	for _, known := range [...]string{">=", "<=", "==", ">", "<", "="} {
		if rest, found := strings.CutPrefix(text, known); found {
			op, text = known, strings.TrimSpace(rest)
			break
		}
	}
	if op == "==" {
		op = "="
	}
	if text == "" {
		return comparison{}, fmt.Errorf("a version is missing")
	}
	if strings.ContainsAny(text, " \t<>=*^|") {
		return comparison{}, fmt.Errorf("%q is no version", text)
	}
	return comparison{op, text}, nil
}

// inRange reports whether a package's version is in a range. It is not known
// for a package without a version, and for a range that can't be read.
func inRange(text string, p Package) truth {
	alternatives, err := parseRange(text)
	if err != nil || p.Version == "" {
		return maybe
	}
	for _, all := range alternatives {
		inside := true
		for _, one := range all {
			order := CompareVersions(p.Type, p.Version, one.version)
			inside = inside && (Bound{Op: one.op}).holds(float64(order))
		}
		if inside {
			return yes
		}
	}
	return no
}

// CompareVersions orders two versions of packages of one type (syft's word) and
// returns a negative number, zero or a positive one. Versions of deb, rpm and apk
// packages, gems and Maven artifacts follow those systems' own algorithms, those
// of npm, Go, Rust and the like Semantic Versioning. All others are compared part by part: numbers as
// numbers, a leading v and build metadata aside, and words such as alpha, beta
// and rc before the release.
func CompareVersions(kind, a, b string) int {
	switch kind {
	case "deb":
		return compareEpochs(a, b, compareDebian, false)
	case "rpm":
		return compareEpochs(a, b, compareRPM, true)
	case "npm", "go-module", "rust-crate", "dart-pub", "hex", "swift", "terraform":
		return compareSemantic(a, b)
	case "apk":
		return compareAPK(a, b)
	case "gem":
		return compareGem(a, b)
	case "java-archive", "jenkins-plugin":
		return compareMaven(a, b)
	default:
		return compareGeneric(a, b)
	}
}
