package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// The words of conditions.
func statusWords() []gate.Status {
	return []gate.Status{gate.StatusNew, gate.StatusExisting, gate.StatusWorse}
}

func fixWords() []gate.FixState {
	return []gate.FixState{gate.FixFixed, gate.FixNotFixed, gate.FixWontFix, gate.FixUnknown}
}

func sourceWords() []string { return []string{"image", gate.SourceContext} }

func analyzerWords() []gate.Analyzer { return append(gate.Analyzers(), gate.AnalyzerPolicy) }

func relationWords() []gate.Relation {
	return []gate.Relation{gate.RelationDirect, gate.RelationTransitive}
}

// condition reads a mapping of conditions, all of which must hold.
func (d *document) condition(node *yaml.Node, into *gate.Condition) {
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return // when: with nothing after it is every finding.
	}
	fill(d, node, "a condition", conditionFields(), into)
}

func conditionNode(c gate.Condition) *yaml.Node {
	node := writeFields(conditionFields(), c)
	node.Style = yaml.FlowStyle
	return node
}

// conditionFields are all that a rule or a budget may ask of a finding.
func conditionFields() []field[gate.Condition] {
	return slices.Concat(kindFields(), advisoryFields(), placeFields(), softwareFields(), nestedFields())
}

type condition = gate.Condition

func kindFields() []field[condition] {
	return []field[condition]{
		severityField(),
		wordsField("status", "how it relates to the baseline; without one everything is new", statusWords(), func(c *condition) *[]gate.Status { return &c.Statuses }),
		wordsField("analyzer", "who found it", analyzerWords(), func(c *condition) *[]gate.Analyzer { return &c.Analyzers }),
		textsField("id", "rule or advisory, or any alias of it (pattern)", func(c *condition) *[]string { return &c.IDs }, checkWildcard),
		textsField("tag", "family of the rule, such as \"CIS *\" (pattern)", func(c *condition) *[]string { return &c.Tags }, nil),
		textsField("tool", "other scanner whose SARIF has it (pattern)", func(c *condition) *[]string { return &c.Tools }, nil),
	}
}

func advisoryFields() []field[condition] {
	return []field[condition]{
		wordsField("fix", "whether the vendor has mended it", fixWords(), func(c *condition) *[]gate.FixState { return &c.Fix }),
		boundField("fix-age", "days since a fixed version appeared, as \">=30d\"", days(), func(c *condition) **gate.Bound { return &c.FixAge }),
		boundField("advisory-age", "days since the advisory appeared, as \"<7d\"", days(), func(c *condition) **gate.Bound { return &c.AdvisoryAge }),
		flagField("kev", "whether it is known to be exploited (CISA's catalogue)", func(c *condition) **bool { return &c.KEV }),
		flagField("ransomware", "whether ransomware is known to use it", func(c *condition) **bool { return &c.Ransomware }),
		boundField("epss", "probability of exploitation within 30 days, as \">=0.1\" or \">=10%\"", share(), func(c *condition) **gate.Bound { return &c.EPSS }),
		boundField("epss-percentile", "rank of that probability, as \">=0.95\"", share(), func(c *condition) **gate.Bound { return &c.EPSSPercentile }),
		boundField("risk", "risk score from 0 to 100, as \">=50\"", upTo(100), func(c *condition) **gate.Bound { return &c.Risk }),
		boundField("cvss", "highest CVSS score from 0 to 10, as \">=9\"", upTo(10), func(c *condition) **gate.Bound { return &c.CVSS }),
	}
}

func placeFields() []field[condition] {
	return []field[condition]{
		textsField("image", "logical name of the image (pattern)", func(c *condition) *[]string { return &c.Images }, checkWildcard),
		textsField("platform", "platform it was found on (pattern)", func(c *condition) *[]string { return &c.Platforms }, checkWildcard),
		textsField("distro", "distribution of the package, as \"debian:*\" (pattern)", func(c *condition) *[]string { return &c.Distros }, checkWildcard),
		wordsField("from", "whether the base image brought it, or this build", []gate.Side{gate.SideBase, gate.SideOwn}, func(c *condition) *[]gate.Side { return &c.Sides }),
		textsField("stage", "stage of the Dockerfile that brought it (pattern)", func(c *condition) *[]string { return &c.Stages }, checkWildcard),
		wordsField("source", "the image itself, or what its build context declares", sourceWords(), func(c *condition) *[]string { return &c.Sources }),
		textsField("path", "file of the repository or of the image (pattern)", func(c *condition) *[]string { return &c.Paths }, nil),
	}
}

func softwareFields() []field[condition] {
	return []field[condition]{
		textsField("package", "name of the package (pattern)", func(c *condition) *[]string { return &c.Packages }, nil),
		textsField("type", "kind of the package: deb, rpm, apk, npm, python, go-module (pattern)", func(c *condition) *[]string { return &c.Types }, checkWildcard),
		textsField("purl", "package URL (pattern)", func(c *condition) *[]string { return &c.PURLs }, nil),
		rangeField(func(c *condition) *string { return &c.Versions }),
		wordsField("relation", "whether the application asks for it itself", relationWords(), func(c *condition) *[]gate.Relation { return &c.Relations }),
		textsField("license", "licence of the package (pattern)", func(c *condition) *[]string { return &c.Licenses }, nil),
	}
}

// checkWildcard refuses the signs that other patterns have, where no name has
// them: a rule for CVE-202[34]-* would be about nothing.
func checkWildcard(text string) error {
	if strings.ContainsAny(text, "?[]{}") {
		return fmt.Errorf("%q: only * (anything but a slash) and ** (anything) stand for other characters", text)
	}
	return nil
}

// rangeField is a range of versions.
func rangeField[T any](at func(*T) *string) field[T] {
	return textField("version", "range of versions, as \">=1.0, <2 || =3.1\"", at, gate.CheckRange)
}

// flagField is true, false, or not asked.
func flagField[T any](name, usage string, at func(*T) **bool) field[T] {
	return field[T]{
		name: name, usage: usage, shape: boolShape(),
		read: func(d *document, into *T, value *yaml.Node) {
			on := d.truth(value, name)
			*at(into) = &on
		},
		write: func(from *T) *yaml.Node {
			if *at(from) == nil {
				return nil
			}
			return boolNode(**at(from))
		},
	}
}

func nestedFields() []field[condition] {
	return []field[condition]{
		nestedField("all", "conditions that must all hold", func(c *condition) *[]condition { return &c.All }),
		nestedField("any", "conditions of which one must hold", func(c *condition) *[]condition { return &c.Any }),
		{
			name: "not", usage: "conditions that must not hold together", shape: defined("condition"),
			read: func(d *document, into *condition, value *yaml.Node) {
				into.Not = &condition{}
				fill(d, value, "a condition", conditionFields(), into.Not)
			},
			write: func(from *condition) *yaml.Node {
				if from.Not == nil {
					return nil
				}
				return conditionNode(*from.Not)
			},
		},
	}
}

func nestedField(name, usage string, at func(*condition) *[]condition) field[condition] {
	return field[condition]{
		name: name, usage: usage, shape: shape{"type": "array", "minItems": 1, "items": defined("condition")},
		read: func(d *document, into *condition, value *yaml.Node) {
			if value.Kind != yaml.SequenceNode || len(value.Content) == 0 {
				d.fail(value, "%s must be a list of conditions", name)
				return
			}
			*at(into) = nil
			for _, item := range value.Content {
				var part condition
				fill(d, item, "a condition", conditionFields(), &part)
				*at(into) = append(*at(into), part)
			}
		},
		write: func(from *condition) *yaml.Node {
			if len(*at(from)) == 0 {
				return nil
			}
			list := &yaml.Node{Kind: yaml.SequenceNode}
			for _, part := range *at(from) {
				list.Content = append(list.Content, conditionNode(part))
			}
			return list
		},
	}
}
