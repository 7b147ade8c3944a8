package rescan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan/store"
)

// mostPoints is how many databases a plot goes back.
const mostPoints = 400

// memory is a document that the next rescan reads; none where state is nil.
type memory struct {
	name, version string
	state         any
}

// Memory is what the next rescan has to know of this one.
type Memory struct {
	store   store.Store
	entries []memory
}

// Write keeps it. What is kept already is not written again. The notes tell of
// documents that another rescan has written meanwhile, which stay.
func (m *Memory) Write(ctx context.Context) (notes []string, err error) {
	for _, entry := range m.entries {
		if entry.state == nil {
			continue
		}
		text, err := json.Marshal(entry.state)
		if err != nil {
			return notes, err
		}
		_, err = m.store.PutState(ctx, store.State{Name: entry.name, Data: text, Version: entry.version})
		switch {
		case errors.Is(err, store.ErrConflict):
			notes = append(notes, fmt.Sprintf("Another rescan has written the memory of %q meanwhile, which stays.", entry.name))
		case err != nil:
			return notes, cause(ctx, fmt.Errorf("keep what this rescan told: %w", err))
		}
	}
	return notes, nil
}

// memoryOf is what the next rescan has to know of a release. Of one that was not
// seen whole, what was there before is remembered as well: it is not known to be
// gone.
func memoryOf(t Target, f found, before history, seen check.Seen, c *comparison, scanned bool) memory {
	if !scanned {
		return memory{}
	}
	now := history{Schema: schema, Digest: t.Digest, Index: t.Index, Database: f.Database, Findings: bareAll(seen.Findings), FirstSeen: c.firstSeen}
	if len(f.Seen.Gaps) > 0 {
		there := map[string]bool{}
		for _, one := range seen.Findings {
			there[fingerprint(one)] = true
		}
		for _, one := range before.Findings {
			if id := fingerprint(one); !there[id] {
				now.Findings = append(now.Findings, one)
				now.FirstSeen[id] = before.FirstSeen[id]
			}
		}
	}
	gate.SortFindings(now.Findings)
	return memory{name: nameOfHistory(t), version: before.version, state: now}
}

// unscanned is what could not be scanned when somebody was told of it last.
type unscanned struct {
	Schema int      `json:"schema"`
	Names  []string `json:"names"`
}

const unscannedName = "unscanned"

// Unscanned reads what an earlier rescan left with RememberUnscanned. Where
// nothing can be read, all of it is news.
func (w *World) Unscanned(ctx context.Context) []string {
	state, err := w.Store.State(ctx, unscannedName)
	var kept unscanned
	if err != nil || json.Unmarshal(state.Data, &kept) != nil || kept.Schema != schema {
		return nil
	}
	return kept.Names
}

// RememberUnscanned leaves for the next rescan what could not be scanned.
func (w *World) RememberUnscanned(ctx context.Context, names []string) error {
	return cause(ctx, replaceState(ctx, w.Store, unscannedName, unscanned{Schema: schema, Names: names}))
}

// platforms remembers for each reference which platforms it has.
func (w *World) platforms(ctx context.Context, targets []Target) []memory {
	var left []memory
	for n := 0; n < len(targets); {
		reference := targets[n].Released.Reference
		var found []string
		for ; n < len(targets) && targets[n].Released.Reference == reference; n++ {
			if targets[n].Gap == nil {
				found = append(found, targets[n].Platform)
			}
		}
		if len(found) > 0 {
			// One that can't be read is written again.
			state, _ := w.Store.State(ctx, nameOfPlatforms(reference))
			left = append(left, memory{name: nameOfPlatforms(reference), version: state.Version, state: found})
		}
	}
	return left
}

// plotted is what is remembered of an image over time.
type plotted struct {
	Schema int          `json:"schema"`
	Points []gate.Point `json:"points"`
}

func nameOfPlotted(image string) string { return "image " + image }

// points adds what was found in an image to what was found before, one point for
// each database.
func (c *conclusion) points(ctx context.Context, image *gate.FleetImage, left *Memory) error {
	name := nameOfPlotted(image.Name)
	state, err := c.world.Store.State(ctx, name)
	var kept plotted
	if err == nil && json.Unmarshal(state.Data, &kept) != nil || kept.Schema != schema {
		kept = plotted{Schema: schema}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	image.Points = kept.Points
	var point gate.Point
	for _, db := range c.databases {
		if db.Captured.After(point.Time) {
			point.Time = db.Captured
		}
	}
	if point.Time.IsZero() {
		return nil
	}
	point.Severities = severities(*image)
	kept.Points = slices.DeleteFunc(slices.Clone(kept.Points), func(p gate.Point) bool { return p.Time.Equal(point.Time) })
	kept.Points = append(kept.Points, point)
	slices.SortFunc(kept.Points, func(a, b gate.Point) int { return a.Time.Compare(b.Time) })
	kept.Points = kept.Points[max(0, len(kept.Points)-mostPoints):]
	image.Points = kept.Points
	left.entries = append(left.entries, memory{name: name, version: state.Version, state: kept})
	return nil
}

// severities counts what is in the releases of an image and not excused.
func severities(image gate.FleetImage) map[gate.Severity]int {
	counts := map[gate.Severity]int{}
	for _, r := range image.Releases {
		for _, o := range r.Observed {
			excused := o.Action == gate.ActionWaived || o.Action == gate.ActionIgnore || o.Dismissed != ""
			if o.Status != gate.StatusFixed && !excused {
				counts[o.Finding.Severity]++
			}
		}
	}
	return counts
}
