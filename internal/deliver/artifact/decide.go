package artifact

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// stated is a finding as the jobs' reports have it: how often, and the
// strictest that any of them says of it.
type stated struct {
	decision gate.Decision
	times    int
}

// decide fills in decisions and verdict.
func decide(merged *gate.Report, artifacts []Artifact, floors []gate.Policy, missing []gate.Gap, now time.Time) {
	known, changes := collect(artifacts)
	gaps := missing
	for _, a := range merged.Analyses {
		gaps = append(gaps, a.Gaps...)
	}
	decisions, verdict := gate.DecideStrictest(changes, gaps, merged.Policy, floors, now)
	for i, d := range decisions {
		if s, ok := known[keyOf(d.Change)]; ok && s.decision.Action.Stricter(d.Action) {
			decisions[i].Action, decisions[i].Origin = s.decision.Action, s.decision.Origin
			decisions[i].Why = s.decision.Why + " (so its own job decided)"
		}
	}
	open := verdict.Gaps
	for _, a := range artifacts {
		open = append(open, a.Report.Verdict.Gaps...)
	}
	open = joined(open)
	allowed := slices.DeleteFunc(joined(verdict.Allowed), func(g gate.Gap) bool {
		return slices.ContainsFunc(open, func(o gate.Gap) bool { return gapKey(o) == gapKey(g) })
	})
	// The gaps are decided, and no policy is held against them once more.
	merged.Verdict = gate.Summarize(decisions, open)
	merged.Verdict.Allowed = slices.Clip(allowed)
	merged.Decisions = decisions
}

// collect takes the findings of all reports together. What two jobs found
// alike (they lint the same Dockerfile) is one finding. What a report says of
// its own waivers is left out, as it is decided anew.
func collect(artifacts []Artifact) (map[string]*stated, []gate.Change) {
	known := map[string]*stated{}
	var order []string
	for _, a := range artifacts {
		times := map[string]int{}
		for _, d := range a.Report.Decisions {
			if aboutWaivers(d.Change.Finding) {
				continue
			}
			key := keyOf(d.Change)
			s, ok := known[key]
			if !ok {
				s = &stated{decision: d}
				known[key] = s
				order = append(order, key)
			}
			times[key]++
			s.times = max(s.times, times[key])
			if d.Action.Stricter(s.decision.Action) {
				s.decision = d
			}
		}
	}
	var changes []gate.Change
	for _, key := range order {
		for range known[key].times {
			changes = append(changes, known[key].decision.Change)
		}
	}
	return known, changes
}

// aboutWaivers reports whether the finding is one that gate.Decide makes itself.
func aboutWaivers(f gate.Finding) bool {
	return f.Analyzer == gate.AnalyzerPolicy && (f.Rule == gate.RuleWaiverExpired || f.Rule == gate.RuleWaiverUnused)
}

func keyOf(c gate.Change) string {
	before := ""
	if c.Before != nil {
		before = textOf(c.Before)
	}
	return strings.Join([]string{textOf(c.Finding), c.Finding.Anchor, string(c.Status), strconv.FormatBool(c.Disclosed), before}, "\x00")
}

// joined makes one gap of those that differ in their files alone, as the part
// of a gap that a policy leaves open differs from the whole.
func joined(gaps []gate.Gap) []gate.Gap {
	at := map[string]int{}
	var out []gate.Gap
	for _, g := range gaps {
		i, ok := at[gapKey(g)]
		if !ok {
			at[gapKey(g)] = len(out)
			out = append(out, g)
			continue
		}
		paths := slices.Concat(out[i].Paths, g.Paths)
		slices.Sort(paths)
		out[i].Paths = slices.Compact(paths)
	}
	return out
}

func gapKey(g gate.Gap) string {
	g.Paths = nil
	return textOf(g)
}
