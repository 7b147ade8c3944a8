package config

import (
	"encoding/json"
	"maps"
	"slices"
)

// Schema is the JSON Schema (draft-07) of the policy file and of the waivers
// file, made from the tables that read them. Words it takes in lower case alone.
// What only a reader can tell it lets pass: dates that don't exist, files that
// are not there.
func Schema() []byte {
	properties := shape{}
	for _, o := range Options() {
		if o.Places&File != 0 && o.Name != "name" {
			properties[o.Name] = described(o.shape(), o.Usage)
		}
	}
	for _, s := range sections() {
		properties[s.name] = described(s.shape, s.usage)
	}
	root := shape{
		"$schema":              "http://json-schema.org/draft-07/schema#",
		"$id":                  "https://raw.githubusercontent.com/containergate/gate/main/docs/gate.schema.json",
		"title":                "Policy of gate",
		"description":          "What an image must pass to ship: .gate.yaml, .github/gate.yaml, an organisation's gate-floor.yaml, and a waivers file.",
		"type":                 "object",
		"required":             []string{"version"},
		"additionalProperties": false,
		"properties":           properties,
		"definitions": shape{
			"condition": objectShape(conditionFields()),
			"rule":      objectShape(ruleFields(), "action"),
			"image":     imageShape(),
		},
	}
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil // Texts, numbers and lists always have a form.
	}
	return append(text, '\n')
}

// Key is a key of the policy file's top level.
type Key struct {
	Name string
	// Usage is one line without a full stop.
	Usage string
}

// Keys returns the keys of the policy file's top level, sorted by name.
func Keys() []Key {
	usages := map[string]string{}
	for _, o := range Options() {
		if o.Places&File != 0 && o.Name != "name" {
			usages[o.Name] = o.Usage
		}
	}
	for _, s := range sections() {
		usages[s.name] = s.usage
	}
	var keys []Key
	for _, name := range slices.Sorted(maps.Keys(usages)) {
		keys = append(keys, Key{Name: name, Usage: usages[name]})
	}
	return keys
}

// shape describes the values of an option.
func (o Option) shape() shape {
	text := shape{"type": []string{"string", "number", "boolean"}}
	choices := o.Choices
	if o.Name == "db-cache" {
		choices = cacheModes()
	}
	switch {
	case o.Kind == Bool:
		return boolShape()
	case len(choices) > 0 && o.Kind == Text:
		return wordShape(choices)
	case o.Kind == Pairs:
		return anyOf(shape{"type": "object", "additionalProperties": text}, listOf(text))
	case o.Kind == List:
		return listOf(text)
	}
	return text
}

// imageShape is an entry of images: its options, and what holds for it alone.
func imageShape() shape {
	properties := shape{
		"fail-on":    described(failOnShape(), "least severity that blocks, for this image"),
		"only-fixed": described(boolShape(), "whether only what is fixed blocks, for this image"),
		"rules":      described(shape{"type": "array", "items": defined("rule")}, "rules of this image, tried before the general ones"),
	}
	for _, o := range Options() {
		if o.Places&File != 0 && o.perImage() {
			properties[o.Name] = described(o.shape(), o.Usage)
		}
	}
	guard := shape{"type": "string"}
	properties["allow"] = described(listOf(anyOf(guard, objectShape(allowanceFields(false), "guard", "reason"))), "guards that may be open for this image")
	return shape{"type": "object", "additionalProperties": false, "properties": properties}
}
