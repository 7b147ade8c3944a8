package report

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// ruleTags are the families of a rule and its other names, in the order of
// their worth: code scanning shows the first ten.
func ruleTags(info gate.RuleInfo, findings []gate.Finding, names []string) []string {
	var families, cwes []string
	add := func(tags []string) {
		for _, tag := range tags {
			if cwe := cweTag(tag); cwe != "" {
				cwes = append(cwes, cwe)
			} else {
				families = append(families, plain.Word(tag))
			}
		}
	}
	add(info.Tags)
	scan := false
	for _, f := range findings {
		add(f.Tags)
		scan = scan || f.Analyzer == gate.AnalyzerScan
		if f.Advisory == nil {
			continue
		}
		for _, cwe := range f.Advisory.CWEs {
			cwes = append(cwes, cweTag(cwe)) // NVD-CWE-noinfo says nothing
		}
	}
	var kind []string
	cwes = distinct(cwes)
	switch {
	case scan:
		kind = []string{"security", "vulnerability"}
	case len(cwes) > 0:
		kind = []string{"security"}
	}
	return distinct(slices.Concat(kind, cwes, families, names))
}

// cweTag is a weakness as code scanning writes it: external/cwe/cwe-079 for
// CWE-79; empty for anything else.
func cweTag(name string) string {
	const digits, most = 3, 6
	number, ok := strings.CutPrefix(strings.ToUpper(name), "CWE-")
	if !ok || number == "" || len(number) > most || strings.Trim(number, "0123456789") != "" {
		return ""
	}
	return "external/cwe/cwe-" + strings.Repeat("0", max(0, digits-len(number))) + number
}

func isSecurity(tag string) bool { return tag == "security" }

// otherNames are the names of a rule beside its id, sorted, at most twenty.
func otherNames(id string, info gate.RuleInfo, findings []gate.Finding) []string {
	const most = 20
	seen := map[string]bool{}
	add := func(names []string) {
		for _, name := range names {
			seen[plain.Word(name)] = true
		}
	}
	add(info.Aliases)
	for _, f := range findings {
		add(f.Names())
	}
	delete(seen, "")
	delete(seen, plain.Word(id))
	return upTo(sortedKeys(seen), most)
}
