package config

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// fileImage is one entry of images.
type fileImage struct {
	values []assignment
	where  string
	// What holds for this image in place of the general policy.
	thresholds      map[gate.Analyzer]gate.Threshold
	onlyFixed       *bool
	onlyFixedOrigin gate.Origin
	rules           []gate.Rule
	allowances      []gate.Allowance
}

// imageKeys are the keys of an image: its options, and its own short forms and rules.
func imageKeys() []string {
	known := []string{"fail-on", "only-fixed", "rules"}
	for _, o := range Options() {
		if o.Places&File != 0 && o.perImage() {
			known = append(known, o.Name)
		}
	}
	return known
}

func (f *policyFile) image(doc *document, node *yaml.Node) {
	entry := fileImage{where: doc.where(node), thresholds: map[gate.Analyzer]gate.Threshold{}}
	doc.keys(node, "an image", imageKeys(), func(key string, keyNode, value *yaml.Node) {
		switch key {
		case "fail-on":
			doc.failOn(value, entry.thresholds)
		case "only-fixed":
			on := doc.truth(value, key)
			entry.onlyFixed, entry.onlyFixedOrigin = &on, doc.origin(keyNode)
		case "rules":
			entry.rules = doc.imageRules(value)
		case "allow":
			entry.allow(doc, value)
		default:
			if a, ok := doc.assign(key, keyNode, value); ok {
				entry.values = append(entry.values, a)
			}
		}
	})
	f.images = append(f.images, entry)
}

// imageRules are rules of one image, which can't be about others.
func (d *document) imageRules(node *yaml.Node) []gate.Rule {
	for _, item := range d.list(node, "rules") {
		if at := find(find(item, "when"), "image"); at != nil {
			d.fail(at, "the rule stands at an image, so it is about that one: leave image out, or put the rule under the general rules")
			return nil
		}
	}
	return d.rules(node)
}

// find returns the value of a key; nil where there is none.
func find(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// allow reads an image's own list: guard, guard=path-pattern, or a mapping.
func (i *fileImage) allow(doc *document, node *yaml.Node) {
	for _, item := range doc.sequence(node, "allow") {
		if item.Kind == yaml.MappingNode {
			if a, ok := doc.allowance(item, false); ok {
				i.allowances = append(i.allowances, a)
			}
			continue
		}
		if a, ok := doc.assign("allow", item, item); ok {
			i.values = append(i.values, a)
		}
	}
}

// ownPolicies puts what the images say for themselves into the policy: their
// rules before the general ones. The drafts are the images in order, named.
func (f *policyFile) ownPolicies(policy *gate.Policy, drafts []*imageDraft) {
	var rules []gate.Rule
	for i, entry := range f.images {
		name := drafts[i].Name
		for _, rule := range entry.rules {
			rule.When.Images = []string{name}
			rules = append(rules, rule)
		}
		if len(entry.thresholds) > 0 || entry.onlyFixed != nil {
			policy.Overrides = append(policy.Overrides, gate.Override{
				Image: name, Thresholds: entry.thresholds, OnlyFixed: entry.onlyFixed, OnlyFixedOrigin: entry.onlyFixedOrigin,
			})
		}
	}
	policy.Rules = slices.Concat(rules, policy.Rules)
}
