package config

import "go.yaml.in/yaml/v3"

// assignment is one option with its value and the place to blame.
type assignment struct {
	option Option
	value  Value
	where  string
}

// assign turns a key of the table and its node into an assignment.
func (d *document) assign(key string, keyNode, value *yaml.Node) (assignment, bool) {
	option := findOption(key)
	texts, ok := d.texts(option, value)
	if !ok {
		return assignment{}, false
	}
	a := assignment{option: option, where: d.where(value), value: Value{Texts: texts, Origin: d.origin(keyNode)}}
	// Applying to a throw-away plan finds a wrong value at its own place.
	err := a.try()
	if err == nil && option.inFile != nil {
		err = option.inFile(a.value.text())
	}
	if err != nil {
		d.fail(value, "%s: %v", key, err)
		return assignment{}, false
	}
	return a, true
}

func (a assignment) try() error {
	if a.option.perImage() {
		return new(imageDraft).apply(a.option, a.value)
	}
	plan := newPlan()
	return a.option.plan(&plan, a.value)
}

func (d *document) texts(option Option, value *yaml.Node) ([]string, bool) {
	if option.Kind == Text || option.Kind == Bool {
		text, ok := d.scalar(value, option.Name)
		return []string{text}, ok
	}
	if option.Kind == Pairs && value.Kind == yaml.MappingNode {
		return d.pairs(value)
	}
	texts := []string{}
	for _, item := range d.sequence(value, option.Name) {
		text, ok := d.scalar(item, "an item of "+option.Name)
		if !ok {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, true
}

func (d *document) pairs(node *yaml.Node) ([]string, bool) {
	var texts []string
	before := len(d.errors)
	d.each(node, func(key, value *yaml.Node) {
		if key.Kind != yaml.ScalarNode {
			d.fail(key, "a name must be a single value")
			return
		}
		if text, ok := d.scalar(value, key.Value); ok {
			texts = append(texts, key.Value+"="+text)
		}
	})
	return texts, len(d.errors) == before
}
