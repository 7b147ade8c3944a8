package waiverfile

import (
	"errors"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// errChanged says that an edit would have changed something else as well.
var errChanged = errors.New("the file can't be edited here without changing something else that it says: edit it by hand")

// verify parses an edited text: its waivers must be the ones that are kept and
// then the new ones, and all else must be as it was.
func (d *document) verify(edited []byte, kept []*yaml.Node, added []gate.Waiver) error {
	after, err := parse(edited)
	if err != nil {
		return errChanged
	}
	if !slices.EqualFunc(d.others(), after.others(), same) {
		return errChanged
	}
	items := after.items()
	if len(items) != len(kept)+len(added) || !slices.EqualFunc(items[:len(kept)], kept, same) {
		return errChanged
	}
	for i, w := range added {
		read, err := decode(items[len(kept)+i])
		if err != nil || !slices.Equal(texts(read), texts(w)) {
			return errChanged
		}
	}
	return nil
}

// first returns the first of the edited texts that verify.
func (d *document) first(texts [][]byte, kept []*yaml.Node, added []gate.Waiver) ([]byte, error) {
	err := errChanged
	for _, text := range texts {
		if err = d.verify(text, kept, added); err == nil {
			return slices.Concat(d.mark, text), nil
		}
	}
	return nil, err
}

// others are the keys and values beside the waivers. A file that says nothing
// begins with its version.
func (d *document) others() []*yaml.Node {
	if d.root == nil {
		return []*yaml.Node{
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "version"},
			{Kind: yaml.ScalarNode, Tag: "!!int", Value: "1"},
		}
	}
	var nodes []*yaml.Node
	for i := 0; i+1 < len(d.root.Content); i += 2 {
		if d.root.Content[i] != d.key {
			nodes = append(nodes, d.root.Content[i], d.root.Content[i+1])
		}
	}
	return nodes
}

// same reports whether two nodes mean the same, however they are written.
func same(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.Value == b.Value && a.Anchor == b.Anchor && a.ShortTag() == b.ShortTag() &&
		slices.EqualFunc(a.Content, b.Content, same)
}
