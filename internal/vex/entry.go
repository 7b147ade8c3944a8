package vex

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// entry is what one claim says of one image.
type entry struct {
	claim
	document Document
	image    string
	coverage
}

// coverage is what of an image a claim is about: all of it, or some packages.
type coverage struct {
	whole bool
	// packages are sorted, once each, and none where whole is set.
	packages []string
}

func (c coverage) empty() bool { return !c.whole && len(c.packages) == 0 }

// entries are all that is said of one image.
type entries []entry

// collect finds what the documents say of an image. What excuses has to hold
// for it on every platform, and anything else on one.
func collect(documents []Document, image string, places []place, book *notebook) (entries, error) {
	var found entries
	total := 0
	for _, document := range documents {
		for _, said := range document.claims {
			made := entry{claim: said, document: document, image: image}
			for i, p := range places {
				switch here := made.cover(p, book); {
				case i == 0:
					made.coverage = here
				case made.excuses():
					made.both(here, book)
				default:
					made.either(here)
				}
			}
			if total += len(made.packages); total > maxPairs {
				return nil, fmt.Errorf("read VEX document %s: all documents together say more than %d things of %s; name fewer of them in the policy",
					document.Name, maxPairs, image)
			}
			if !made.empty() {
				found = append(found, made)
			}
		}
	}
	slices.SortStableFunc(found, compareEntries)
	return found, nil
}

// compareEntries puts the later first, and of the same time the stricter.
func compareEntries(a, b entry) int {
	strict := func(e entry) int {
		if e.excuses() {
			return 1
		}
		return 0
	}
	return cmp.Or(b.at.Compare(a.at), cmp.Compare(strict(a), strict(b)),
		cmp.Compare(a.document.Name, b.document.Name), cmp.Compare(a.line, b.line))
}

// both leaves what is covered here and on another platform.
func (e *entry) both(other coverage, book *notebook) {
	if e.empty() != other.empty() {
		e.doubt(book, "is about only one of the platforms of %s", e.image)
	}
	switch {
	case other.whole:
	case e.whole:
		e.coverage = other
	default:
		e.packages = slices.DeleteFunc(e.packages, func(one string) bool {
			_, there := slices.BinarySearch(other.packages, one)
			return !there
		})
	}
}

// either adds what is covered on another platform.
func (e *entry) either(other coverage) {
	e.whole = e.whole || other.whole
	e.packages = append(e.packages, other.packages...)
	e.tidy()
}

func (c *coverage) tidy() {
	slices.Sort(c.packages)
	c.packages = slices.Compact(c.packages)
	if c.whole {
		c.packages = nil
	}
}

// cover says what of an image on one platform the claim is about.
func (e *entry) cover(p place, book *notebook) coverage {
	var covered coverage
	if e.document.Subject != "" && !slices.Contains(p.digests, e.document.Subject) {
		return covered
	}
	for _, named := range e.products {
		if named.subject || p.is(named) {
			e.coverImage(named, &covered, book)
		}
		e.coverPackages(named, &covered, book)
	}
	covered.tidy()
	return covered
}

// coverImage covers a product that is the image itself.
func (e *entry) coverImage(named *product, covered *coverage, book *notebook) {
	if !named.narrowed {
		covered.whole = true
		return
	}
	covered.packages = append(covered.packages, named.parts...)
	switch {
	case !e.excuses():
		covered.packages = append(covered.packages, named.loose...)
		covered.whole = covered.whole || len(named.parts)+len(named.loose) == 0
	case len(named.parts) == 0:
		e.doubt(book, "names parts of %s, but no package URL of a whole package", named.label)
	}
}

// coverPackages covers a product that is a package, wherever it is. That a
// package is not affected through its parts says nothing of these parts, which
// others may hold as well.
func (e *entry) coverPackages(named *product, covered *coverage, book *notebook) {
	if named.narrowed && len(named.packages) == 0 {
		return
	}
	covered.packages = append(covered.packages, named.packages...)
	switch {
	case !e.excuses():
		covered.packages = slices.Concat(covered.packages, named.parts, named.loose)
	case len(named.packages) > 0 && named.narrowed:
		e.doubt(book, "is about parts of %s, which others may hold as well; beyond that package itself", named.label)
	case len(named.packages) == 0 && len(named.loose) > 0:
		e.doubt(book, "is about a part of a package or of a system only (%s)", named.label)
	}
}

// doubt remarks why the claim does not count.
func (e *entry) doubt(book *notebook, why string, args ...any) {
	book.add("%s:%d: the statement about %s %s, so it does not count", e.document.Name, e.line, strings.Join(e.ids, ", "), fmt.Sprintf(why, args...))
}
