package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// largestFile is how many bytes a policy or waivers file may have.
const largestFile = 5 << 20

// document is a policy file being read: it collects every mistake rather than
// stopping at the first.
type document struct {
	path   string
	place  place
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

// parseYAML reads one document, follows its aliases and merges its merge keys.
// An empty file gives a nil node, and so does one that can't be read.
func (d *document) parseYAML(data []byte) *yaml.Node {
	if len(data) > largestFile {
		d.errors = append(d.errors, &Error{Where: d.path, Message: fmt.Sprintf("the file has more than %d MB", largestFile>>20)})
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var root, second yaml.Node
	err := decoder.Decode(&root)
	if err == nil {
		// What follows a second --- would otherwise be passed over in silence.
		if err = decoder.Decode(&second); err == nil {
			d.fail(&second, "the file holds a second document after ---: put everything in one")
			return nil
		}
	}
	if !errors.Is(err, io.EOF) {
		d.errors = append(d.errors, &Error{Where: d.path + yamlLine(err), Message: "not valid YAML: " + yamlMessage(err)})
		return nil
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 {
		return nil
	}
	before := len(d.errors)
	plain := (&expander{document: d, open: map[*yaml.Node]bool{}}).expand(root.Content[0], 0)
	if len(d.errors) > before {
		return nil
	}
	return plain
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

// keys walks a mapping: every key must be among the known ones, none may come twice.
func (d *document) keys(node *yaml.Node, what string, known []string, handle func(key string, keyNode, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		d.fail(node, "%s must be a mapping (name: value)", what)
		return
	}
	d.each(node, func(keyNode, value *yaml.Node) {
		if keyNode.Kind != yaml.ScalarNode || !slices.Contains(known, keyNode.Value) {
			d.fail(keyNode, "unknown key %q in %s%s", keyNode.Value, what, didYouMean(keyNode.Value, known))
			return
		}
		handle(keyNode.Value, keyNode, value)
	})
}

// each walks a mapping, and refuses a key that comes twice.
func (d *document) each(node *yaml.Node, handle func(keyNode, value *yaml.Node)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if line, twice := seen[key.Value]; twice && key.Kind == yaml.ScalarNode {
			d.fail(key, "%q is given twice, first on line %d", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		handle(key, node.Content[i+1])
	}
}

// scalar reads a plain value.
func (d *document) scalar(node *yaml.Node, what string) (string, bool) {
	if node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
		d.fail(node, "%s must be a single value", what)
		return "", false
	}
	return node.Value, true
}

// text reads a plain value that says something.
func (d *document) text(node *yaml.Node, what string) (string, bool) {
	text, ok := d.scalar(node, what)
	if ok && strings.TrimSpace(text) == "" {
		d.fail(node, "%s must not be empty: leave it out", what)
		return "", false
	}
	return text, ok
}

// sequence reads a list; a single value counts as a list of one.
func (d *document) sequence(node *yaml.Node, what string) []*yaml.Node {
	switch node.Kind {
	case yaml.SequenceNode:
		return node.Content
	case yaml.ScalarNode:
		if node.Tag != "!!null" {
			return []*yaml.Node{node}
		}
	}
	d.fail(node, "%s must be a list", what)
	return nil
}

// some reads a list that has at least one item, or a single value. An empty
// list would hold for everything, which nobody means by it.
func (d *document) some(node *yaml.Node, what string) []*yaml.Node {
	if node.Kind == yaml.SequenceNode && len(node.Content) == 0 {
		d.fail(node, "%s is an empty list: leave it out", what)
		return nil
	}
	return d.sequence(node, what)
}
