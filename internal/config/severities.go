package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// severityWords are the severities that a finding counts as. Unknown is not
// among them: the policy says what that counts as (unknown-as).
func severityWords() []string {
	var words []string
	for _, s := range slices.Backward(gate.Severities()[1:]) {
		words = append(words, s.String())
	}
	return words
}

func parseSeverity(word string) (gate.Severity, error) {
	severity, err := gate.ParseSeverity(strings.TrimSpace(word))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no severity%s", word, didYouMean(word, severityWords()))
	case severity == gate.SeverityUnknown:
		return 0, fmt.Errorf("no finding counts as unknown: unknown-as says which severity an unknown one counts as")
	}
	return severity, nil
}

// severityField is a list of severities, which means exactly these, or one
// comparison. A bare word could mean either and is refused.
func severityField() field[gate.Condition] {
	words := strings.Join(severityWords(), "|")
	return field[gate.Condition]{
		name: "severity", usage: "a list means exactly these severities; or a comparison, as \">=high\"",
		shape: anyOf(
			patternShape(`^\s*(<=|>=|==|<|>|=)\s*(`+words+`)\s*$`),
			shape{"type": "array", "minItems": 1, "items": wordShape(severityWords())},
		),
		read: func(d *document, into *gate.Condition, value *yaml.Node) { into.Severities = d.severities(value) },
		write: func(from *gate.Condition) *yaml.Node {
			var texts []string
			for _, s := range from.Severities {
				texts = append(texts, s.String())
			}
			return listNode(texts)
		},
	}
}

func (d *document) severities(node *yaml.Node) []gate.Severity {
	if node.Kind == yaml.ScalarNode && node.Tag != "!!null" {
		list, err := compareSeverities(node.Value)
		if err != nil {
			d.fail(node, "severity: %v", err)
		}
		return list
	}
	var list []gate.Severity
	for _, item := range d.some(node, "severity") {
		word, ok := d.text(item, "a severity")
		if !ok {
			continue
		}
		severity, err := parseSeverity(word)
		if op, _ := cutOperator(word); op != "" {
			err = fmt.Errorf("a list means exactly its severities: write the comparison %q without the list", word)
		}
		if err != nil {
			d.fail(item, "severity: %v", err)
			continue
		}
		list = append(list, severity)
	}
	return list
}

// compareSeverities gives the severities for which a comparison holds.
func compareSeverities(text string) ([]gate.Severity, error) {
	op, word := cutOperator(text)
	bar, err := parseSeverity(word)
	if err != nil {
		return nil, err
	}
	if op == "" {
		return nil, fmt.Errorf("%q alone is ambiguous: write \">=%s\" for it and worse, or [%s] for exactly it", text, bar, bar)
	}
	list := slices.DeleteFunc(gate.Severities()[1:], func(s gate.Severity) bool {
		switch op {
		case "<":
			return s >= bar
		case "<=":
			return s > bar
		case ">":
			return s <= bar
		case ">=":
			return s < bar
		}
		return s != bar
	})
	if len(list) == 0 {
		return nil, fmt.Errorf("no severity is %s %s", op, bar)
	}
	return list, nil
}
