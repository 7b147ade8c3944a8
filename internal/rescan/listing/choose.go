package listing

import (
	"fmt"
	"path"
	"regexp"
	"slices"

	"github.com/Masterminds/semver/v3"

	"github.com/containergate/gate/internal/gate"
)

// documentForm is the tag of a signature, an attestation or another document
// about an image, rather than of an image.
var documentForm = regexp.MustCompile(`^sha256-[0-9a-f]{64}`)

// choose picks those of the tags that a source wants, newest first. The order
// of the tags does not matter, and choosing among the chosen changes nothing.
// The error says what of the source can't be understood.
func choose(tags []string, by gate.ReleasedSource) ([]string, error) {
	limits, err := limitsOf(by)
	if err != nil {
		return nil, err
	}
	var versions []version
	var others []string
	for _, tag := range tags {
		wanted, err := fits(tag, by)
		if err != nil {
			return nil, err
		}
		v, versioned := readVersion(tag)
		switch {
		case !wanted, documentForm.MatchString(tag), versioned && v.early && !by.Prereleases:
		case versioned && v.within(limits):
			versions = append(versions, v)
		case !versioned && limits == nil && by.Lines == "":
			others = append(others, tag)
		}
	}
	return newestFirst(versions, others, by), nil
}

// limitsOf is the range of a source; nil where there is none.
func limitsOf(by gate.ReleasedSource) (*semver.Constraints, error) {
	if by.Lines != "" && by.Lines != "major" && by.Lines != "minor" {
		return nil, fmt.Errorf("%s is no kind of line; write major or minor", quote(by.Lines))
	}
	if by.Versions == "" {
		return nil, nil
	}
	limits, err := semver.NewConstraint(by.Versions)
	if err != nil {
		return nil, fmt.Errorf("%s is no range of versions; write it like >=1.4 <3", quote(by.Versions))
	}
	limits.IncludePrerelease = true
	return limits, nil
}

// newestFirst sorts what was chosen, and leaves out what is too old.
func newestFirst(versions []version, others []string, by gate.ReleasedSource) []string {
	slices.SortFunc(versions, func(a, b version) int { return b.compare(a) })
	if by.Lines != "" {
		versions = newest(versions, by.Lines)
	}
	slices.SortFunc(others, func(a, b string) int { return natural(b, a) })
	chosen := make([]string, 0, len(versions)+len(others))
	for _, v := range versions {
		chosen = append(chosen, v.tag)
	}
	chosen = slices.Compact(append(chosen, others...))
	if by.Last > 0 && len(chosen) > by.Last {
		chosen = chosen[:by.Last]
	}
	return chosen
}

// newest keeps the first of each line.
func newest(versions []version, lines string) []version {
	seen := map[string]bool{}
	return slices.DeleteFunc(versions, func(v version) bool {
		line := v.line(lines)
		older := seen[line]
		seen[line] = true
		return older
	})
}

// fits holds a tag against the patterns of a source.
func fits(tag string, by gate.ReleasedSource) (bool, error) {
	wanted, err := matchAny(by.Tags, tag)
	if err != nil {
		return false, err
	}
	unwanted, err := matchAny(by.Except, tag)
	return (wanted || len(by.Tags) == 0) && !unwanted, err
}

func matchAny(patterns []string, tag string) (bool, error) {
	found := false
	for _, pattern := range patterns {
		matched, err := path.Match(pattern, tag)
		if err != nil {
			return false, fmt.Errorf("%s is no pattern; write it like v1.*", quote(pattern))
		}
		found = found || matched
	}
	return found, nil
}
