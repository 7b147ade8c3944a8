package waiverfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// document is a file with its waivers found.
type document struct {
	// data is the text without the byte order mark that it may begin with.
	data  []byte
	mark  []byte
	lines []line
	eol   string
	// root is the mapping of the file; nil where the file says nothing.
	root *yaml.Node
	// key and value are those of "waivers"; nil where there are none.
	key, value *yaml.Node
	// end is the 0-based number of the line of the key after waivers, or the
	// number of lines.
	end int
}

// byteOrderMark may stand before the first line of UTF-8 text.
const byteOrderMark = "\ufeff"

// parse reads a file and finds its waivers.
func parse(data []byte) (*document, error) {
	const largest = 4 << 20
	switch {
	case len(data) > largest:
		return nil, fmt.Errorf("more than %d bytes", largest)
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		return nil, errors.New("not UTF-8 text")
	}
	var mark []byte
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		mark, data = data[:len(byteOrderMark)], data[len(byteOrderMark):]
	}
	d := &document{data: data, mark: mark, lines: split(data), eol: lineEnd(data)}
	d.end = len(d.lines)
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return d, nil
	} else if err != nil {
		return nil, fmt.Errorf("not valid YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one YAML document: waivers belong into a file of one")
	}
	return d, d.find(root.Content[0])
}

// find looks for the waivers of the root.
func (d *document) find(root *yaml.Node) error {
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" && root.Value == "" {
		return nil
	}
	if root.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: the file must be a mapping (waivers: …)", root.Line)
	}
	if root.Style&yaml.FlowStyle != 0 {
		return fmt.Errorf("line %d: the file is written within braces, which can't be edited here: write one key a line", root.Line)
	}
	d.root = root
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := root.Content[i]
		if key.Kind != yaml.ScalarNode || key.Value != "waivers" {
			continue
		}
		if d.key != nil {
			return fmt.Errorf("line %d: waivers is given twice, first on line %d", key.Line, d.key.Line)
		}
		d.key, d.value = key, root.Content[i+1]
		if i+2 < len(root.Content) {
			d.end = root.Content[i+2].Line - 1
		}
	}
	return d.sound()
}

// sound refuses what is no list, or one that something else refers to.
func (d *document) sound() error {
	switch v := d.value; {
	case v == nil || (v.ShortTag() == "!!null" && v.Kind == yaml.ScalarNode):
		return nil
	case v.Kind != yaml.SequenceNode:
		return fmt.Errorf("line %d: waivers is no list", v.Line)
	case v.Anchor != "" || v.Style&yaml.TaggedStyle != 0:
		return fmt.Errorf("line %d: the list of waivers has an anchor or a tag, and is not edited here", v.Line)
	}
	return nil
}

// items are the waivers of the list.
func (d *document) items() []*yaml.Node {
	if d.value == nil || d.value.Kind != yaml.SequenceNode {
		return nil
	}
	return d.value.Content
}

// block refuses a list that is not written one item below the other.
func (d *document) block() error {
	if d.value.Style&yaml.FlowStyle == 0 {
		return nil
	}
	return fmt.Errorf(`line %d: the waivers are written within brackets, which can't be edited here: write them one below the other, each beginning with "- id:"`, d.value.Line)
}

// dashes are the 0-based numbers of the lines on which the items begin.
func (d *document) dashes() ([]int, error) {
	var found []int
	lowest := d.value.Line - 1
	for _, item := range d.items() {
		number := min(item.Line, len(d.lines)) - 1
		for number >= lowest && !d.dash(number) {
			number--
		}
		if number < lowest {
			return nil, fmt.Errorf("line %d: the dash of this waiver was not found", item.Line)
		}
		found = append(found, number)
		lowest = number + 1
	}
	return found, nil
}

// dash reports whether an item of the list begins on a line.
func (d *document) dash(number int) bool {
	text := d.text(number)
	bare := strings.TrimLeft(text, " ")
	return len(text)-len(bare) == d.value.Column-1 && (bare == "-" || strings.HasPrefix(bare, "- ") || strings.HasPrefix(bare, "-\t"))
}
