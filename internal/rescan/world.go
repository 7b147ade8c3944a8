package rescan

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/rescan/store"
)

// World is what a rescan takes from outside. A World serves one process, whose
// Close it needs.
type World struct {
	Tool gate.Tool
	// Now is the moment by which waivers and days are judged, in UTC.
	Now      time.Time
	Registry gate.RegistryPlan
	// TempDir is an existing folder; the caller removes it.
	TempDir string
	// Store holds what earlier rescans kept.
	Store store.Store
	// Fleet examines and judges; it is not needed to prepare.
	Fleet *check.Fleet
	// Assets downloads a file of a release; nil where nothing may be asked.
	Assets func(ctx context.Context, bill gate.ReleasedBill) ([]byte, error)
	// Trust takes bills of materials that lie beside an image or in its release.
	// Without, every image is read once.
	Trust bool
	// Step is told of what begins, and its result of the end; nil is nobody.
	Step func(name string) func()

	mu    sync.Mutex
	repos map[string]*opening
	bases map[string]*newest
}

// opening is a repository that is opened once, by whoever is first.
type opening struct {
	once sync.Once
	repo *image.Repository
	err  error
}

// repository opens a repository, or returns the one that is open.
func (w *World) repository(ctx context.Context, name string) (*image.Repository, error) {
	w.mu.Lock()
	if w.repos == nil {
		w.repos = map[string]*opening{}
	}
	one := w.repos[name]
	if one == nil {
		one = &opening{}
		w.repos[name] = one
	}
	w.mu.Unlock()
	one.once.Do(func() { one.repo, one.err = image.OpenRepository(ctx, name, w.Registry) })
	return one.repo, one.err
}

// Close ends the connections to registries.
func (w *World) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.repos {
		if one.repo != nil {
			one.repo.Close()
		}
	}
	w.repos = nil
}

func (w *World) step(name string) func() {
	if w.Step == nil {
		return func() {}
	}
	return w.Step(name)
}

// cause is the context's error, where an error is only that.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// missing reports whether a store has nothing, rather than failed.
func missing(err error) bool { return errors.Is(err, store.ErrMissing) }
