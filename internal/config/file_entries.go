package config

import (
	"path"

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
	before := len(doc.errors)
	doc.keys(node, "an entry of allow", []string{"guard", "image", "paths", "reason"}, func(key string, _, value *yaml.Node) {
		switch key {
		case "guard":
			doc.guard(value, &a.Guard)
		case "image":
			a.Image, _ = doc.scalar(value, key)
		case "reason":
			a.Reason, _ = doc.scalar(value, key)
		case "paths":
			for _, item := range doc.sequence(value, key) {
				if pattern, ok := doc.pattern(item, "a path"); ok {
					a.Paths = append(a.Paths, pattern)
				}
			}
		}
	})
	switch {
	case len(doc.errors) > before:
	case a.Guard == "":
		doc.fail(node, "an entry of allow needs a guard")
	case a.Reason == "":
		doc.fail(node, "an entry of allow needs a reason, so that the next reader can tell whether it still holds")
	default:
		f.allowances = append(f.allowances, a)
	}
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

// pattern reads a glob and refuses one that could never match.
func (d *document) pattern(node *yaml.Node, what string) (string, bool) {
	text, ok := d.scalar(node, what)
	if !ok {
		return "", false
	}
	if _, err := path.Match(text, ""); err != nil {
		d.fail(node, "%q is no pattern: %v", text, err)
		return "", false
	}
	return text, true
}

var waiverKeys = []string{"id", "image", "package", "path", "reason", "owner", "expires"}

// waiver reads one waiver. Without id, reason and expiry it is refused.
func (f *policyFile) waiver(doc *document, node *yaml.Node) {
	w := gate.Waiver{
		Origin:   doc.origin(node),
		Location: gate.Location{Path: doc.path, Line: node.Line, Column: node.Column, EndLine: node.Line},
	}
	before := len(doc.errors)
	doc.keys(node, "a waiver", waiverKeys, func(key string, _, value *yaml.Node) {
		f.waiverKey(doc, &w, key, value)
	})
	if len(doc.errors) > before {
		return
	}
	switch {
	case w.ID == "":
		doc.fail(node, "a waiver needs an id: a rule, an advisory, or an alias of either")
	case w.Reason == "":
		doc.fail(node, "the waiver for %s needs a reason", w.ID)
	case w.Expires.IsZero():
		doc.fail(node, "the waiver for %s needs an expiry: expires: YYYY-MM-DD", w.ID)
	default:
		f.waivers = append(f.waivers, w)
	}
}

func (f *policyFile) waiverKey(doc *document, w *gate.Waiver, key string, value *yaml.Node) {
	if key == "path" {
		w.Path, _ = doc.pattern(value, key)
		return
	}
	text, ok := doc.scalar(value, key)
	if !ok {
		return
	}
	switch key {
	case "id":
		w.ID = text
	case "image":
		w.Image = text
	case "package":
		w.Package = text
	case "reason":
		w.Reason = text
	case "owner":
		w.Owner = text
	case "expires":
		day, err := parseDate(text)
		if err != nil {
			doc.fail(value, "expires: %v", err)
			return
		}
		w.Expires = day
	}
}
