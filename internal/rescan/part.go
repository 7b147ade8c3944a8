package rescan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/rescan/store"
)

// Failure is why nothing is known of an image.
type Failure struct {
	Digest string   `json:"digest"`
	Gap    gate.Gap `json:"gap"`
}

// part is a run over some targets.
type part struct {
	world    *World
	out      store.Store
	database string

	mu       sync.Mutex
	failures []Failure
}

// Database is what the images of a part were held against.
type Database struct {
	// Identity is empty where there was none that could be used.
	Identity string            `json:"identity"`
	Data     []gate.DataSource `json:"data,omitempty"`
	Captured time.Time         `json:"captured,omitzero"`
	// Gap is why it can't be used, or is too old.
	Gap *gate.Gap `json:"gap,omitempty"`
}

// Result is what a part comes to, beside what it found in images.
type Result struct {
	Database Database `json:"database"`
	// Failures are by digest, sorted.
	Failures []Failure `json:"failures,omitempty"`
}

// Run finds out what is in the images of some targets, and leaves it in out. What
// out or the world's store has already, by the same database, is not looked for
// again, so that a run that was killed is gone on with. The error is the
// context's, or of a place that can't be written to.
func (w *World) Run(ctx context.Context, targets []Target, out store.Store) (Result, error) {
	var result Result
	db := &result.Database
	db.Identity, db.Data, db.Captured, db.Gap = w.Fleet.Database()
	if db.Identity == "" {
		return result, cause(ctx, nil)
	}
	p := &part{world: w, out: out, database: db.Identity}
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for _, t := range distinct(targets) {
		if inner.Err() != nil {
			break
		}
		group.Go(func() error { return p.target(inner, t) })
	}
	if err := group.Wait(); err != nil {
		return result, cause(ctx, err)
	}
	slices.SortFunc(p.failures, func(a, b Failure) int { return cmp.Compare(a.Digest, b.Digest) })
	result.Failures = p.failures
	return result, nil
}

// distinct are the targets with one of each digest: references to one image are
// looked at once.
func distinct(targets []Target) []Target {
	known := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(targets), func(t Target) bool {
		if t.Digest == "" || known[t.Digest] {
			return true
		}
		known[t.Digest] = true
		return false
	})
}

// target finds out what is in one image, unless that is known.
func (p *part) target(ctx context.Context, t Target) error {
	kept, version := readFound(ctx, p.out, t.Digest)
	if kept.fits(p.world, p.database, t.Digest) {
		return nil
	}
	before := kept
	if p.out != p.world.Store {
		if before, _ = readFound(ctx, p.world.Store, t.Digest); before.fits(p.world, p.database, t.Digest) {
			return writeFound(ctx, p.out, before, version)
		}
	}
	defer p.world.step("scan " + t.Released.Reference + " " + t.Platform)()
	seen, from, notes, err := p.look(ctx, t)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		p.fail(t, err)
		return nil
	}
	now := found{
		Schema: schema, Tool: p.world.Tool, Database: p.database, Day: dayOf(p.world.Now), Digest: t.Digest,
		Bill: from.kind, Foreign: from.source != "", Notes: notes, Seen: seen,
	}
	if before.Digest == t.Digest && before.Schema == schema && before.Tool == p.world.Tool {
		now.Created, now.Base = before.Created, before.Base
	} else {
		p.describe(ctx, t, &now)
	}
	for i := range now.Notes {
		now.Notes[i] = p.plainPath(now.Notes[i])
	}
	for i := range now.Seen.Gaps {
		now.Seen.Gaps[i].Message = p.plainPath(now.Seen.Gaps[i].Message)
	}
	return writeFound(ctx, p.out, now, version)
}

// describe adds what the image says of itself. Where that can't be read, less is
// known of what removes a vulnerability, and nothing of what is there.
func (p *part) describe(ctx context.Context, t Target, now *found) {
	repo, err := p.world.repository(ctx, t.Repository)
	if err != nil {
		return
	}
	about, err := repo.About(ctx, t.Digest)
	if err != nil {
		return
	}
	now.Created = about.Created
	if name := about.Labels[image.AnnotationBaseName]; name != "" {
		now.Base = &gate.ReleaseBase{Name: name, Digest: about.Labels[image.AnnotationBaseDigest]}
	}
}

// fail notes that nothing is known of an image.
func (p *part) fail(t Target, err error) {
	gap := gate.Gap{
		Guard: gate.GuardAnalyzerError, Image: t.Released.Name, Platform: t.Platform, Analyzer: gate.AnalyzerScan,
		Message: p.plainPath(fmt.Sprintf("%s could not be scanned: %v", t.Released.Reference, err)),
	}
	var input *check.InputError
	if !errors.As(err, &input) {
		gap.Next = "run again when what is missing is there"
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures = append(p.failures, Failure{Digest: t.Digest, Gap: gap})
}
