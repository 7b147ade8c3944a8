package scan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// maxWhy is how many characters of a description a rule carries; findings
// carry all of it.
const maxWhy = 2000

// rulesOf describes each advisory that the findings name, once, sorted by id.
func rulesOf(findings []gate.Finding) []gate.RuleInfo {
	byID := map[string][]gate.Finding{}
	for _, f := range findings {
		byID[f.Rule] = append(byID[f.Rule], f)
	}
	rules := make([]gate.RuleInfo, 0, len(byID))
	for id, of := range byID {
		rules = append(rules, ruleOf(id, of))
	}
	slices.SortFunc(rules, func(a, b gate.RuleInfo) int { return cmp.Compare(a.ID, b.ID) })
	return rules
}

// ruleOf joins what the findings of one advisory say.
func ruleOf(id string, findings []gate.Finding) gate.RuleInfo {
	rule := gate.RuleInfo{ID: id}
	var names, fixes []string
	for _, f := range findings {
		names = append(names, f.Package.Name)
		fixes = append(fixes, fixText(f))
		rule.Severity = max(rule.Severity, f.Severity)
		rule.Aliases = append(rule.Aliases, f.Aliases...)
		rule.Tags = append(rule.Tags, f.Tags...)
		if rule.Why == "" {
			rule.Why = shorten(f.Advisory.Description, maxWhy)
		}
		if rule.URL == "" && len(f.Advisory.URLs) > 0 {
			rule.URL = f.Advisory.URLs[0]
		}
	}
	rule.Aliases, rule.Tags = sortedSet(rule.Aliases), sortedSet(rule.Tags)
	rule.Title = id + " in " + some(sortedSet(names))
	rule.Fix = strings.Join(sortedSet(fixes), " ")
	if rule.Why == "" {
		rule.Why = "The vulnerability database has no description of it."
	}
	return rule
}

// some lists the first few of many.
func some(names []string) string {
	const shown = 3
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}

// fixText says what to do about one finding.
func fixText(f gate.Finding) string {
	switch {
	case f.Fix.State == gate.FixFixed && len(f.Fix.Versions) > 0:
		return fmt.Sprintf("Update %s to %s or later.", f.Package.Name, strings.Join(f.Fix.Versions, " or "))
	case f.Fix.State == gate.FixWontFix:
		return fmt.Sprintf("The vendor will not fix %s: replace it, or accept the risk with a waiver.", f.Package.Name)
	case f.Fix.State == gate.FixNotFixed:
		return fmt.Sprintf("There is no fixed version of %s yet.", f.Package.Name)
	}
	return fmt.Sprintf("The database does not say whether %s is fixed.", f.Package.Name)
}

// shorten cuts a text after a number of characters.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}
