package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Summarize sorts the decisions, counts them and says whether the whole passes.
// A gap is allowed only where every one of the policies allows it; without a
// policy none is.
func Summarize(decisions []Decision, gaps []Gap, policies ...Policy) Verdict {
	slices.SortStableFunc(decisions, compareDecisions)
	open, allowed := splitGaps(gaps, policies)
	v := Verdict{
		Complete: len(open) == 0, Gaps: open, Allowed: allowed,
		Severities: map[Severity]int{}, Analyzers: map[Analyzer]int{},
	}
	for _, s := range Severities() {
		v.Severities[s] = 0
	}
	for _, d := range decisions {
		v.count(d)
	}
	v.Outcome = Pass
	if v.Blocked > 0 || !v.Complete {
		v.Outcome = Fail
	}
	v.Reasons = v.reasons()
	return v
}

func (v *Verdict) count(d Decision) {
	if d.Change.Status == StatusFixed {
		v.Fixed++
		return
	}
	v.Severities[d.Change.Finding.Severity]++
	if d.Change.Status == StatusNew {
		v.New++
	}
	switch d.Action {
	case ActionBlock:
		v.Blocked++
		v.Analyzers[d.Change.Finding.Analyzer]++
	case ActionWarn:
		v.Warned++
		if d.WouldBlock {
			v.WouldBlock++
		}
	case ActionIgnore:
		v.Ignored++
	case ActionWaived:
		v.Waived++
	}
}

func (v *Verdict) reasons() []string {
	reasons := []string{}
	analyzers := make([]Analyzer, 0, len(v.Analyzers))
	for a := range v.Analyzers {
		analyzers = append(analyzers, a)
	}
	slices.Sort(analyzers)
	for _, a := range analyzers {
		noun := "findings block"
		if v.Analyzers[a] == 1 {
			noun = "finding blocks"
		}
		reasons = append(reasons, fmt.Sprintf("%d %s %s", v.Analyzers[a], a, noun))
	}
	for _, g := range v.Gaps {
		reasons = append(reasons, "incomplete: "+g.Message)
	}
	return reasons
}

// splitGaps divides the gaps into those that stay open and those that all policies allow.
func splitGaps(gaps []Gap, policies []Policy) (open, allowed []Gap) {
	open = []Gap{}
	for _, g := range gaps {
		rest := whatIsLeft(g, policies)
		if rest == nil {
			allowed = append(allowed, g)
			continue
		}
		open = append(open, *rest)
	}
	slices.SortStableFunc(open, compareGaps)
	slices.SortStableFunc(allowed, compareGaps)
	return open, allowed
}

// allowable are the guards that a policy may waive. The others mean that gate
// has no result at all, which no policy can turn into one.
var allowable = [...]Guard{GuardUnknownDistro, GuardDistroEOL, GuardUnidentified, GuardUnreadable, GuardNoPackages, GuardParse}

// Allowable reports whether a policy may allow gaps of this guard.
func Allowable(guard Guard) bool { return slices.Contains(allowable[:], guard) }

// AllowableGuards returns the guards that a policy may allow.
func AllowableGuards() []Guard { return slices.Clone(allowable[:]) }

// whatIsLeft returns the part of a gap that some policy does not allow, or nil.
func whatIsLeft(g Gap, policies []Policy) *Gap {
	if len(policies) == 0 {
		return &g
	}
	open := map[string]bool{}
	closed := true
	for _, policy := range policies {
		rest := applyAllowances(g, policy.Allowances)
		if rest == nil {
			continue
		}
		closed = false
		for _, p := range rest.Paths {
			open[p] = true
		}
	}
	if closed {
		return nil
	}
	g.Paths = slices.DeleteFunc(slices.Clone(g.Paths), func(p string) bool { return !open[p] })
	return &g
}

// applyAllowances returns what is left of a gap, or nil when nothing is.
func applyAllowances(g Gap, allowances []Allowance) *Gap {
	if !Allowable(g.Guard) {
		return &g
	}
	left := slices.Clone(g.Paths)
	for _, a := range allowances {
		if a.Guard != g.Guard || (a.Image != "" && a.Image != g.Image) {
			continue
		}
		if len(a.Paths) == 0 {
			return nil
		}
		left = slices.DeleteFunc(left, func(p string) bool {
			return slices.ContainsFunc(a.Paths, func(pattern string) bool { return matchPath(pattern, p) })
		})
	}
	if len(g.Paths) > 0 && len(left) == 0 {
		return nil
	}
	g.Paths = left
	return &g
}

func compareGaps(a, b Gap) int {
	return cmp.Or(
		cmp.Compare(a.Guard, b.Guard), cmp.Compare(a.Image, b.Image),
		cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Analyzer, b.Analyzer),
		strings.Compare(a.Message, b.Message), cmp.Compare(a.Next, b.Next),
	)
}
