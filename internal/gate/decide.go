package gate

import (
	"cmp"
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
	judge := newJudge(policy, now)
	decisions := judge.all(changes)
	for _, finding := range judge.waivers.findings() {
		change := Change{Finding: finding, Status: StatusNew}
		changes = append(slices.Clip(changes), change)
		decisions = append(decisions, judge.one(change))
	}
	judge.finish(decisions)
	for _, floor := range floors {
		other := newJudge(floor, now)
		others := other.all(changes)
		other.finish(others)
		for i, d := range others {
			if d.Action.Stricter(decisions[i].Action) && (d.Action == ActionBlock || !floor.OnlyBlocks) {
				decisions[i] = d
			}
		}
	}
	return decisions, Summarize(decisions, gaps, append([]Policy{policy}, floors...)...)
}

func compareDecisions(a, b Decision) int {
	return cmp.Or(
		CompareChanges(a.Change, b.Change),
		cmp.Compare(a.Action, b.Action), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Origin, b.Origin),
	)
}

// judge decides by one policy.
type judge struct {
	policy  Policy
	rules   []Rule
	waivers *waiverBook
	now     time.Time
}

func newJudge(policy Policy, now time.Time) *judge {
	return &judge{policy: policy, rules: policy.Expanded(), waivers: newWaiverBook(policy, now), now: now}
}

func (j *judge) all(changes []Change) []Decision {
	decisions := make([]Decision, len(changes))
	for i, change := range changes {
		decisions[i] = j.one(change)
	}
	return decisions
}

// one decides about one change, apart from budgets and mode.
func (j *judge) one(change Change) Decision {
	finding := change.Finding
	if change.Status == StatusFixed {
		return Decision{Change: change, Action: ActionIgnore, Why: "fixed by this change", Origin: "baseline"}
	}
	if waiver, ok := j.waivers.match(finding); ok {
		why := fmt.Sprintf("waived until %s: %s", waiver.LastDay(), waiver.Reason)
		return Decision{Change: change, Action: ActionWaived, Why: why, Origin: waiver.Origin}
	}
	// They stand in the order of their weight: the first one counts, also
	// where it says that the finding is one.
	about := func(s Statement) bool { return s.isAbout(finding) }
	if i := slices.IndexFunc(j.policy.Statements, about); i >= 0 && j.policy.Statements[i].excuses() {
		statement := j.policy.Statements[i]
		return Decision{Change: change, Action: ActionIgnore, Why: statement.why(), Origin: statement.Origin}
	}
	return j.byRule(j.candidate(change))
}

func (j *judge) candidate(change Change) candidate {
	f := candidate{Change: change, severity: change.Finding.Severity, now: j.now}
	if f.severity == SeverityUnknown {
		f.severity = j.policy.UnknownAs
	}
	return f
}

// byRule finds the first rule that is about the finding. What is not known
// speaks for a rule that blocks and against any other.
func (j *judge) byRule(f candidate) Decision {
	for _, rule := range j.rules {
		holds := rule.When.match(f)
		if holds == yes || holds == maybe && rule.Action == ActionBlock {
			return Decision{Change: f.Change, Action: rule.Action, Rule: rule.Name, Why: rule.why(f), Origin: rule.Origin}
		}
	}
	return Decision{Change: f.Change, Action: ActionBlock, Why: "no rule is about it, so it blocks", Origin: OriginDefault}
}

// finish applies what needs all decisions: the budgets, and then the mode.
func (j *judge) finish(decisions []Decision) {
	for _, budget := range j.policy.Budgets {
		j.spend(budget, decisions)
	}
	if j.policy.Mode != ModeWarn {
		return
	}
	for i := range decisions {
		if d := &decisions[i]; d.Action == ActionBlock {
			d.Action, d.WouldBlock = ActionWarn, true
			d.Why += " (it would block, but the mode is warn)"
		}
	}
}

// spend counts what a budget is about and is neither waived nor ignored; when
// there is too much, all of it blocks. What blocks anyway counts too: otherwise
// a stricter rule could bring the rest back within the budget. What is found on
// several platforms counts once.
func (j *judge) spend(budget Budget, decisions []Decision) {
	var spent []int
	counted := map[Key]bool{}
	for i, d := range decisions {
		if (d.Action != ActionWarn && d.Action != ActionBlock) || budget.When.match(j.candidate(d.Change)) == no {
			continue
		}
		key := KeyOf(d.Change.Finding)
		key.Subject += "\x00" + d.Change.Finding.pkg().Version
		counted[key] = true
		if d.Action == ActionWarn {
			spent = append(spent, i)
		}
	}
	if len(counted) <= budget.Max {
		return
	}
	for _, i := range spent {
		decisions[i].Action, decisions[i].Rule, decisions[i].Origin = ActionBlock, budget.Name, budget.Origin
		decisions[i].Why = fmt.Sprintf("there are %d such findings, and the budget %s allows %d", len(counted), budget.called(), budget.Max)
	}
}

func (b Budget) called() string {
	if b.Name == "" {
		return "of the policy"
	}
	return fmt.Sprintf("%q", b.Name)
}
