package build

import (
	"cmp"
	"slices"
	"strings"
)

const (
	redacted = "***"
	// minRedact is the shortest value that is hidden: shorter ones stand for
	// themselves in too many other places.
	minRedact = 4
	// minRedactLine is the same for one line of a value that has several.
	minRedactLine = 8
)

// redactor hides values in text that leaves the build. The zero value hides nothing.
type redactor struct{ replacer *strings.Replacer }

// newRedactor hides every value of at least four bytes, with and without the
// white space around it, and the longer lines of values that have several.
func newRedactor(values []string) redactor {
	var hide []string
	for _, value := range values {
		trimmed := strings.TrimSpace(value)
		for _, text := range []string{value, trimmed} {
			if len(text) >= minRedact {
				hide = append(hide, text)
			}
		}
		if lines := strings.Split(trimmed, "\n"); len(lines) > 1 {
			for _, line := range lines {
				if line = strings.TrimSpace(line); len(line) >= minRedactLine {
					hide = append(hide, line)
				}
			}
		}
	}
	// Longer values first, so that one which holds another is hidden whole.
	slices.SortFunc(hide, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	hide = slices.Compact(hide)
	if len(hide) == 0 {
		return redactor{}
	}
	pairs := make([]string, 0, 2*len(hide))
	for _, text := range hide {
		pairs = append(pairs, text, redacted)
	}
	return redactor{replacer: strings.NewReplacer(pairs...)}
}

// text hides the values in s.
func (r redactor) text(s string) string {
	if r.replacer == nil {
		return s
	}
	return r.replacer.Replace(s)
}
