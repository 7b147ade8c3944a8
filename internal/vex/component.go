package vex

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// component is a piece of software as OpenVEX names it: a text in version
// 0.0.x, and an object since.
type component struct {
	ID            string            `json:"@id"`
	Identifiers   map[string]string `json:"identifiers"`
	Hashes        map[string]string `json:"hashes"`
	Subcomponents []component       `json:"subcomponents"`
}

// UnmarshalJSON reads both forms.
func (c *component) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &c.ID)
	}
	type object component
	return json.Unmarshal(data, (*object)(c))
}

// names are the texts by which the component goes.
func (c component) names() []string {
	var names []string
	if c.ID != "" {
		names = append(names, c.ID)
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Identifiers)) {
		if id := c.Identifiers[kind]; id != "" && id != c.ID {
			names = append(names, id)
		}
	}
	return names
}

func (c component) product() *product {
	made := &product{label: "a product without a name"}
	for i, name := range c.names() {
		if i == 0 {
			made.label = shorten(name, 200)
		}
		made.identify(name)
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Hashes)) {
		made.hash(kind, c.Hashes[kind])
	}
	if len(c.Subcomponents) > 0 {
		made.narrow(purlsOf(c.Subcomponents))
	}
	return made
}

// subjectOnly is the product of a statement that names none, in a document
// that is attached to an image.
func subjectOnly(parts []component) *product {
	made := &product{label: "the image that it is attached to", subject: true}
	if len(parts) > 0 {
		made.narrow(purlsOf(parts))
	}
	return made
}

func purlsOf(parts []component) []string {
	var purls []string
	for _, part := range parts {
		for _, name := range part.names() {
			if strings.HasPrefix(name, "pkg:") {
				purls = append(purls, name)
			}
		}
	}
	return purls
}
