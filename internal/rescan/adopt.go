package rescan

import (
	"context"
	"errors"
	"fmt"

	"github.com/containergate/gate/internal/rescan/store"
)

// Adopt takes over into the world's store what the parts of a plan have left in
// another one: bills of materials, and what was found. What is there already
// stays as it is.
func (w *World) Adopt(ctx context.Context, plan Plan, from store.Store) error {
	for _, t := range distinct(plan.Targets) {
		// A bill of materials is of use only with what was seen beside it.
		err := w.adoptState(ctx, nameOfLooked(t.Digest), from)
		err = errors.Join(err, w.adopt(ctx, t.Digest, from))
		for _, name := range []string{nameOfFound(t.Digest), nameOfResolved(t.Index, t.Released.Platforms)} {
			err = errors.Join(err, w.adoptState(ctx, name, from))
		}
		if err != nil {
			return cause(ctx, fmt.Errorf("take over what was found in %s: %w", short(t.Digest), err))
		}
	}
	return nil
}

func (w *World) adopt(ctx context.Context, digest string, from store.Store) error {
	entry, err := from.Get(ctx, digest)
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.Store.Put(ctx, entry)
}

func (w *World) adoptState(ctx context.Context, name string, from store.Store) error {
	state, err := from.State(ctx, name)
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	there, err := w.Store.State(ctx, name)
	if err != nil && !missing(err) {
		return err
	}
	state.Version = there.Version
	if _, err = w.Store.PutState(ctx, state); errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// Prune removes from the world's store what is kept of images that the plan does
// not name, and counts it.
func (w *World) Prune(ctx context.Context, plan Plan) (store.Pruned, error) {
	digests, states := map[string]bool{}, map[string]bool{unscannedName: true}
	for _, t := range plan.Targets {
		digests[t.Digest], states[nameOfFound(t.Digest)], states[nameOfHistory(t)], states[nameOfPlotted(t.Released.Name)] = true, true, true, true
		states[nameOfLooked(t.Digest)] = true
		states[nameOfPlatforms(t.Released.Reference)] = true
		states[nameOfResolved(t.Index, t.Released.Platforms)] = true
	}
	return w.Store.Prune(ctx, store.Keep{
		SBOM:  func(info store.Info) bool { return digests[info.Digest] },
		State: func(name string) bool { return states[name] },
		Now:   w.Now,
	})
}
