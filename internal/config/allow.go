package config

import (
	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// allow reads one entry of allow: a guard's name, or a mapping.
func (f *policyFile) allow(doc *document, node *yaml.Node) {
	a := gate.Allowance{Origin: doc.origin(node)}
	if node.Kind == yaml.ScalarNode {
		if doc.guard(node, &a.Guard) {
			f.allowances = append(f.allowances, a)
		}
		return
	}
	if a, ok := doc.allowance(node, true); ok {
		f.allowances = append(f.allowances, a)
	}
}

// allowanceFields are the keys of an allowed guard; one of an image names no image.
func allowanceFields(image bool) []field[gate.Allowance] {
	fields := []field[gate.Allowance]{
		{
			name: "guard", usage: "which guard may be open", shape: wordShape(gate.AllowableGuards()),
			read:  func(d *document, into *gate.Allowance, value *yaml.Node) { d.guard(value, &into.Guard) },
			write: func(from *gate.Allowance) *yaml.Node { return textNode(string(from.Guard)) },
		},
		{
			name: "paths", usage: "files that it is limited to; * is anything but a slash, and /** at the end all below",
			shape: oneOrMany(textShape()),
			read: func(d *document, into *gate.Allowance, value *yaml.Node) {
				for _, item := range d.some(value, "paths") {
					if pattern, ok := d.checked(item, "a path", checkGlob); ok {
						into.Paths = append(into.Paths, pattern)
					}
				}
			},
			write: func(from *gate.Allowance) *yaml.Node { return textsNode(from.Paths) },
		},
		textField("reason", "why", func(a *gate.Allowance) *string { return &a.Reason }, nil),
	}
	if image {
		fields = append(fields, textField("image", "logical name of the image; without it all images", func(a *gate.Allowance) *string { return &a.Image }, nil))
	}
	return fields
}

func (d *document) allowance(node *yaml.Node, image bool) (gate.Allowance, bool) {
	a := gate.Allowance{Origin: d.origin(node)}
	if !fill(d, node, "an entry of allow", allowanceFields(image), &a) {
		return a, false
	}
	switch {
	case a.Guard == "":
		d.fail(node, "an entry of allow needs a guard")
	case a.Reason == "":
		d.fail(node, "an entry of allow needs a reason, so that the next reader can tell whether it still holds")
	default:
		return a, true
	}
	return a, false
}

func (d *document) guard(node *yaml.Node, into *gate.Guard) bool {
	word, ok := d.scalar(node, "a guard")
	if !ok {
		return false
	}
	guard, err := parseGuard(word)
	if err != nil {
		d.fail(node, "%v", err)
		return false
	}
	*into = guard
	return true
}

func allowShape() shape {
	return listOf(anyOf(wordShape(gate.AllowableGuards()), objectShape(allowanceFields(true), "guard", "reason")))
}

// allowNode writes allowed guards back; nil for none. Those that an input or a
// flag allows have no reason.
func allowNode(list []gate.Allowance) *yaml.Node {
	if len(list) == 0 {
		return nil
	}
	sequence := &yaml.Node{Kind: yaml.SequenceNode}
	for _, a := range list {
		if a.Reason == "" {
			a.Reason = "none given"
		}
		sequence.Content = append(sequence.Content, commented(writeFields(allowanceFields(true), a), a.Origin))
	}
	return sequence
}
