package vex

import (
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// statements gives the entries, which are sorted, as the core has them. From
// what excuses, everything is taken out that an entry before it takes back.
// Where the packages of the image are known, what is about none of them is left out.
func (e entries) statements(have catalogue, book *notebook) []gate.Statement {
	strict := map[string]*taken{}
	var made []gate.Statement
	seen := map[string]bool{}
	for _, one := range e {
		if one.excuses() {
			one = one.without(strict, have, book)
		} else {
			one.take(strict)
		}
		one.packages = have.present(one.packages)
		if one.empty() {
			continue
		}
		statement := one.statement()
		key := fmt.Sprintf("%q", []any{statement.IDs, statement.Packages, statement.Status, statement.Justification, statement.Impact, statement.Author})
		if !seen[key] {
			seen[key] = true
			made = append(made, statement)
		}
	}
	return made
}

func (e entry) statement() gate.Statement {
	return gate.Statement{
		IDs: slices.Clone(e.ids), Image: e.image, Packages: e.packages, Status: e.status,
		Justification: e.justification, Impact: e.impact, Author: e.document.Author,
		Origin: gate.Origin(fmt.Sprintf("%s:%d", e.document.Name, e.line)),
	}
}

// without takes out what stricter entries are about.
func (e entry) without(strict map[string]*taken, have catalogue, book *notebook) entry {
	var takers []*taken
	for _, id := range e.ids {
		if t := strict[strings.ToLower(id)]; t != nil {
			if t.whole {
				return entry{}
			}
			takers = append(takers, t)
		}
	}
	if len(takers) == 0 {
		return e
	}
	if e.whole {
		return e.split(purl{}, takers, have, book)
	}
	left := e
	left.packages = nil
	for _, spelled := range e.packages {
		excused, _ := parsePURL(spelled)
		switch furthest(takers, excused, e.source()) {
		case reachNone:
			left.packages = append(left.packages, spelled)
		case reachPart:
			left.packages = append(left.packages, e.split(excused, takers, have, book).packages...)
		case reachAll:
		}
	}
	return left
}

// split lists the packages of the image that are excused and not taken; the
// zero purl stands for all of them.
func (e entry) split(excused purl, takers []*taken, have catalogue, book *notebook) entry {
	left := e
	left.whole, left.packages = false, nil
	if len(have.all) == 0 {
		e.doubt(book, "is taken back in part by a later one, and the packages of %s are not known", e.image)
	}
	for _, one := range have.all {
		if excused.Type != "" && !excused.covered(one) {
			continue
		}
		if furthest(takers, one, source{}) == reachNone {
			left.packages = append(left.packages, one.text)
		}
	}
	return left
}
