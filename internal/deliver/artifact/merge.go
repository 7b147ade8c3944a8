package artifact

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// Merge makes one report of the reports of a run's jobs, and decides over all
// findings at once by the policy and the floors beside it. It never decides
// milder than a job did: where the job's own report has the stricter action
// for a finding, or a gap open that the policy would allow, that holds.
//
// expect is what has to be there, as Expected returns it; what is missing is a
// gap, and so is not to know. A waiver is unused only when no report has a
// finding for it. The reports may be of several attempts of one run, as only
// failed jobs are run again; that and images beyond what is expected become
// notes. The order of the reports does not matter.
//
// Reports of different runs, repositories or heads are an error that names
// both. The caller sets Tool (else one of the reports' is there) and Base,
// which it knows for itself and does not take from a report.
func Merge(artifacts []Artifact, policy gate.Policy, floors []gate.Policy, expect []string, now time.Time) (gate.Report, error) {
	artifacts = inOrder(artifacts)
	if err := oneRun(artifacts); err != nil {
		return gate.Report{}, err
	}
	merged := gate.Report{Policy: policy, Notes: []string{}}
	if tools := toolsOf(artifacts); len(tools) > 0 {
		merged.Tool = tools[len(tools)-1]
	}
	var baselines []string
	infos := gate.PolicyRules()
	for _, a := range artifacts {
		merged.Subjects = append(merged.Subjects, a.Report.Subjects...)
		merged.Analyses = append(merged.Analyses, a.Report.Analyses...)
		merged.Edits = append(merged.Edits, a.Report.Edits...)
		merged.Notes = append(merged.Notes, a.Report.Notes...)
		infos = append(infos, a.Report.Rules...)
		baselines = append(baselines, a.Report.Baseline)
	}
	merged.Notes = append(merged.Notes, remarks(artifacts, expect)...)
	slices.Sort(baselines)
	merged.Baseline = strings.TrimPrefix(strings.Join(slices.Compact(baselines), ", "), ", ")
	merged.Subjects, merged.Analyses = once(merged.Subjects), once(merged.Analyses)
	merged.Edits, merged.Notes = once(merged.Edits), once(merged.Notes)
	slices.SortStableFunc(merged.Edits, func(a, b gate.Edit) int { return cmp.Compare(a.Path, b.Path) })
	decide(&merged, artifacts, floors, missing(artifacts, expect), now)
	merged.Rules = gate.RulesOf(merged.Decisions, infos)
	return merged, nil
}

// once drops what is there already, and keeps the order.
func once[T any](items []T) []T {
	seen := map[string]bool{}
	return slices.DeleteFunc(items, func(item T) bool {
		key := textOf(item)
		before := seen[key]
		seen[key] = true
		return before
	})
}

// textOf is a text that two values share only if they are equal in everything
// that a report shows.
func textOf(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%#v", value) // Numbers that JSON lacks; no report that was read has them.
	}
	return string(text)
}

// oneRun refuses reports that are not all of one run.
func oneRun(artifacts []Artifact) error {
	for _, a := range artifacts {
		own, first, differ := a.Run.differs(artifacts[0].Run)
		if differ {
			return fmt.Errorf("the reports are not of one run: %s is %s for %s, and %s for %s: keep the reports of one run only",
				own.name, show(first.value), label(artifacts[0]), show(own.value), label(a))
		}
	}
	return nil
}

// SameRun refuses reports that are not of this run, such as those that an
// earlier run left in the folder. Those of earlier attempts are of this run.
// Outside Actions, where there is no run, there is nothing to compare with.
func SameRun(artifacts []Artifact, here Run) error {
	if here.RunID == 0 {
		return nil
	}
	for _, a := range artifacts {
		if own, this, differ := a.Run.differs(here); differ {
			return fmt.Errorf("the report of %s is not of this run: its %s is %s, and this run's is %s: empty the folder before the reports are downloaded",
				label(a), own.name, show(own.value), show(this.value))
		}
		if a.Run.Attempt > here.Attempt {
			return fmt.Errorf("the report of %s is of attempt %d, and this is attempt %d", label(a), a.Run.Attempt, here.Attempt)
		}
	}
	return nil
}
