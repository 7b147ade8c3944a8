package waiverfile

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// heading opens a file that gate makes.
const heading = "# What is accepted for a while. After its last day, a waiver holds nothing."

// Add writes waivers at the end of the file's list and returns the new text.
// Text that says nothing becomes a file of waivers. Each waiver needs an id, a
// reason and an expiry; one that is there already is written once more.
func Add(data []byte, waivers []gate.Waiver) ([]byte, error) {
	d, err := parse(data)
	if err != nil {
		return nil, err
	}
	for _, w := range waivers {
		if err := check(w); err != nil {
			return nil, err
		}
	}
	if len(waivers) == 0 {
		return data, nil
	}
	texts, err := d.additions(waivers)
	if err != nil {
		return nil, err
	}
	return d.first(texts, d.items(), waivers)
}

// additions are the texts to try, the nicest first.
func (d *document) additions(waivers []gate.Waiver) ([][]byte, error) {
	switch {
	case d.root == nil:
		return [][]byte{d.begin(waivers)}, nil
	case d.value == nil:
		// A blank line may be part of the text before it.
		list := append([]string{d.indent(0) + "waivers:"}, list(waivers, d.indent(2), false)...)
		return [][]byte{
			d.insert(d.data, len(d.lines), append([]string{""}, list...)),
			d.insert(d.data, len(d.lines), list),
		}, nil
	case len(d.items()) == 0:
		return d.fill(waivers), nil
	}
	if err := d.block(); err != nil {
		return nil, err
	}
	dashes, err := d.dashes()
	if err != nil {
		return nil, err
	}
	apart := len(dashes) > 1 && d.blank(d.head(dashes, len(dashes)-1)-1)
	items := list(waivers, strings.Repeat(" ", d.value.Column-1), apart)
	spaced := items
	if apart {
		spaced = append([]string{""}, items...)
	}
	end := d.contentEnd(dashes[len(dashes)-1], d.end, d.value.Column-1)
	// The lines that were passed over may belong to a text of several lines.
	afterBlank := end
	for afterBlank < d.end && d.blank(afterBlank) {
		afterBlank++
	}
	return [][]byte{d.insert(d.data, end, spaced), d.insert(d.data, afterBlank, items), d.insert(d.data, d.end, items)}, nil
}

// begin makes a file of text that says nothing, which stays before it.
func (d *document) begin(waivers []gate.Waiver) []byte {
	lines := append([]string{"version: 1", "waivers:"}, list(waivers, "  ", false)...)
	if len(d.lines) == 0 {
		lines = append([]string{heading}, lines...)
	}
	return d.insert(d.data, len(d.lines), lines)
}

// fill puts waivers into a list that is empty: nothing, null or [].
func (d *document) fill(waivers []gate.Waiver) [][]byte {
	at := d.key.Line - 1
	data := d.data
	cut := 0
	if start, ok := d.offset(d.value.Line, d.value.Column); ok && d.value.Line <= len(d.lines) {
		rest := string(d.data[start:d.lines[d.value.Line-1].end])
		if width := emptyWidth(d.value, rest); width > 0 {
			at = d.value.Line - 1
			// Spaces that stood before it go with it where nothing follows.
			end := start + width
			if strings.TrimSpace(rest[width:]) == "" {
				start -= len(d.data[:start]) - len(strings.TrimRight(string(d.data[:start]), " \t"))
				end = d.lines[at].end
			}
			cut = end - start
			data = slices.Concat(d.data[:start], d.data[end:])
		}
	}
	items := list(waivers, d.indent(2), false)
	emptied := &document{data: data, lines: split(data), eol: d.eol}
	texts := [][]byte{emptied.insert(data, emptied.contentEnd(at, min(d.end, len(emptied.lines)), d.rootIndent()), items)}
	if cut > 0 {
		texts = append(texts, emptied.insert(data, at+1, items))
	}
	return texts
}

// emptyWidth is how many bytes an empty list takes at the start of a text.
func emptyWidth(value *yaml.Node, text string) int {
	if value.Kind == yaml.ScalarNode {
		if strings.HasPrefix(text, value.Value) {
			return len(value.Value)
		}
		return 0
	}
	inner := strings.TrimLeft(strings.TrimPrefix(text, "["), " \t")
	if strings.HasPrefix(text, "[") && strings.HasPrefix(inner, "]") {
		return len(text) - len(inner) + 1
	}
	return 0
}

// list writes waivers one below the other, with a blank line between them
// where they are to stand apart.
func list(waivers []gate.Waiver, indent string, apart bool) []string {
	var lines []string
	for i, w := range waivers {
		if apart && i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, item(w, indent)...)
	}
	return lines
}

// insert puts lines before the line with a 0-based number. It changes no argument.
func (d *document) insert(data []byte, before int, lines []string) []byte {
	at, lead := len(data), ""
	if before < len(d.lines) {
		at = d.lines[before].start
	} else if n := len(d.lines); n > 0 && d.lines[n-1].end == d.lines[n-1].next {
		lead = d.eol
	}
	text := lead + strings.Join(lines, d.eol) + d.eol
	return slices.Concat(data[:at], []byte(text), data[at:])
}

// rootIndent is how far the keys of the file are indented.
func (d *document) rootIndent() int { return max(d.root.Column-1, 0) }

func (d *document) indent(more int) string { return strings.Repeat(" ", d.rootIndent()+more) }

// head is the number of the line at which an item begins with the comment that
// stands directly above it. What stands above the first item is about the list.
func (d *document) head(dashes []int, i int) int {
	number := dashes[i]
	if i == 0 {
		return number
	}
	for number-1 > dashes[i-1] {
		text := d.text(number - 1)
		bare := strings.TrimLeft(text, " ")
		if !strings.HasPrefix(bare, "#") || len(text)-len(bare) != d.value.Column-1 {
			break
		}
		number--
	}
	return number
}
