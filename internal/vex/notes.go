package vex

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// notebook gathers remarks, each once.
type notebook struct{ notes map[string]bool }

func (b *notebook) add(format string, args ...any) {
	if b.notes == nil {
		b.notes = map[string]bool{}
	}
	b.notes[fmt.Sprintf(format, args...)] = true
}

// sorted gives the remarks, up to a limit.
func (b *notebook) sorted() []string {
	const most = 100
	all := sorted(b.notes)
	if len(all) > most {
		return append(all[:most], fmt.Sprintf("%d more remarks about VEX statements are left out", len(all)-most))
	}
	return all
}

// documents remarks what a document itself had to remark, and what it says of
// products that are not here.
func (b *notebook) documents(document Document, groups map[string][]place) {
	for _, note := range document.Notes {
		b.add("%s", note)
	}
	elsewhere := map[string]bool{}
	for _, said := range document.claims {
		for _, named := range said.products {
			if !named.here(groups) {
				elsewhere[named.label] = true
			}
		}
	}
	if len(elsewhere) == 0 {
		return
	}
	const most = 3
	labels := sorted(elsewhere)
	if len(labels) > most {
		labels = append(labels[:most], fmt.Sprintf("%d more", len(elsewhere)-most))
	}
	b.add("%s: it speaks of what is neither a package nor an image that is examined here: %s", document.Name, strings.Join(labels, ", "))
}

// here reports whether the product is a package, or one of the images.
func (p *product) here(groups map[string][]place) bool {
	if p.subject || len(p.packages)+len(p.loose) > 0 {
		return true
	}
	for _, places := range groups {
		if slices.ContainsFunc(places, func(one place) bool { return one.is(p) }) {
			return true
		}
	}
	return false
}

func sorted[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }
