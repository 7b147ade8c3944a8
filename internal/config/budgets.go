package config

import (
	"cmp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// mostTolerated is the largest budget: more is no budget.
const mostTolerated = 1_000_000

// total is the key of max that counts all vulnerabilities.
const total = "total"

func budgetFields() []field[gate.Budget] {
	return []field[gate.Budget]{
		textField("name", "what the budget is called in reports", func(b *gate.Budget) *string { return &b.Name }, nil),
		{
			name: "max", usage: "how many such findings are only warned about; with one more all of them block", shape: numberShape(mostTolerated),
			read: func(d *document, into *gate.Budget, value *yaml.Node) {
				into.Max, _ = d.number(value, "max", mostTolerated)
			},
			write: func(from *gate.Budget) *yaml.Node { return numberNode(from.Max) },
		},
		textField("reason", "why, for the reader of the policy", func(b *gate.Budget) *string { return &b.Reason }, nil),
		whenField(func(b *gate.Budget) *gate.Condition { return &b.When }),
	}
}

// budget reads one entry of budgets.
func (f *policyFile) budget(d *document, item *yaml.Node) {
	budget := gate.Budget{Max: -1, Origin: d.origin(item)}
	if !fill(d, item, "a budget", budgetFields(), &budget) {
		return
	}
	if budget.Max < 0 {
		d.fail(item, "a budget needs max: how many findings may be tolerated")
		return
	}
	f.budgets = append(f.budgets, budget)
}

// tolerate reads max, the short form of budgets: how many vulnerabilities of a
// severity are tolerated, and how many at all.
func (f *policyFile) tolerate(d *document, node *yaml.Node) {
	f.max = map[string]gate.Budget{}
	d.keys(node, "max", append(severityWords(), total), func(word string, key, value *yaml.Node) {
		n, ok := d.number(value, "max."+word, mostTolerated)
		if !ok {
			return
		}
		budget := gate.Budget{Name: "max " + word, Max: n, Origin: d.origin(key)}
		budget.When.Analyzers = []gate.Analyzer{gate.AnalyzerScan}
		if word != total {
			severity, _ := gate.ParseSeverity(word)
			budget.When.Severities = []gate.Severity{severity}
		}
		f.max[word] = budget
	})
}

// allBudgets are those of max, worst first, and the file's own.
func (f *policyFile) allBudgets() []gate.Budget {
	var budgets []gate.Budget
	for _, word := range append(severityWords(), total) {
		if budget, ok := f.max[word]; ok {
			budgets = append(budgets, budget)
		}
	}
	return append(budgets, f.budgets...)
}

// giveGrace reads grace: the days that a severity has until it blocks.
func (f *policyFile) giveGrace(d *document, node *yaml.Node) {
	f.grace = map[gate.Severity]gate.Grace{}
	d.keys(node, "grace", severityWords(), func(word string, key, value *yaml.Node) {
		text, ok := d.text(value, "grace."+word)
		if !ok {
			return
		}
		n, err := parseDays(text)
		if err != nil {
			d.fail(value, "grace.%s: %v", word, err)
			return
		}
		severity, _ := gate.ParseSeverity(word)
		f.grace[severity] = gate.Grace{Severity: severity, Days: int(n), Origin: d.origin(key)}
	})
}

// allGrace is what grace says, worst severity first.
func (f *policyFile) allGrace() []gate.Grace {
	var list []gate.Grace
	for _, g := range f.grace {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b gate.Grace) int { return cmp.Compare(b.Severity, a.Severity) })
	return list
}

func graceShape() shape {
	return bySeverity(anyOf(numberShape(mostDays), patternShape(`^[0-9]{1,5}[dw]?$`)), severityWords())
}

func maxShape() shape {
	return bySeverity(numberShape(mostTolerated), append(severityWords(), total))
}

func bySeverity(value shape, words []string) shape {
	properties := shape{}
	for _, word := range words {
		properties[word] = value
	}
	return shape{"type": "object", "additionalProperties": false, "properties": properties}
}
