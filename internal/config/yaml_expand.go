package config

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// The limits of a file once its aliases are followed.
const (
	mostNodes = 500_000
	deepest   = 100
)

// expander copies a tree of YAML with its aliases followed and its merge keys
// merged, so that nothing after it has to know of either. Lines and columns
// stay those of what was written.
type expander struct {
	*document
	nodes int
	// open are the anchors that are being followed.
	open map[*yaml.Node]bool
}

// plainTags are the kinds of value there are; others (!!binary, !custom) have
// no meaning in a policy.
var plainTags = []string{"", "!", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq", "!!timestamp", "!!merge"}

func (e *expander) expand(node *yaml.Node, depth int) *yaml.Node {
	e.nodes++
	switch {
	case e.nodes > mostNodes:
		if e.nodes == mostNodes+1 {
			e.fail(node, "the file has more than %d values once its aliases are followed", mostNodes)
		}
		return &yaml.Node{}
	case depth > deepest:
		e.fail(node, "the file is nested more than %d levels deep", deepest)
		e.nodes = mostNodes + 1
		return &yaml.Node{}
	case node.Kind == yaml.AliasNode:
		return e.follow(node, depth)
	case !slices.Contains(plainTags, node.ShortTag()):
		e.fail(node, "the tag %s has no meaning here: leave it out", node.Tag)
	}
	plain := *node
	plain.Anchor, plain.Content = "", nil
	if node.Kind == yaml.MappingNode {
		plain.Content = e.mapping(node, depth)
		return &plain
	}
	for _, item := range node.Content {
		plain.Content = append(plain.Content, e.expand(item, depth+1))
	}
	return &plain
}

// follow gives what an alias names.
func (e *expander) follow(alias *yaml.Node, depth int) *yaml.Node {
	target := alias.Alias
	if target == nil || e.open[target] {
		e.fail(alias, "the alias *%s is inside of what it names", alias.Value)
		return &yaml.Node{}
	}
	e.open[target] = true
	defer delete(e.open, target)
	return e.expand(target, depth+1)
}

// mapping copies the keys of a mapping, and adds those that it merges (<<) and
// does not have itself. Of several merged ones the first has the last word.
func (e *expander) mapping(node *yaml.Node, depth int) []*yaml.Node {
	var pairs, merged []*yaml.Node
	own := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge" {
			if merged != nil {
				e.fail(key, "\"<<\" is given twice: give it one list")
			}
			merged = e.sources(value, depth)
			continue
		}
		own[key.Value] = true
		pairs = append(pairs, e.expand(key, depth+1), e.expand(value, depth+1))
	}
	for _, source := range merged {
		for i := 0; i+1 < len(source.Content); i += 2 {
			key := source.Content[i]
			if !own[key.Value] {
				own[key.Value] = true
				pairs = append(pairs, key, source.Content[i+1])
			}
		}
	}
	return pairs
}

// sources are the mappings that a merge key takes in.
func (e *expander) sources(value *yaml.Node, depth int) []*yaml.Node {
	plain := e.expand(value, depth+1)
	list := []*yaml.Node{plain}
	if plain.Kind == yaml.SequenceNode {
		list = plain.Content
	}
	for _, source := range list {
		if source.Kind != yaml.MappingNode && e.nodes <= mostNodes {
			e.fail(value, "\"<<\" merges mappings, and this is none")
			return nil
		}
	}
	return list
}
