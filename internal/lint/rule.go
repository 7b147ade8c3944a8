package lint

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Profile names a choice of rules.
type Profile string

// The profiles there are.
const (
	// Recommended has the rules that are worth a reader's time on any file.
	Recommended Profile = "recommended"
	// Strict has every rule.
	Strict Profile = "strict"
	// Hadolint reports what hadolint reports, and nothing else.
	Hadolint Profile = "hadolint"
)

// Profiles returns the profiles there are.
func Profiles() []Profile { return []Profile{Recommended, Strict, Hadolint} }

// Rule is one rule of the catalog: what there is to know about it, and its check.
type Rule struct {
	Info gate.RuleInfo
	// Profiles are those in which the rule runs; none means all of them.
	Profiles []Profile
	// Optional are further profiles in which it runs only when the options name a
	// severity for it.
	Optional []Profile
	// Last is true for rules about the comments that silence others: they look
	// when all others have, and only at files with such comments.
	Last bool
	// Check looks at the file of the pass and reports what it finds.
	Check func(*Pass)
}

// runsWith reports whether the rule has a part in a run.
func (r Rule) runsWith(opts Options) bool {
	if len(r.Profiles) == 0 || slices.Contains(r.Profiles, opts.Profile) {
		return true
	}
	if !slices.Contains(r.Optional, opts.Profile) {
		return false
	}
	for name := range opts.Severities {
		if strings.EqualFold(name, r.Info.ID) || slices.ContainsFunc(r.Info.Aliases, func(alias string) bool { return strings.EqualFold(alias, name) }) {
			return true
		}
	}
	return false
}

// Catalog returns the metadata of the rules and of the findings that the
// engine itself makes, sorted by id.
func Catalog(rules []Rule) []gate.RuleInfo {
	infos := []gate.RuleInfo{parseErrorInfo()}
	for _, rule := range rules {
		infos = append(infos, rule.Info)
	}
	slices.SortFunc(infos, func(a, b gate.RuleInfo) int { return strings.Compare(a.ID, b.ID) })
	return infos
}

// Unknown returns those of the ids that name neither a rule nor an alias. Ids
// of ShellCheck are always known.
func Unknown(rules []Rule, ids []string) []string {
	var unknown []string
	infos := Catalog(rules)
	for _, id := range ids {
		known := slices.ContainsFunc(infos, func(info gate.RuleInfo) bool {
			return strings.EqualFold(info.ID, id) ||
				slices.ContainsFunc(info.Aliases, func(alias string) bool { return strings.EqualFold(alias, id) })
		})
		if !known && !isShellCheckID(id) {
			unknown = append(unknown, id)
		}
	}
	return unknown
}

func isShellCheckID(id string) bool {
	return len(id) == 6 && strings.EqualFold(id[:2], "SC") && strings.Trim(id[2:], "0123456789") == ""
}
