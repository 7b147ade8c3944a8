package config

import (
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// textNode is a text as YAML; nil for an empty one.
func textNode(text string) *yaml.Node {
	if text == "" {
		return nil
	}
	node := &yaml.Node{}
	node.SetString(strings.ToValidUTF8(text, "\uFFFD"))
	// Other styles don't keep every control character and every blank.
	node.Style = 0
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// textsNode is a list of texts, a single one as a plain value.
func textsNode(texts []string) *yaml.Node {
	if len(texts) == 1 && texts[0] != "" {
		return textNode(texts[0])
	}
	return listNode(texts)
}

// listNode is a list of texts on one line; nil for an empty one.
func listNode(texts []string) *yaml.Node {
	if len(texts) == 0 {
		return nil
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, text := range texts {
		list.Content = append(list.Content, textNode(text))
	}
	return list
}

func boolNode(on bool) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(on)}
}

func numberNode(n int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(n)}
}

// put adds a key to a mapping.
func put(mapping *yaml.Node, key string, value *yaml.Node) {
	name := &yaml.Node{}
	name.SetString(key)
	mapping.Content = append(mapping.Content, name, value)
}

// commented notes where a value comes from, as a comment at the end of its line: of
// a mapping, of its first line.
func commented(node *yaml.Node, origin gate.Origin) *yaml.Node {
	if origin == "" {
		return node
	}
	said := "# " + strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, string(origin))
	if target := firstLine(node); target != nil {
		target.LineComment = said
	}
	return node
}

// firstLine is the value that ends the first line of a node as it is printed.
func firstLine(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.ScalarNode || node.Style&yaml.FlowStyle != 0 || len(node.Content) == 0 {
		return node
	}
	if node.Kind == yaml.SequenceNode {
		return firstLine(node.Content[0])
	}
	value := node.Content[1]
	if value.Kind == yaml.ScalarNode || value.Style&yaml.FlowStyle != 0 {
		return value
	}
	return node.Content[0]
}
