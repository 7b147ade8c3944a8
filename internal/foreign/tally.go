package foreign

import (
	"fmt"
	"slices"
	"strings"
)

// tally counts what is no finding by the tool's own word.
type tally struct{ passed, gone, inSource, outside int }

// skips reports whether a result is no finding, and counts it.
func (t *tally) skips(next *result) bool {
	switch {
	case next.silent():
		t.passed++
	case next.BaselineState == "absent":
		t.gone++
	case next.suppressed():
		if slices.ContainsFunc(next.Suppressions, func(s suppression) bool { return s.Kind != "inSource" }) {
			t.outside++
		} else {
			t.inSource++
		}
	default:
		return false
	}
	return true
}

// silent reports whether a result says that nothing is wrong. One that has a
// level all the same contradicts itself and counts.
func (r *result) silent() bool {
	return slices.Contains([]string{"pass", "notApplicable", "informational"}, r.Kind) && (r.Level == "" || r.Level == "none")
}

// suppressed reports whether somebody has accepted the result: each of its
// suppressions is accepted, which is also what no status means.
func (r *result) suppressed() bool {
	return len(r.Suppressions) > 0 && !slices.ContainsFunc(r.Suppressions, func(s suppression) bool {
		return s.Status != "" && s.Status != "accepted"
	})
}

// says tells how many results of a tool are findings, and what became of the others.
func (t *tally) says(tool, version string, results int) string {
	if version != "" {
		tool += " " + version
	}
	says := []string{plural(results-t.passed-t.gone-t.inSource-t.outside, "finding") + " of " + tool}
	if n := t.inSource + t.outside; n > 0 {
		says = append(says, fmt.Sprintf("%s not decided, because the scanner's own means suppress them (%d in the source, %d outside of it; the change under review may have added some)",
			plural(n, "more result"), t.inSource, t.outside))
	}
	if t.gone > 0 {
		says = append(says, plural(t.gone, "result")+" of an earlier run left out, which the tool no longer finds")
	}
	if t.passed > 0 {
		says = append(says, plural(t.passed, "result")+" left out that tell of no fault (passed, not applicable or informational)")
	}
	return strings.Join(says, "; ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
