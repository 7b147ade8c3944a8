package packages

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/spdx"
)

// entry is one item of a list of licences: a pattern, a licence of SPDX, or
// words as packages write them.
type entry struct {
	text    string
	license spdx.License
	// only is set where the entry is about no later version than its own.
	only bool
}

func entriesOf(texts []string) []entry {
	entries := make([]entry, 0, len(texts))
	for _, t := range texts {
		e := entry{text: t, only: strings.HasSuffix(strings.ToLower(t), "-only")}
		if all := spdx.Parse(t).Licenses(); len(all) == 1 && !strings.Contains(t, "*") {
			e.license = all[0]
		}
		entries = append(entries, e)
	}
	return entries
}

// excepts reports whether the entry speaks of an exception itself.
func (e entry) excepts() bool { return strings.Contains(strings.ToLower(e.text), " with ") }

// names reports whether the entry is about a licence. GPL-2.0 is about it with
// and without later versions, GPL-2.0-only about it alone, and GPL-2.0-or-later
// about every version from there. An entry without an exception is about the
// licence with any.
func (e entry) names(l spdx.License) bool {
	if e.license.ID == "" || l.ID == "" {
		return slices.ContainsFunc(spellings(l), func(s string) bool { return gate.Wildcard(e.text, s) })
	}
	if e.license.Exception != "" && !strings.EqualFold(e.license.Exception, l.Exception) {
		return false
	}
	switch {
	case e.license.Later:
		return slices.Contains(e.license.Versions(), l.ID)
	case e.only:
		return e.license.ID == l.ID && !l.Later
	default:
		return e.license.ID == l.ID
	}
}

// spellings are the texts that a pattern is held against.
func spellings(l spdx.License) []string {
	if l.ID == "" {
		return []string{l.Text}
	}
	return []string{l.Text, l.String(), l.Plain(), l.ID}
}

// find returns the text of the first entry about a licence.
func find(entries []entry, l spdx.License) (string, bool) {
	for _, e := range entries {
		if e.names(l) {
			return e.text, true
		}
	}
	return "", false
}
