package config

import (
	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

func actionWords() []gate.Action {
	return []gate.Action{gate.ActionBlock, gate.ActionWarn, gate.ActionIgnore}
}

func ruleFields() []field[gate.Rule] {
	return []field[gate.Rule]{
		textField("name", "what the rule is called in reports", func(r *gate.Rule) *string { return &r.Name }, nil),
		wordField("action", "what becomes of the findings it is about", actionWords(), func(r *gate.Rule) *gate.Action { return &r.Action }),
		textField("reason", "why, for the reader of a report", func(r *gate.Rule) *string { return &r.Reason }, nil),
		whenField(func(r *gate.Rule) *gate.Condition { return &r.When }),
	}
}

// whenField is the condition of a rule or a budget.
func whenField[T any](at func(*T) *gate.Condition) field[T] {
	return field[T]{
		name: "when", usage: "which findings it is about: all that is said must hold; nothing said is every finding",
		shape: anyOf(defined("condition"), shape{"type": "null"}),
		read:  func(d *document, into *T, value *yaml.Node) { d.condition(value, at(into)) },
		write: func(from *T) *yaml.Node { return conditionNode(*at(from)) },
	}
}

// rules reads a list of rules.
func (d *document) rules(node *yaml.Node) []gate.Rule {
	var rules []gate.Rule
	for _, item := range d.list(node, "rules") {
		rule := gate.Rule{Origin: d.origin(item)}
		if !fill(d, item, "a rule", ruleFields(), &rule) {
			continue
		}
		if rule.Action == "" {
			d.fail(item, "a rule needs an action: one of %s", quoted(plain(actionWords())))
			continue
		}
		rules = append(rules, rule)
	}
	return rules
}

// list reads a list of mappings, which has to be written as one.
func (d *document) list(node *yaml.Node, what string) []*yaml.Node {
	if node.Kind != yaml.SequenceNode {
		d.fail(node, "%s must be a list", what)
		return nil
	}
	return node.Content
}
