package migrate

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// tree reads a YAML file; an empty one is nil.
func (s *source) tree(data []byte) (*yaml.Node, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("%s: not valid YAML: %s", oneLine(s.file), oneLine(strings.TrimPrefix(err.Error(), "yaml: ")))
	}
	if len(root.Content) == 0 || empty(root.Content[0]) {
		return nil, nil
	}
	return root.Content[0], nil
}

func empty(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" }

func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		return node.Alias
	}
	return node
}

// pair is a key of a mapping with its value, which is no alias.
type pair struct {
	key   string
	line  int
	value *yaml.Node
}

// pairs are the keys of a mapping that say something. A key that comes twice is a
// mistake: nobody knows which one is meant.
func (s *source) pairs(node *yaml.Node, what string) ([]pair, error) {
	if node = resolve(node); node.Kind != yaml.MappingNode {
		return nil, s.fault(node.Line, "%s must be a mapping (name: value)", what)
	}
	seen := map[string]bool{}
	var list []pair
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], resolve(node.Content[i+1])
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" {
			return nil, s.fault(key.Line, "%s has a key that is no plain word", what)
		}
		if seen[key.Value] {
			return nil, s.fault(key.Line, "%q is given twice in %s", key.Value, what)
		}
		seen[key.Value] = true
		if !empty(value) {
			list = append(list, pair{key.Value, key.Line, value})
		}
	}
	return list, nil
}

// list are the items of a list; nothing is a list of none.
func (s *source) list(node *yaml.Node, what string) ([]*yaml.Node, error) {
	if node = resolve(node); empty(node) {
		return nil, nil
	}
	if node.Kind != yaml.SequenceNode {
		return nil, s.fault(node.Line, "%s must be a list", what)
	}
	items := make([]*yaml.Node, len(node.Content))
	for i, item := range node.Content {
		items[i] = resolve(item)
	}
	return items, nil
}

// text is a single value.
func (s *source) text(node *yaml.Node, what string) (string, error) {
	if node = resolve(node); node.Kind != yaml.ScalarNode || empty(node) {
		return "", s.fault(node.Line, "%s must be a single value", what)
	}
	return strings.TrimSpace(node.Value), nil
}

// texts are the single values of a list, or one of them alone.
func (s *source) texts(node *yaml.Node, what string) ([]string, error) {
	if node = resolve(node); node.Kind == yaml.ScalarNode && !empty(node) {
		return []string{strings.TrimSpace(node.Value)}, nil
	}
	items, err := s.list(node, what)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, item := range items {
		text, err := s.text(item, "an item of "+what)
		if err != nil {
			return nil, err
		}
		found = append(found, text)
	}
	return found, nil
}

func (s *source) truth(node *yaml.Node, what string) (bool, error) {
	text, err := s.text(node, what)
	if err != nil {
		return false, err
	}
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0":
		return false, nil
	}
	return false, s.fault(node.Line, "%s: %q is neither true nor false", what, text)
}

// moment reads the forms in which YAML and JSON write times.
func moment(text string) (time.Time, bool) {
	for _, layout := range [...]string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, "2006-1-2"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
