package check

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// examine takes a base along the line, with the head's database, policies and
// lint: built as its plan says, or from sources, which are references by
// platform. seat is its place beside the head; nil where it has none. It returns
// what was found and the platforms. A base that is incomplete is no base.
func (c *comparison) examine(ctx context.Context, plan gate.ImagePlan, sources map[string]string, seat *image.Seat) ([]gate.Finding, []string, error) {
	sub := c.run.forBase(plan)
	sub.seats[plan.Name] = seat
	var err error
	if sources == nil {
		err = sub.image(ctx, plan)
	} else {
		err = sub.sources(ctx, plan, sources)
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, nil, err
	}
	var findings []gate.Finding
	var gaps []gate.Gap
	for _, a := range sub.analyses {
		findings, gaps = append(findings, a.Findings...), append(gaps, a.Gaps...)
	}
	policies := append([]gate.Policy{sub.plan.Policy}, gate.FloorsOf(sub.beside())...)
	if verdict := gate.Summarize(nil, gaps, policies...); !verdict.Complete {
		return nil, nil, errors.New("it is incomplete itself: " + verdict.Gaps[0].Message)
	}
	var platforms []string
	for _, s := range sub.subjects {
		platforms = append(platforms, s.Platform)
	}
	return findings, platforms, nil
}

// forBase is a run of one image that shares what is open, and adds nothing to
// this run's report.
func (r *run) forBase(plan gate.ImagePlan) *run {
	sub := &run{plan: r.plan, env: r.env, database: r.database, builders: r.builders, licenses: r.licenses, shell: r.shell, base: true, seats: map[string]*image.Seat{}}
	sub.plan.Images = []gate.ImagePlan{plan}
	sub.env.Step = func(name string) func() { return r.env.step(name + " (base)") }
	return sub
}

// sources scans what stands for an image on each platform, and lints its Dockerfile.
func (r *run) sources(ctx context.Context, plan gate.ImagePlan, sources map[string]string) error {
	file, err := r.lint(ctx, plan)
	if err != nil {
		return err
	}
	for _, platform := range slices.Sorted(maps.Keys(sources)) {
		one := plan
		one.Platform = platform
		if err := r.scanTarget(ctx, target{
			plan: one, file: file, ref: sources[platform], redact: redactor(nil),
			subject: gate.Subject{Image: plan.Name, Source: sources[platform], Platform: platform},
		}); err != nil {
			return err
		}
	}
	return nil
}
