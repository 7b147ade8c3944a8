package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// document is a policy file being read: it collects every mistake rather than
// stopping at the first.
type document struct {
	path   string
	errors []error
}

// fail records a mistake at a node.
func (d *document) fail(node *yaml.Node, format string, args ...any) {
	d.errors = append(d.errors, &Error{Where: d.where(node), Message: fmt.Sprintf(format, args...)})
}

func (d *document) where(node *yaml.Node) string {
	return fmt.Sprintf("%s:%d:%d", d.path, node.Line, node.Column)
}

func (d *document) origin(node *yaml.Node) gate.Origin {
	return gate.Origin(fmt.Sprintf("%s:%d", d.path, node.Line))
}

func (d *document) err() error { return errors.Join(d.errors...) }

// parseYAML reads one document. An empty file gives a nil node.
func (d *document) parseYAML(data []byte) *yaml.Node {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		d.errors = append(d.errors, &Error{Where: d.path + yamlLine(err), Message: "not valid YAML: " + yamlMessage(err)})
		return nil
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 {
		return nil
	}
	return root.Content[0]
}

// yamlLine turns the "yaml: line 3: …" of the library into ":3:1". The library
// counts lines from 0 in errors of its parser, and from 1 in those of its scanner.
func yamlLine(err error) string {
	var line int
	if n, scanErr := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); scanErr == nil && n == 1 {
		if strings.Contains(err.Error(), "did not find expected") {
			line++
		}
		return fmt.Sprintf(":%d:1", line)
	}
	return ""
}

func yamlMessage(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if _, rest, found := strings.Cut(message, ": "); found && strings.HasPrefix(message, "line ") {
		return rest
	}
	return message
}

// keys walks a mapping: every key must be among the handlers, none may come twice.
func (d *document) keys(node *yaml.Node, what string, known []string, handle func(key string, keyNode, value *yaml.Node)) {
	node = resolve(node)
	if node.Kind != yaml.MappingNode {
		d.fail(node, "%s must be a mapping (name: value)", what)
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], resolve(node.Content[i+1])
		if line, twice := seen[key.Value]; twice {
			d.fail(key, "%q is given twice, first on line %d", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		if key.Kind != yaml.ScalarNode || !slices.Contains(known, key.Value) {
			d.fail(key, "unknown key %q in %s%s", key.Value, what, didYouMean(key.Value, known))
			continue
		}
		handle(key.Value, key, value)
	}
}

// resolve follows an alias to what it names.
func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		return node.Alias
	}
	return node
}

// scalar reads a plain value.
func (d *document) scalar(node *yaml.Node, what string) (string, bool) {
	if node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
		d.fail(node, "%s must be a single value", what)
		return "", false
	}
	return node.Value, true
}

// sequence reads a list; a single value counts as a list of one.
func (d *document) sequence(node *yaml.Node, what string) []*yaml.Node {
	switch node.Kind {
	case yaml.SequenceNode:
		items := make([]*yaml.Node, len(node.Content))
		for i, item := range node.Content {
			items[i] = resolve(item)
		}
		return items
	case yaml.ScalarNode:
		if node.Tag != "!!null" {
			return []*yaml.Node{node}
		}
	}
	d.fail(node, "%s must be a list", what)
	return nil
}
