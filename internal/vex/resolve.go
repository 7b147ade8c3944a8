package vex

import (
	"cmp"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Resolve gives what the documents of a policy, and those attached to the
// images, say of the targets, for gate.Policy.Statements. All targets of a run
// belong into one call.
//
// The statements stand in the order of their weight: the later before the
// older, and of the same time the stricter first. What a later statement takes
// back of an older one is already taken out, so that those that excuse may also
// be used in any order. The notes tell what does not count. The error is about
// a document that can't be read and names it.
func Resolve(policy gate.Policy, attached []Document, targets []Target) ([]gate.Statement, []string, error) {
	documents := slices.Clone(attached)
	for _, named := range policy.VEX {
		document, err := Read(named.Path, named.Content)
		if err != nil {
			return nil, nil, err
		}
		documents = append(documents, document)
	}
	slices.SortStableFunc(documents, func(a, b Document) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Subject, b.Subject))
	})
	groups := map[string][]place{}
	for _, target := range targets {
		groups[target.Image] = append(groups[target.Image], newPlace(target))
	}
	var statements []gate.Statement
	book := &notebook{}
	for i := range documents {
		book.documents(documents[i], groups)
	}
	for _, image := range sorted(groups) {
		said, err := collect(documents, image, groups[image], book)
		if err != nil {
			return nil, nil, err
		}
		statements = append(statements, said.statements(newCatalogue(groups[image]), book)...)
	}
	return statements, book.sorted(), nil
}
