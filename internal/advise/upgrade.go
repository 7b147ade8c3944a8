package advise

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// affected is a package with the findings that block in it, in one place.
type affected struct {
	findings []gate.Finding
	line     int
}

// note remembers the first line of those that are known.
func (a *affected) note(line int) {
	if line > 0 && (a.line == 0 || line < a.line) {
		a.line = line
	}
}

// upgrade finds the version to take.
func (a *affected) upgrade(ctx context.Context, asked *asker) (Upgrade, error) {
	gate.SortFindings(a.findings)
	u := Upgrade{Package: a.about(), Line: a.line}
	for _, f := range a.findings {
		if f.Source != gate.SourceContext {
			u.Files, u.Base = append(u.Files, f.Paths...), u.Base || f.Location.Base
		}
	}
	u.Files = sortedSet(u.Files)
	now := a.rules()
	left := now
	for _, version := range a.versions() {
		blocking, err := asked.blocks(ctx, a.findings[0], version)
		if err != nil {
			return Upgrade{}, err
		}
		if still := a.named(blocking); len(still) < len(left) {
			u.To, left = version, still
		}
		if len(left) <= a.unfixed() {
			break
		}
	}
	for _, id := range now {
		if !slices.Contains(left, id) {
			u.Clears = append(u.Clears, id)
		}
	}
	for _, id := range left {
		u.Left = append(u.Left, Leftover{ID: id, Why: a.why(id, u.To)})
	}
	return u, nil
}

// about is the package, with the closest relation that any finding tells.
func (a *affected) about() gate.Package {
	about := *a.findings[0].Package
	for _, f := range a.findings {
		if f.Package.Relation == gate.RelationDirect || about.Relation == "" {
			about.Relation = f.Package.Relation
		}
	}
	return about
}

// rules are the findings' own ids, sorted.
func (a *affected) rules() []string {
	var out []string
	for _, f := range a.findings {
		out = append(out, f.Rule)
	}
	return sortedSet(out)
}

// named are ids by the findings' own names; those that no finding goes by stay.
func (a *affected) named(ids []string) []string {
	var out []string
	for _, id := range ids {
		if f, ok := a.find(id); ok {
			id = f.Rule
		}
		out = append(out, id)
	}
	return sortedSet(out)
}

func (a *affected) find(id string) (gate.Finding, bool) {
	at := slices.IndexFunc(a.findings, func(f gate.Finding) bool { return f.Is(id) })
	if at < 0 {
		return gate.Finding{}, false
	}
	return a.findings[at], true
}

// unfixed counts the ids that no later version is named for.
func (a *affected) unfixed() int {
	var out []string
	for _, f := range a.findings {
		if len(laterFixes(f)) == 0 {
			out = append(out, f.Rule)
		}
	}
	return len(sortedSet(out))
}

// versions are those to try, the least first: all that are named as fixed, from
// the first at which every finding that has a fix may be gone.
func (a *affected) versions() []string {
	var all []string
	least, kind := "", a.findings[0].Package.Type
	for _, f := range a.findings {
		fixes := laterFixes(f)
		if len(fixes) == 0 {
			continue
		}
		all = append(all, fixes...)
		if least == "" || gate.CompareVersions(kind, fixes[0], least) > 0 {
			least = fixes[0]
		}
	}
	all = slices.DeleteFunc(all, func(v string) bool { return gate.CompareVersions(kind, v, least) < 0 })
	slices.SortFunc(all, byVersion(kind))
	return slices.Compact(all)
}

// laterFixes are the versions that are named as fixed and are later than the
// present one, the least first.
func laterFixes(f gate.Finding) []string {
	if f.Fix == nil {
		return nil
	}
	fixes := slices.DeleteFunc(slices.Clone(f.Fix.Versions), func(v string) bool {
		return v == "" || gate.CompareVersions(f.Package.Type, v, f.Package.Version) <= 0
	})
	slices.SortFunc(fixes, byVersion(f.Package.Type))
	return fixes
}

func byVersion(kind string) func(a, b string) int {
	return func(a, b string) int { return cmp.Or(gate.CompareVersions(kind, a, b), strings.Compare(a, b)) }
}

// why says why an id is left after the upgrade, or without one.
func (a *affected) why(id, to string) string {
	f, known := a.find(id)
	switch {
	case !known:
		return fmt.Sprintf("it comes with %s", to)
	case f.Fix != nil && f.Fix.State == gate.FixWontFix:
		return "the vendor will not fix it"
	case f.Fix == nil || len(f.Fix.Versions) == 0:
		return "there is no fixed version yet"
	case len(laterFixes(f)) == 0:
		return fmt.Sprintf("it is named as fixed in %s, which is not later than %s", strings.Join(f.Fix.Versions, ", "), f.Package.Version)
	default:
		return fmt.Sprintf("as much blocks in the versions that fix it (%s)", strings.Join(laterFixes(f), ", "))
	}
}
