package config

import (
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// hadolintPaths are where hadolint's own configuration is looked for.
var hadolintPaths = []string{".hadolint.yaml", ".hadolint.yml"}

// hadolintKeys are the keys of hadolint 2.15's configuration file. Those about
// its output have no meaning here and are passed over.
var hadolintKeys = []string{
	"failure-threshold", "format", "ignored", "label-schema", "no-color", "no-fail",
	"override", "strict-labels", "disable-ignore-pragma", "trustedRegistries",
}

// isHadolint reports whether a file that --config names is hadolint's, by its
// name or by a key that only hadolint has.
func isHadolint(path string, root *yaml.Node) bool {
	if strings.Contains(filepath.Base(path), "hadolint") {
		return true
	}
	if root == nil || root.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch root.Content[i].Value {
		case "ignored", "override", "trustedRegistries", "failure-threshold", "label-schema":
			return true
		}
	}
	return false
}

// hadolint reads hadolint's configuration into the options that mean the same.
func (f *policyFile) hadolint(doc *document, root *yaml.Node) {
	doc.keys(root, "hadolint's configuration", hadolintKeys, func(key string, keyNode, value *yaml.Node) {
		switch key {
		case "ignored":
			f.set(doc, "ignore", keyNode, value, doc.words(value, key))
		case "trustedRegistries":
			f.set(doc, "trusted-registries", keyNode, value, doc.words(value, key))
		case "failure-threshold":
			f.set(doc, "lint-fail-on", keyNode, value, thresholdOfHadolint(doc.words(value, key)))
		case "no-fail":
			if on, err := parseBool(value.Value); err == nil && on {
				f.set(doc, "lint-fail-on", keyNode, value, []string{never})
			}
		case "override":
			f.overrides(doc, value)
		case "label-schema":
			if pairs, ok := doc.pairs(value); ok {
				f.set(doc, "required-labels", keyNode, value, pairs)
			}
		case "strict-labels":
			f.set(doc, "strict-labels", keyNode, value, doc.words(value, key))
		case "disable-ignore-pragma":
			if on, err := parseBool(value.Value); err == nil && on {
				f.set(doc, "lint-pragmas", keyNode, value, []string{"false"})
			}
		}
	})
}

// overrides reads the lists of rules by severity.
func (f *policyFile) overrides(doc *document, node *yaml.Node) {
	doc.keys(node, "override", []string{"error", "warning", "info", "style"}, func(word string, keyNode, value *yaml.Node) {
		var pairs []string
		for _, rule := range doc.words(value, "override."+word) {
			pairs = append(pairs, rule+"="+word)
		}
		f.set(doc, "rule-severity", keyNode, value, pairs)
	})
}

// set adds an assignment made from another tool's words.
func (f *policyFile) set(doc *document, option string, keyNode, value *yaml.Node, texts []string) {
	a := assignment{option: findOption(option), where: doc.where(value), value: Value{Texts: texts, Origin: doc.origin(keyNode)}}
	if err := a.try(); err != nil {
		doc.fail(value, "%s: %v", keyNode.Value, err)
		return
	}
	f.values = append(f.values, a)
}

// words reads a list of plain values, or a single one.
func (d *document) words(node *yaml.Node, what string) []string {
	texts := []string{}
	for _, item := range d.sequence(node, what) {
		if text, ok := d.scalar(item, "an item of "+what); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// thresholdOfHadolint: "ignore" and "none" let nothing fail.
func thresholdOfHadolint(words []string) []string {
	if len(words) == 1 && slices.Contains([]string{"ignore", "none"}, words[0]) {
		return []string{never}
	}
	return words
}
