package config

import (
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// field is one key of a mapping in the policy file. The tables of fields are
// what the file is read by, written back by and described by (Schema), so that
// the three can't differ.
type field[T any] struct {
	name string
	// usage is one line without a full stop.
	usage string
	shape shape
	read  func(d *document, into *T, value *yaml.Node)
	// write gives the value back as it would be read; nil where there is none.
	write func(from *T) *yaml.Node
}

// fill reads a mapping by its table, and reports whether nothing was wrong.
func fill[T any](d *document, node *yaml.Node, what string, fields []field[T], into *T) bool {
	before := len(d.errors)
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	d.keys(node, what, names, func(key string, _, value *yaml.Node) {
		fields[slices.Index(names, key)].read(d, into, value)
	})
	return len(d.errors) == before
}

// textField is a text that says something; check may be nil.
func textField[T any](name, usage string, at func(*T) *string, check func(string) error) field[T] {
	return field[T]{
		name: name, usage: usage, shape: textShape(),
		read: func(d *document, into *T, value *yaml.Node) {
			if text, ok := d.checked(value, name, check); ok {
				*at(into) = text
			}
		},
		write: func(from *T) *yaml.Node { return textNode(*at(from)) },
	}
}

// checked reads a text and holds it against a check.
func (d *document) checked(node *yaml.Node, what string, check func(string) error) (string, bool) {
	text, ok := d.text(node, what)
	if !ok || check == nil {
		return text, ok
	}
	if err := check(text); err != nil {
		d.fail(node, "%s: %v", what, err)
		return "", false
	}
	return text, true
}

// textsField is a list of texts, or a single one; check may be nil.
func textsField[T any](name, usage string, at func(*T) *[]string, check func(string) error) field[T] {
	return field[T]{
		name: name, usage: usage, shape: oneOrMany(textShape()),
		read: func(d *document, into *T, value *yaml.Node) {
			*at(into) = nil
			for _, item := range d.some(value, name) {
				if text, ok := d.checked(item, name, check); ok {
					*at(into) = append(*at(into), text)
				}
			}
		},
		write: func(from *T) *yaml.Node { return textsNode(*at(from)) },
	}
}

// wordField is one of a few words.
func wordField[T any, W ~string](name, usage string, choices []W, at func(*T) *W) field[T] {
	return field[T]{
		name: name, usage: usage, shape: wordShape(choices),
		read: func(d *document, into *T, value *yaml.Node) {
			if word, ok := d.word(value, name, plain(choices)); ok {
				*at(into) = W(word)
			}
		},
		write: func(from *T) *yaml.Node { return textNode(string(*at(from))) },
	}
}

// wordsField is a list of words out of a few, or a single one.
func wordsField[T any, W ~string](name, usage string, choices []W, at func(*T) *[]W) field[T] {
	return field[T]{
		name: name, usage: usage, shape: oneOrMany(wordShape(choices)),
		read: func(d *document, into *T, value *yaml.Node) {
			*at(into) = nil
			for _, item := range d.some(value, name) {
				if word, ok := d.word(item, name, plain(choices)); ok {
					*at(into) = append(*at(into), W(word))
				}
			}
		},
		write: func(from *T) *yaml.Node { return textsNode(plain(*at(from))) },
	}
}

// word reads one of a few words.
func (d *document) word(node *yaml.Node, what string, choices []string) (string, bool) {
	text, ok := d.scalar(node, what)
	if !ok {
		return "", false
	}
	word, err := parseChoice(text, choices)
	if err != nil {
		d.fail(node, "%s: %v", what, err)
		return "", false
	}
	return word, true
}

// boolField is true or false; only true is written back.
func boolField[T any](name, usage string, at func(*T) *bool) field[T] {
	return field[T]{
		name: name, usage: usage, shape: boolShape(),
		read: func(d *document, into *T, value *yaml.Node) { *at(into) = d.truth(value, name) },
		write: func(from *T) *yaml.Node {
			if !*at(from) {
				return nil
			}
			return boolNode(true)
		},
	}
}

func (d *document) truth(node *yaml.Node, what string) bool {
	text, ok := d.text(node, what)
	if !ok {
		return false
	}
	on, err := parseBool(text)
	if err != nil {
		d.fail(node, "%s: %v", what, err)
	}
	return on
}

// number reads a whole number from 0 up.
func (d *document) number(node *yaml.Node, what string, most int) (int, bool) {
	text, ok := d.scalar(node, what)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		d.fail(node, "%s: %q is no whole number from 0 to %d", what, text, most)
		return 0, false
	}
	return n, true
}

func plain[W ~string](words []W) []string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return texts
}

// writeFields writes a value by its table, as a mapping.
func writeFields[T any](fields []field[T], from T) *yaml.Node {
	mapping := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range fields {
		if f.write == nil {
			continue
		}
		if value := f.write(&from); value != nil {
			put(mapping, f.name, value)
		}
	}
	return mapping
}

// objectShape describes a mapping by its table.
func objectShape[T any](fields []field[T], required ...string) shape {
	properties := shape{}
	for _, f := range fields {
		properties[f.name] = described(f.shape, f.usage)
	}
	object := shape{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		object["required"] = required
	}
	return object
}

// quoted puts words in quotation marks, for messages.
func quoted(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += fmt.Sprintf("%q", w)
	}
	return out
}
