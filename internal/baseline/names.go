package baseline

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// names knows which rule ids are one fault, over all findings that it was shown:
// a base that knew a GHSA only and a head that knows the GHSA and its CVE speak
// of the same. What each analyzer says of names counts for its own findings
// alone, so that a report of another scanner can't make two vulnerabilities one.
type names struct {
	// parent leads from a name to a smaller one of the same fault.
	parent map[string]string
}

func newNames() names { return names{parent: map[string]string{}} }

// closed reports whether the findings of an analyzer go by their aliases. A lint
// rule has one id, and its aliases are other tools' words for it.
func closed(analyzer gate.Analyzer) bool {
	return analyzer == gate.AnalyzerScan || analyzer == gate.AnalyzerForeign
}

// learn takes in the names of one finding.
func (n names) learn(analyzer gate.Analyzer, all []string) {
	if !closed(analyzer) || len(all) == 0 {
		return
	}
	first := spaced(analyzer, all[0])
	for _, name := range linking(all)[1:] {
		n.join(first, spaced(analyzer, name))
	}
}

// linking returns the names that are one fault, the rule first. A distributor's
// advisory often lists many CVEs, which do not become one vulnerability by it:
// of the CVEs only the first counts, as in gate.KeyOf.
func linking(all []string) []string {
	kept := []string{all[0]}
	first := ""
	for _, name := range all {
		switch {
		case !strings.HasPrefix(name, "CVE-"):
			kept = append(kept, name)
		case first == "" || name < first:
			first = name
		}
	}
	if first != "" {
		kept = append(kept, first)
	}
	return kept
}

// class returns one word for the fault that a rule names.
func (n names) class(analyzer gate.Analyzer, rule string) string {
	if !closed(analyzer) {
		return rule
	}
	return n.root(spaced(analyzer, rule))
}

func (n names) join(a, b string) {
	a, b = n.root(a), n.root(b)
	if a != b {
		n.parent[max(a, b)] = min(a, b)
	}
}

// root follows a name to the smallest of its fault, which is the same in
// whatever order the names were joined, and shortens the way for the next time.
func (n names) root(name string) string {
	top := name
	for next, ok := n.parent[top]; ok; next, ok = n.parent[top] {
		top = next
	}
	for name != top {
		name, n.parent[name] = n.parent[name], top
	}
	return top
}

// spaced keeps the names of analyzers apart, and their case out of it.
func spaced(analyzer gate.Analyzer, name string) string {
	return string(analyzer) + "\x00" + strings.ToUpper(valid(name))
}

// distinctNames returns the names of a finding, sorted and once each.
func distinctNames(f gate.Finding) []string {
	all := f.Names()
	for i, name := range all {
		all[i] = valid(name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// valid replaces what is not UTF-8 as JSON does, so that a key is the same
// before it was written and after.
func valid(text string) string { return string([]rune(text)) }
