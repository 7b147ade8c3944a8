package listing

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// resolved is what an alias stands for. One that leads nowhere is a scalar
// without a value.
func resolved(node *yaml.Node) *yaml.Node {
	for range mostNested {
		if node == nil {
			break
		}
		if node.Kind != yaml.AliasNode {
			return node
		}
		node = node.Alias
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
}

// field is the value of a key of a mapping, or of what it merges; nil where
// there is none.
func (s *sheet) field(mapping *yaml.Node, key string) *yaml.Node {
	return s.fieldIn(mapping, key, 0)
}

func (s *sheet) fieldIn(mapping *yaml.Node, key string, depth int) *yaml.Node {
	mapping = resolved(mapping)
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	if depth > mostNested {
		s.exhausted(mapping)
		return nil
	}
	var merged []*yaml.Node
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		s.steps++
		written, value := mapping.Content[i], mapping.Content[i+1]
		switch {
		case s.steps > mostSteps:
			s.exhausted(mapping)
			return nil
		case written.Kind == yaml.ScalarNode && written.ShortTag() == "!!merge":
			merged = append(merged, value)
		case resolved(written).Value == key:
			return resolved(value)
		}
	}
	for _, value := range merged {
		sources := []*yaml.Node{value}
		if list := resolved(value); list.Kind == yaml.SequenceNode {
			sources = list.Content
		}
		for _, source := range sources {
			if found := s.fieldIn(source, key, depth+1); found != nil {
				return found
			}
		}
	}
	return nil
}

// value is a field's value where that is one value and not null. An action of a
// template is given as it is written.
func (s *sheet) value(mapping *yaml.Node, key string) string {
	value := s.field(mapping, key)
	if value != nil && isAction(value) {
		return s.raw(value)
	}
	if value == nil || value.Kind != yaml.ScalarNode || value.ShortTag() == "!!null" {
		return ""
	}
	return strings.TrimSpace(value.Value)
}

// line is where a field is, or where its mapping is.
func (s *sheet) line(mapping *yaml.Node, key string) int {
	if value := s.field(mapping, key); value != nil && value.Line > 0 {
		return value.Line
	}
	return mapping.Line
}
