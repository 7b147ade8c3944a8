package packages

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/spdx"
)

// outcome is what lists say of an expression. Each part names the licences
// concerned; where all are empty, the expression is all right.
type outcome struct {
	denied, review, unknown []string
}

// rank orders outcomes by how little one would choose them. What can't be told
// comes last: nobody can choose it.
func (o outcome) rank() int {
	switch {
	case len(o.denied) > 0:
		return 2
	case len(o.unknown) > 0:
		return 3
	case len(o.review) > 0:
		return 1
	default:
		return 0
	}
}

func (o outcome) text() string {
	return strings.Join(slices.Concat(o.denied, o.review, o.unknown), "\x00")
}

// both is the outcome where two hold.
func both(a, b outcome) outcome {
	return outcome{
		denied: slices.Concat(a.denied, b.denied), review: slices.Concat(a.review, b.review), unknown: slices.Concat(a.unknown, b.unknown),
	}
}

// better is the outcome where either may be chosen.
func better(a, b outcome) outcome {
	if b.rank() < a.rank() || (b.rank() == a.rank() && b.text() < a.text()) {
		return b
	}
	return a
}

// lists are the licence lists of a policy, for one package.
type lists struct {
	deny, review, allow []entry
	// excepted is what is all right for this package.
	excepted []entry
}

// judge holds an expression against the lists.
func (l lists) judge(e spdx.Expression) outcome {
	switch {
	case len(e.Any) > 0:
		best := l.judge(e.Any[0])
		for _, part := range e.Any[1:] {
			best = better(best, l.judge(part))
		}
		return best
	case len(e.All) > 0:
		var all outcome
		for _, part := range e.All {
			all = both(all, l.judge(part))
		}
		return all
	default:
		return l.one(e.License)
	}
}

// one holds a single licence against the lists. What names its exception counts
// before what names the licence alone, and a denial before anything else.
func (l lists) one(license spdx.License) outcome {
	if _, ok := find(forgiving(l.excepted, license), license); ok {
		return outcome{}
	}
	if license.Exception != "" {
		if o, decided := l.only(entry.excepts).listed(license); decided {
			return o
		}
	}
	o, decided := l.listed(license)
	switch {
	case decided:
		return o
	case license.Later && len(license.Versions()) > 1:
		return l.versions(license)
	case isText(license):
		return outcome{unknown: []string{licenseText}}
	case len(l.allow) > 0:
		return outcome{denied: []string{text(license.String()) + " is not on the list of allowed licences"}}
	case !license.Known():
		return outcome{unknown: []string{text(license.String())}}
	}
	return outcome{}
}

// listed is what the lists say of a licence by name.
func (l lists) listed(license spdx.License) (outcome, bool) {
	name := text(license.String())
	if by, ok := find(l.deny, license); ok {
		return outcome{denied: []string{name + " is denied" + asListed(by, name)}}, true
	}
	if by, ok := find(l.review, license); ok {
		return outcome{review: []string{name + asListed(by, name)}}, true
	}
	_, ok := find(forgiving(l.allow, license), license)
	return outcome{}, ok
}

// forgiving are the entries that may let a licence in: where nobody knows its
// exception, only those that name one.
func forgiving(entries []entry, license spdx.License) []entry {
	if license.Strange {
		return keep(entries, entry.excepts)
	}
	return entries
}

// versions chooses among the versions that a licence may be taken as.
func (l lists) versions(license spdx.License) outcome {
	var best outcome
	for i, id := range license.Versions() {
		taken := license
		taken.ID, taken.Later = id, false
		taken.Text = taken.String()
		if o := l.one(taken); i == 0 {
			best = o
		} else {
			best = better(best, o)
		}
	}
	return best
}

// only is the lists with some of their entries.
func (l lists) only(which func(entry) bool) lists {
	return lists{deny: keep(l.deny, which), review: keep(l.review, which), allow: keep(l.allow, which)}
}

func keep(entries []entry, which func(entry) bool) []entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return !which(e) })
}

// asListed names the entry where it is spelled otherwise than the licence.
func asListed(entry, name string) string {
	if strings.EqualFold(entry, name) {
		return ""
	}
	return " (listed as " + text(entry) + ")"
}
