package rescan

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan/store"
	"github.com/containergate/gate/internal/vex"
)

// Dismissed says why somebody dismissed a finding of an image elsewhere; empty
// where nobody did.
type Dismissed func(image string, f gate.Finding) string

// conclusion puts together what the parts of a rescan have found.
type conclusion struct {
	world     *World
	from      store.Store
	databases map[string]Database
	// missing is why there is no database at all; nil where there is one.
	missing   *gate.Gap
	failures  map[string]gate.Gap
	dismissed Dismissed
	interned  *interned
}

// Conclude puts together what the parts of a plan have found, and judges it. An
// image that has no result is told as that. The Memory is to be written when it
// has been told.
func (w *World) Conclude(ctx context.Context, plan Plan, results []Result, from store.Store, dismissed Dismissed) (gate.Fleet, *Memory, error) {
	defer w.step("decide")()
	c := &conclusion{world: w, from: from, databases: map[string]Database{}, failures: map[string]gate.Gap{}, dismissed: dismissed, interned: newInterned()}
	fleet := gate.Fleet{Tool: w.Tool, Time: w.Now.UTC(), Gaps: slices.Clone(plan.Gaps)}
	for _, r := range results {
		c.take(r, &fleet)
	}
	releases, memories := make([]gate.Release, len(plan.Targets)), make([]memory, len(plan.Targets))
	notes := make([][]string, len(plan.Targets))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for n, t := range plan.Targets {
		group.Go(func() (err error) {
			releases[n], memories[n], notes[n], err = c.release(inner, t)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return gate.Fleet{}, nil, cause(ctx, err)
	}
	for _, more := range notes {
		for _, note := range more {
			if !slices.Contains(fleet.Notes, note) {
				fleet.Notes = append(fleet.Notes, note)
			}
		}
	}
	left := &Memory{store: w.Store, entries: slices.Concat(memories, w.platforms(ctx, plan.Targets))}
	for n, t := range plan.Targets {
		if len(fleet.Images) == 0 || fleet.Images[len(fleet.Images)-1].Name != t.Released.Name {
			fleet.Images = append(fleet.Images, gate.FleetImage{Name: t.Released.Name})
		}
		last := &fleet.Images[len(fleet.Images)-1]
		last.Releases = append(last.Releases, releases[n])
	}
	for i := range fleet.Images {
		if err := c.points(ctx, &fleet.Images[i], left); err != nil {
			return gate.Fleet{}, nil, err
		}
	}
	return fleet, left, nil
}

// take takes in what a part came to.
func (c *conclusion) take(r Result, fleet *gate.Fleet) {
	if r.Database.Identity == "" {
		c.missing = r.Database.Gap
		return
	}
	if _, known := c.databases[r.Database.Identity]; !known && len(fleet.Data) == 0 {
		fleet.Data = r.Database.Data
	}
	c.databases[r.Database.Identity] = r.Database
	for _, f := range r.Failures {
		c.failures[f.Digest] = f.Gap
	}
}

// release says what became of one target.
func (c *conclusion) release(ctx context.Context, t Target) (gate.Release, memory, []string, error) {
	r := gate.Release{
		Reference: t.Released.Reference, Platform: t.Platform, Digest: t.Digest, Index: t.Index,
		Published: t.Released.Published.UTC(), Listed: t.Released.Listed, Notes: slices.Clone(t.Notes),
	}
	before, note := readHistory(ctx, c.world.Store, t)
	if note != "" {
		r.Notes = append(r.Notes, note)
	}
	if before.Index != "" && t.Index != "" && before.Index != t.Index {
		r.Moved = before.Index
	}
	f, why := c.found(ctx, t)
	seen := check.Seen{Gaps: why}
	if len(why) == 0 {
		seen = f.of(t)
		r.Bill, r.Distro, r.Packages, r.Base = f.Bill, seen.Distro, seen.Packages, c.world.newerBase(ctx, f.Base)
		r.Notes = append(append(r.Notes, f.Notes...), seen.Notes...)
		r.Reused = before.Database == f.Database && before.Digest == f.Digest
		if r.Published.IsZero() {
			r.Published = f.Created
		}
		if gap := c.databases[f.Database].Gap; gap != nil {
			seen.Gaps = append(seen.Gaps, *gap)
		}
	} else {
		// What was there is there until the image is seen again.
		seen.Findings = before.Findings
	}
	comparison := compareWith(before, r.Published, c.world.Now)
	notes, err := c.judge(ctx, t, &r, seen, comparison)
	if err != nil {
		return gate.Release{}, memory{}, nil, err
	}
	return r, memoryOf(t, f, before, seen, comparison, len(why) == 0), notes, nil
}

// found is what was found in a target, or why there is nothing.
func (c *conclusion) found(ctx context.Context, t Target) (found, []gate.Gap) {
	if t.Gap != nil {
		return found{}, []gate.Gap{*t.Gap}
	}
	// What was found earlier does not stand for what could not be looked at today.
	gap, failed := c.failures[t.Digest]
	f, _ := readFound(ctx, c.from, t.Digest)
	if _, ours := c.databases[f.Database]; !failed && ours && f.Schema == schema && f.Tool == c.world.Tool && f.Digest == t.Digest {
		return f, nil
	}
	switch {
	case failed:
	case c.missing != nil:
		gap = *c.missing
	default:
		gap = gate.Gap{
			Guard:   gate.GuardImageMissing,
			Message: t.Released.Reference + " was not scanned: the part of the rescan that should have is lost",
			Next:    "run the job of that part again, or the whole rescan",
		}
	}
	gap.Image, gap.Platform, gap.Analyzer = t.Released.Name, t.Platform, gate.AnalyzerScan
	return found{}, []gate.Gap{gap}
}

// judge holds what is in a release against the policy, and says what became of it.
func (c *conclusion) judge(ctx context.Context, t Target, r *gate.Release, seen check.Seen, comparison *comparison) ([]string, error) {
	target := vex.Target{Image: t.Released.Name, Names: []string{t.Released.Reference, t.at()}, Platform: t.Platform}
	if t.Digest == "" {
		target.Names = target.Names[:1]
	}
	for _, digest := range []string{t.Digest, t.Index, t.ConfigID} {
		if digest != "" && !slices.Contains(target.Digests, digest) {
			target.Digests = append(target.Digests, digest)
		}
	}
	for _, f := range seen.Findings {
		if f.Package != nil && f.Package.PURL != "" {
			target.Packages = append(target.Packages, f.Package.PURL)
		}
	}
	changes := comparison.changes(seen.Findings, len(seen.Gaps) == 0)
	judged, err := c.world.Fleet.Judge(ctx, target, "registry:"+t.at(), seen.Findings, seen.Gaps)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", t.Released.Reference, err)
	}
	r.Gaps = judged.Gaps
	r.Observed = make([]gate.Observed, 0, len(judged.Decisions))
	for _, d := range decided(judged.Decisions, changes) {
		o := comparison.observe(d)
		if c.dismissed != nil && o.Status != gate.StatusFixed {
			o.Dismissed = c.dismissed(t.Released.Name, o.Finding)
		}
		r.Observed = append(r.Observed, c.interned.slim(o))
	}
	return judged.Notes, nil
}
