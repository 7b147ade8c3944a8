package check

import (
	"reflect"
	"slices"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// lintPlans are the ways in which a Dockerfile is linted: as the plan says and,
// where the base of a pull request or the organisation says it otherwise, as
// they say too. What a pull request switches off is then still found.
func (r *run) lintPlans() []gate.LintPlan {
	plans := []gate.LintPlan{r.plan.Lint}
	add := func(plan gate.LintPlan) {
		if !slices.ContainsFunc(plans, func(p gate.LintPlan) bool { return reflect.DeepEqual(p, plan) }) {
			plans = append(plans, plan)
		}
	}
	if floor := r.plan.Floor; floor != nil && len(floor.Base.Files) > 0 {
		add(floor.Lint)
	}
	if organisation := r.plan.Organisation; organisation != nil && organisation.Source != "" {
		add(organisation.Lint)
	}
	return slices.DeleteFunc(plans, func(p gate.LintPlan) bool { return p.Off })
}

// joinLint makes one analysis of several of the same file: a fault that more
// than one reports is there once, with the highest severity that any gives it.
func joinLint(analyses []gate.Analysis) gate.Analysis {
	joined := analyses[0]
	for _, other := range analyses[1:] {
		for _, f := range other.Findings {
			i := slices.IndexFunc(joined.Findings, func(g gate.Finding) bool { return sameFault(f, g) })
			switch {
			case i < 0:
				joined.Findings = append(joined.Findings, f)
			case f.Severity > joined.Findings[i].Severity:
				joined.Findings[i] = f
			}
		}
		joined.Rules = append(joined.Rules, other.Rules...)
		for _, note := range other.Notes {
			if !slices.Contains(joined.Notes, note) {
				joined.Notes = append(joined.Notes, note)
			}
		}
		for _, gap := range other.Gaps {
			if !slices.ContainsFunc(joined.Gaps, func(g gate.Gap) bool { return reflect.DeepEqual(g, gap) }) {
				joined.Gaps = append(joined.Gaps, gap)
			}
		}
	}
	gate.SortFindings(joined.Findings)
	return joined
}

func sameFault(a, b gate.Finding) bool {
	return a.Rule == b.Rule && a.Location == b.Location && a.Message == b.Message && slices.Equal(a.Aliases, b.Aliases)
}

// stricterAge is the smaller of two limits; 0 is no limit.
func stricterAge(a, b time.Duration) time.Duration {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}
