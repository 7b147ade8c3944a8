package check

import (
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

// relevant returns the policy without the waivers that this run can't use: a
// waiver for an image that is not examined, for a lint rule where nothing is
// linted, or for a vulnerability where nothing is scanned, is not "unused".
func relevant(policy gate.Policy, images []string, linted, scanned bool, rules []lint.Rule) gate.Policy {
	policy.Waivers = slices.DeleteFunc(slices.Clone(policy.Waivers), func(w gate.Waiver) bool {
		if w.Image != "" && !slices.Contains(images, w.Image) {
			return true
		}
		if len(lint.Unknown(rules, []string{w.ID})) == 0 {
			return !linted
		}
		return !scanned
	})
	return policy
}

// unjudged is the policy of a run that left images out: what may be waived in
// those is not known, so that no waiver is called unused.
func unjudged(policy gate.Policy, partly bool) gate.Policy {
	if !partly {
		return policy
	}
	policy.Waivers = slices.Clone(policy.Waivers)
	for i := range policy.Waivers {
		policy.Waivers[i].Partly = true
	}
	return policy
}

// checkIgnored refuses a name of the ignore list that no rule has: a misspelt
// one would ignore nothing, and nobody would notice.
func checkIgnored(plan gate.LintPlan, rules []lint.Rule) error {
	unknown := lint.Unknown(rules, plan.Ignore)
	if len(unknown) == 0 {
		return nil
	}
	return &InputError{Message: fmt.Sprintf("ignore: no lint rule is called %q: see docs/rules/README.md for the ids and aliases", unknown[0])}
}
