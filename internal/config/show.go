package config

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// Show writes the policy that is in effect for a request as YAML in the form of
// the policy file, with every short form expanded to rules in the order in
// which they are tried. A comment at the end of a line names the line, flag or
// default that it comes from. Values of build arguments and secrets are not in it.
func (r Request) Show() (string, error) {
	r.trace = &trace{values: map[string]Value{}, images: map[string]map[string]gate.Origin{}}
	plan, err := Load(r)
	if err != nil {
		return "", err
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	root.HeadComment = "# The policy in effect, with where each line comes from. The first rule that is\n# about a finding decides."
	put(root, "version", numberNode(1))
	for _, name := range []string{"mode", "unknown-as"} {
		r.trace.option(root, findOption(name))
	}
	showDeciding(root, plan.Policy)
	showTrust(root, plan.Policy)
	r.trace.showWaivers(root, plan.Policy)
	r.trace.showOptions(root)
	add(root, "sarif-in", sequenceOf(plan.Foreign, func(f gate.ForeignReport) *yaml.Node {
		return commented(writeFields(foreignFields(), f), f.Origin)
	}))
	add(root, "released", sequenceOf(plan.Rescan.Sources, func(s gate.ReleasedSource) *yaml.Node {
		return commented(writeFields(releasedFields(), s), s.Origin)
	}))
	add(root, "images", r.trace.showImages(plan.Images))
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return "", fmt.Errorf("write the policy: %w", err)
	}
	return out.String(), encoder.Close()
}

// showDeciding writes what decides about findings.
func showDeciding(root *yaml.Node, p gate.Policy) {
	rules := p.Expanded()
	for i := range rules[len(p.Rules):] {
		// The reason of a short form is about each finding's own severity.
		rule := &rules[len(p.Rules)+i]
		rule.Reason = strings.ReplaceAll(rule.Reason, "severity {severity}", "its severity")
	}
	add(root, "rules", sequenceOf(rules, func(rule gate.Rule) *yaml.Node {
		return commented(writeFields(ruleFields(), rule), rule.Origin)
	}))
	add(root, "budgets", sequenceOf(p.Budgets, func(b gate.Budget) *yaml.Node {
		return commented(writeFields(budgetFields(), b), b.Origin)
	}))
	if p.Licenses != nil {
		add(root, "licenses", licensesNode(*p.Licenses))
	}
	add(root, "packages", packagesNode(p.Packages))
}

// showTrust writes whose word counts.
func showTrust(root *yaml.Node, p gate.Policy) {
	add(root, "vex", sequenceOf(p.VEX, func(d gate.Document) *yaml.Node { return commented(textNode(d.Path), d.Origin) }))
	add(root, "vex-signers", sequenceOf(p.VEXSigners, func(s gate.Signer) *yaml.Node {
		return commented(writeFields(signerFields(), signerOfFile{Signer: s}), s.Origin)
	}))
}

func (t *trace) showWaivers(root *yaml.Node, p gate.Policy) {
	add(root, "waiver-terms", termsNode(p.WaiverTerms))
	if p.AcceptWaivers {
		add(root, "accept-waivers", commented(boolNode(true), t.accept))
	}
	add(root, "waivers", sequenceOf(p.Waivers, func(w gate.Waiver) *yaml.Node {
		return commented(writeFields(waiverFields(), w), w.Origin)
	}))
	add(root, "allow", allowNode(p.Allowances))
}

// add puts a key that has a value.
func add(mapping *yaml.Node, key string, value *yaml.Node) {
	if value != nil {
		put(mapping, key, value)
	}
}

// sequenceOf writes a list; nil for an empty one.
func sequenceOf[T any](items []T, write func(T) *yaml.Node) *yaml.Node {
	if len(items) == 0 {
		return nil
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, item := range items {
		list.Content = append(list.Content, write(item))
	}
	return list
}
