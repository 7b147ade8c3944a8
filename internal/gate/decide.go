package gate

import (
	"fmt"
	"slices"
	"time"
)

// Decide holds every change against the policy and sums up. It is pure: the
// same arguments give the same result, and the order of changes and gaps never
// matters. The decisions are sorted by Compare of their findings, and include
// what the policy says about itself (expired and unused waivers).
func Decide(changes []Change, gaps []Gap, policy Policy, now time.Time) ([]Decision, Verdict) {
	return DecideStrictest(changes, gaps, policy, nil, now)
}

// DecideStrictest decides by a policy and by floors beside it: each finding
// gets the strictest action that any of them has for it, and a gap stays open
// unless all of them allow it. What is said about waivers themselves is about
// the policy's own, not about the floors'. Without floors it is Decide.
func DecideStrictest(changes []Change, gaps []Gap, policy Policy, floors []Policy, now time.Time) ([]Decision, Verdict) {
	waivers := newWaiverBook(policy.Waivers, now)
	books := make([]*waiverBook, len(floors))
	for i, floor := range floors {
		books[i] = newWaiverBook(floor.Waivers, now)
	}
	strictest := func(change Change) Decision {
		decision := decideOne(change, policy, waivers)
		for i, floor := range floors {
			if other := decideOne(change, floor, books[i]); other.Action.Stricter(decision.Action) {
				decision = other
			}
		}
		return decision
	}
	decisions := make([]Decision, 0, len(changes))
	for _, change := range changes {
		decisions = append(decisions, strictest(change))
	}
	for _, finding := range waivers.findings() {
		decisions = append(decisions, strictest(Change{Finding: finding, Status: StatusNew}))
	}
	return decisions, Summarize(decisions, gaps, append([]Policy{policy}, floors...)...)
}

func compareDecisions(a, b Decision) int {
	if c := Compare(a.Change.Finding, b.Change.Finding); c != 0 {
		return c
	}
	return slices.Compare([]string{string(a.Change.Status)}, []string{string(b.Change.Status)})
}

func decideOne(change Change, policy Policy, waivers *waiverBook) Decision {
	finding := change.Finding
	if change.Status == StatusFixed {
		return Decision{Change: change, Action: ActionIgnore, Why: "fixed by this change", Origin: "baseline"}
	}
	if waiver, ok := waivers.match(finding); ok {
		why := fmt.Sprintf("waived until %s: %s", waiver.LastDay(), waiver.Reason)
		return Decision{Change: change, Action: ActionWaived, Why: why, Origin: waiver.Origin}
	}
	return decideByThreshold(change, policy)
}

func decideByThreshold(change Change, policy Policy) Decision {
	finding := change.Finding
	severity, called := finding.Severity, finding.Severity.String()
	if severity == SeverityUnknown {
		severity = policy.UnknownAs
		called = fmt.Sprintf("unknown (counts as %s)", severity)
	}
	threshold, ok := policy.Thresholds[finding.Analyzer]
	if !ok {
		return Decision{change, ActionBlock, fmt.Sprintf("no threshold is set for %s findings, so all of them block", finding.Analyzer), "default"}
	}
	if threshold.Never {
		return Decision{change, ActionWarn, fmt.Sprintf("%s findings do not block here", finding.Analyzer), threshold.Origin}
	}
	if severity < threshold.Severity {
		return Decision{change, ActionWarn, fmt.Sprintf("severity %s is below the threshold %s", called, threshold.Severity), threshold.Origin}
	}
	if policy.OnlyFixed && finding.Analyzer == AnalyzerScan && (finding.Fix == nil || finding.Fix.State != FixFixed) {
		return Decision{change, ActionWarn, fmt.Sprintf("severity %s, but no fixed version exists and only fixed ones block", called), policy.OnlyFixedOrigin}
	}
	return Decision{change, ActionBlock, fmt.Sprintf("severity %s is at or above the threshold %s", called, threshold.Severity), threshold.Origin}
}
