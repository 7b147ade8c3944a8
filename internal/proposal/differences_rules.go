package proposal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// decided tells how two policies differ in what decides beside thresholds.
func decided(base, head gate.Policy) []string {
	told := slices.Concat(
		listed("rule", numbered(base.Rules), numbered(head.Rules), ruleKey, ruleWords),
		listed("budget", base.Budgets, head.Budgets, budgetKey, budgetWords),
		listed("grace", base.Grace, head.Grace, graceKey, graceWords),
		listed("package rule", base.Packages, head.Packages, packageWords, packageWords),
		listed("VEX document", base.VEX, head.VEX, documentPath, documentWords),
	)
	if order(base.Rules, head.Rules) {
		told = append(told, "the rules stand in another order")
	}
	for _, row := range []struct {
		name       string
		base, head any
	}{
		{"licenses", withoutOrigins(base.Licenses), withoutOrigins(head.Licenses)},
		{"bars of single images", withoutOrigins(base.Overrides), withoutOrigins(head.Overrides)},
		{"waiver-terms", withoutOrigins(base.WaiverTerms), withoutOrigins(head.WaiverTerms)},
		{"vex-signers", signerWords(base.VEXSigners), signerWords(head.VEXSigners)},
	} {
		if !reflect.DeepEqual(row.base, row.head) {
			told = append(told, row.name+" differ")
		}
	}
	return told
}

// numberedRule is a rule with a name to know it by: its own, or its number.
type numberedRule struct {
	gate.Rule
	known string
}

func numbered(rules []gate.Rule) []numberedRule {
	list := make([]numberedRule, len(rules))
	for i, rule := range rules {
		known := fmt.Sprintf("%q", rule.Name)
		if rule.Name == "" {
			known = fmt.Sprintf("number %d", i+1)
		}
		list[i] = numberedRule{rule, known}
	}
	return list
}

func ruleKey(r numberedRule) string { return r.known }

func ruleWords(r numberedRule) string {
	words := fmt.Sprintf("%s: %s when %s", r.known, r.Action, conditionWords(r.When))
	if r.Reason != "" {
		words += ", reason: " + r.Reason
	}
	return words
}

// order reports whether rules that both policies have changed places, which
// changes what the first one is.
func order(base, head []gate.Rule) bool {
	names := func(rules, others []gate.Rule) []string {
		var list []string
		for _, rule := range rules {
			if rule.Name != "" && slices.ContainsFunc(others, func(other gate.Rule) bool { return other.Name == rule.Name }) {
				list = append(list, rule.Name)
			}
		}
		return list
	}
	return !slices.Equal(names(base, head), names(head, base))
}

// conditionWords is a condition as JSON, which says all of it on one line.
func conditionWords(c gate.Condition) string {
	text, err := json.Marshal(c)
	if err != nil || string(text) == "{}" {
		return "anything"
	}
	return string(text)
}

func budgetKey(b gate.Budget) string { return b.Name + "\x00" + conditionWords(b.When) }

func budgetWords(b gate.Budget) string {
	return fmt.Sprintf("at most %d of %s", b.Max, conditionWords(b.When))
}

func graceKey(g gate.Grace) string { return g.Severity.String() }

func graceWords(g gate.Grace) string { return fmt.Sprintf("%d days for %s", g.Days, g.Severity) }

func packageWords(p gate.PackageRule) string {
	p.Origin = ""
	text, err := json.Marshal(p)
	if err != nil {
		return p.Name
	}
	return string(text)
}

func documentPath(d gate.Document) string { return d.Path }

// documentWords tells a document by what is in it, so that an edit of it is one.
func documentWords(d gate.Document) string {
	return fmt.Sprintf("%s (%d bytes, %s)", d.Path, len(d.Content), fingerprint(d.Content))
}

func signerWords(signers []gate.Signer) []string {
	var list []string
	for _, s := range signers {
		list = append(list, fmt.Sprintf("%s %s %s %s", s.Path, s.Issuer, s.Subject, fingerprint(s.Key)))
	}
	return list
}
