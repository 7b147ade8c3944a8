package config

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// Paths are where a policy file is looked for, in order.
var Paths = []string{".gate.yaml", ".github/gate.yaml"}

// policyVersion is the only version of the policy file's form.
const policyVersion = "1"

// policyFile is what a policy file says.
type policyFile struct {
	path   string
	values []assignment
	images []fileImage
	// defaults are image options at the top level: they hold for every image.
	defaults   []assignment
	allowances []gate.Allowance
	waivers    []gate.Waiver
}

// assignment is one option with its value and the place to blame.
type assignment struct {
	option Option
	value  Value
	where  string
}

// fileImage is one entry of images.
type fileImage struct {
	values []assignment
	where  string
}

// topKeys are the keys beside the options of the table.
var topKeys = []string{"version", "images", "allow", "waivers", "fail-on"}

// parseFile reads a policy file; all mistakes are reported together.
func parseFile(path string, data []byte) (*policyFile, error) {
	doc := &document{path: path}
	file := &policyFile{path: path}
	root := doc.parseYAML(data)
	if root == nil {
		return file, doc.err()
	}
	if isHadolint(path, root) {
		file.hadolint(doc, root)
		return file, doc.err()
	}
	known := slices.Clone(topKeys)
	for _, o := range Options() {
		if o.Places&File != 0 && o.Name != "name" && !slices.Contains(known, o.Name) {
			known = append(known, o.Name)
		}
	}
	versioned := false
	doc.keys(root, "the policy", known, func(key string, keyNode, value *yaml.Node) {
		versioned = versioned || key == "version"
		file.top(doc, key, keyNode, value)
	})
	if !versioned && len(doc.errors) == 0 {
		doc.fail(root, "the policy has no version: add the line \"version: %s\"", policyVersion)
	}
	return file, doc.err()
}

func (f *policyFile) top(doc *document, key string, keyNode, value *yaml.Node) {
	switch key {
	case "version":
		if text, ok := doc.scalar(value, key); ok && text != policyVersion {
			doc.fail(value, "version %q is not known: this gate reads version %s", text, policyVersion)
		}
	case "images":
		for _, item := range doc.sequence(value, key) {
			f.image(doc, item)
		}
	case "allow":
		for _, item := range doc.sequence(value, key) {
			f.allow(doc, item)
		}
	case "waivers":
		for _, item := range doc.sequence(value, key) {
			f.waiver(doc, item)
		}
	case "fail-on":
		f.failOn(doc, keyNode, value)
	default:
		if a, ok := doc.assign(key, keyNode, value); ok {
			if a.option.perImage() {
				f.defaults = append(f.defaults, a)
			} else {
				f.values = append(f.values, a)
			}
		}
	}
}

// failOn is one severity for vulnerabilities, or a mapping by analyzer.
func (f *policyFile) failOn(doc *document, keyNode, value *yaml.Node) {
	if value.Kind != yaml.MappingNode {
		if a, ok := doc.assign("fail-on", keyNode, value); ok {
			f.values = append(f.values, a)
		}
		return
	}
	names := map[string]string{"scan": "fail-on", "lint": "lint-fail-on"}
	doc.keys(value, "fail-on", []string{"scan", "lint"}, func(key string, keyNode, value *yaml.Node) {
		if a, ok := doc.assign(names[key], keyNode, value); ok {
			f.values = append(f.values, a)
		}
	})
}

func (f *policyFile) image(doc *document, node *yaml.Node) {
	known := []string{}
	for _, o := range Options() {
		if o.Places&File != 0 && o.perImage() {
			known = append(known, o.Name)
		}
	}
	entry := fileImage{where: doc.where(node)}
	doc.keys(node, "an image", known, func(key string, keyNode, value *yaml.Node) {
		if a, ok := doc.assign(key, keyNode, value); ok {
			entry.values = append(entry.values, a)
		}
	})
	f.images = append(f.images, entry)
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
	if err := a.try(); err != nil {
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
	for i := 0; i+1 < len(node.Content); i += 2 {
		text, ok := d.scalar(resolve(node.Content[i+1]), node.Content[i].Value)
		if !ok {
			return nil, false
		}
		texts = append(texts, node.Content[i].Value+"="+text)
	}
	return texts, true
}
