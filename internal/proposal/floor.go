package proposal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

// Hold puts the base commit's policy under the plan of a pull request or merge
// group as its floor. Where that policy can't be read, the floor is a gap: no
// verdict without it. For other events the plan stays as it is.
//
// The error is a *Refusal, or the context's.
func (s Source) Hold(ctx context.Context, request config.Request, plan *gate.Plan) error {
	if !s.Proposes() {
		return nil
	}
	if s.API != nil {
		s.API = &patience{API: s.API}
	}
	floor := &gate.Floor{}
	plan.Floor = floor
	base, err := s.Base(ctx)
	plan.Baseline.Commit, plan.Baseline.Revision = base, ""
	if err != nil {
		plan.Baseline.Unknown = err.Error()
		floor.Gaps = append(floor.Gaps, unreadable(err))
		return context.Cause(ctx)
	}
	floor.Base.Commit = base
	files, complete := s.changed(ctx, base)
	r := &reader{Source: s, ctx: ctx, sha: base}
	request.GlobBase = r.Glob
	asked, found, err := request.Base(r.ReadFile)
	// What the base names as policy is policy. What only the change names is
	// not: it could name any file, and be about policy alone.
	policies := append(request.PolicyFiles(), found...)
	alone := onlyPolicy(files, complete, policies)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	floor.Base.Files = nonNil(found)
	switch {
	case err != nil && alone && !unread(err):
		floor.Base.Files = []string{}
		floor.Notes = append(floor.Notes, "the policy of the base commit is broken and this change is about policy files only, so its own policy decides alone")
	case err != nil:
		floor.Gaps = append(floor.Gaps, unreadable(err))
	case len(found) == 0:
		floor.Notes = append(floor.Notes, fmt.Sprintf("the base commit %s has no policy file, so the policy of this change decides alone", short(base)))
	default:
		s.hold(ctx, r, plan, asked, alone, policies)
	}
	if err != nil || len(found) > 0 {
		if kept := s.keep(request, plan, r.ReadFile); kept != nil && err == nil {
			floor.Gaps = append(floor.Gaps, unreadable(kept))
		}
	}
	policies = slices.Concat(policies, request.NamedFiles(), plan.Baseline.Files())
	floor.Edits = edits(files, policies, s.differences(request, asked, err))
	// What follows is about the policy files at hand, and so the last word.
	refused := s.confine(request, *plan, asked)
	if !complete {
		floor.Notes = append(floor.Notes, "the files that this change touches could not be listed to the end, so edits of policy and workflows may be missing here")
	}
	return refused
}

// hold makes what the base asks for the floor of the plan.
func (s Source) hold(ctx context.Context, r *reader, plan *gate.Plan, asked gate.Plan, alone bool, policies []string) {
	floor := plan.Floor
	floor.Base.Policy, floor.Lint, floor.MaxAge = asked.Policy, asked.Lint, asked.Database.MaxAge
	floor.Foreign, floor.Scan = asked.Foreign, asked.Scan
	if !alone {
		s.approved(ctx, r, plan, policies)
	} else {
		floor.Base.Policy.Waivers = plan.Policy.Waivers
		floor.Notes = append(floor.Notes, "this change is about policy files only, so its own waivers count")
	}
}

// unread reports whether the file could not be read, rather than understood.
func unread(err error) bool {
	var mistake *config.Error
	return !errors.As(err, &mistake) || mistake.Unread
}

func unreadable(err error) gate.Gap {
	return gate.Gap{
		Guard:   gate.GuardPolicy,
		Message: "the policy of the base commit could not be read: " + err.Error(),
		Next:    "give the job the permission contents: read and the action its token, or check out with fetch-depth: 2",
	}
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func short(sha string) string { return sha[:min(len(sha), 12)] }
