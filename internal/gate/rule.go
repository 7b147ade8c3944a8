package gate

import (
	"cmp"
	"slices"
)

// RuleInfo is the metadata of a rule, apart from its code, so that
// configuration, documentation and SARIF can speak of rules without importing
// the catalog.
type RuleInfo struct {
	ID string `json:"id"`
	// Title is one line, without a full stop.
	Title string `json:"title"`
	// Why says what goes wrong; Fix says what to do instead. Both are
	// Markdown-free text of a few sentences.
	Why      string   `json:"why"`
	Fix      string   `json:"fix"`
	Severity Severity `json:"severity"`
	// Aliases are all aliases that findings of this rule may carry, sorted.
	Aliases []string `json:"aliases,omitempty"`
	// Tags are families: CIS 4.1, OWASP D01, CWE-250; sorted.
	Tags []string `json:"tags,omitempty"`
	URL  string   `json:"url,omitempty"`
}

// RulesOf returns the descriptions of the rules that the decisions name,
// sorted by id, once each. Where several describe one id, the most severe is
// taken; a rule that nobody describes gets its findings' own words.
func RulesOf(decisions []Decision, infos []RuleInfo) []RuleInfo {
	described := map[string]RuleInfo{}
	for _, info := range infos {
		if known, ok := described[info.ID]; !ok || compareInfo(info, known) > 0 {
			described[info.ID] = info
		}
	}
	named := map[string]RuleInfo{}
	for _, d := range decisions {
		f := d.Change.Finding
		info, ok := described[f.Rule]
		if !ok {
			info = RuleInfo{ID: f.Rule, Title: f.Rule, Why: f.Message, Fix: "See the finding.", Severity: f.Severity, Aliases: f.Aliases, Tags: f.Tags}
		}
		named[f.Rule] = info
	}
	rules := make([]RuleInfo, 0, len(named))
	for _, info := range named {
		rules = append(rules, info)
	}
	slices.SortFunc(rules, func(a, b RuleInfo) int { return cmp.Compare(a.ID, b.ID) })
	return rules
}

// compareInfo orders descriptions of one id, so that the choice between two
// does not depend on which came first.
func compareInfo(a, b RuleInfo) int {
	return cmp.Or(
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(len(a.Why), len(b.Why)),
		cmp.Compare(a.Why, b.Why), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Fix, b.Fix),
		slices.Compare(a.Aliases, b.Aliases), slices.Compare(a.Tags, b.Tags), cmp.Compare(a.URL, b.URL),
	)
}
