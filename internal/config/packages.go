package config

import (
	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

func packageFields() []field[gate.PackageRule] {
	return []field[gate.PackageRule]{
		textField("name", "name of the package (pattern)", func(p *gate.PackageRule) *string { return &p.Name }, nil),
		textField("type", "kind of the package: deb, rpm, apk, npm, python, go-module (pattern)", func(p *gate.PackageRule) *string { return &p.Type }, nil),
		textField("purl", "package URL (pattern)", func(p *gate.PackageRule) *string { return &p.PURL }, nil),
		rangeField(func(p *gate.PackageRule) *string { return &p.Versions }),
		textField("image", "logical name of the image; without it all images", func(p *gate.PackageRule) *string { return &p.Image }, nil),
		textField("reason", "why", func(p *gate.PackageRule) *string { return &p.Reason }, nil),
		{
			name: "severity", usage: "severity of the finding; high without it", shape: wordShape(severityWords()),
			read: func(d *document, into *gate.PackageRule, value *yaml.Node) {
				word, ok := d.text(value, "severity")
				if !ok {
					return
				}
				severity, err := parseSeverity(word)
				if err != nil {
					d.fail(value, "severity: %v", err)
					return
				}
				into.Severity = severity
			},
			write: func(from *gate.PackageRule) *yaml.Node { return textNode(from.Severity.String()) },
		},
	}
}

// packageRules reads packages: those that are denied and those that are required.
func (f *policyFile) packageRules(d *document, node *yaml.Node) {
	d.keys(node, "packages", []string{"deny", "require"}, func(key string, _, value *yaml.Node) {
		for _, item := range d.list(value, "packages."+key) {
			rule := gate.PackageRule{Require: key == "require", Severity: gate.SeverityHigh, Origin: d.origin(item)}
			if !fill(d, item, "an entry of packages."+key, packageFields(), &rule) {
				continue
			}
			switch {
			case rule.Name == "" && rule.Type == "" && rule.PURL == "":
				d.fail(item, "an entry of packages.%s needs a name, a type or a purl: the package that it is about", key)
			case rule.Reason == "":
				d.fail(item, "an entry of packages.%s needs a reason, so that the next reader can tell whether it still holds", key)
			default:
				f.packages = append(f.packages, rule)
			}
		}
	})
}

func packagesShape() shape {
	entry := objectShape(packageFields(), "reason")
	entry["anyOf"] = []shape{{"required": []string{"name"}}, {"required": []string{"type"}}, {"required": []string{"purl"}}}
	list := shape{"type": "array", "items": entry}
	return shape{"type": "object", "additionalProperties": false, "properties": shape{
		"deny":    described(list, "packages that must not be there"),
		"require": described(list, "packages that must be there"),
	}}
}

// packagesNode writes them back; nil for none.
func packagesNode(rules []gate.PackageRule) *yaml.Node {
	mapping := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range []string{"deny", "require"} {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, rule := range rules {
			if rule.Require == (key == "require") {
				list.Content = append(list.Content, commented(writeFields(packageFields(), rule), rule.Origin))
			}
		}
		if len(list.Content) > 0 {
			put(mapping, key, list)
		}
	}
	if len(mapping.Content) == 0 {
		return nil
	}
	return mapping
}
