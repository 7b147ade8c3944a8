package check

import (
	"context"
	"sync"

	"github.com/containergate/gate/internal/build"
	"github.com/containergate/gate/internal/gate"
)

// builders opens the builder when the first image needs one, and keeps it for
// the others.
type builders struct {
	plan gate.Plan
	// mutex lets one build happen at a time: what they print would be mixed.
	mutex   sync.Mutex
	env     Environment
	builder build.Builder
	results []build.Result
}

func (b *builders) open(ctx context.Context) (build.Builder, error) {
	if b.builder != nil {
		return b.builder, nil
	}
	builder, err := build.Open(ctx, b.plan.Builder, build.Options{
		Progress: b.env.Progress, Display: b.env.Display, TempDir: b.env.TempDir, Registry: b.plan.Registry,
	})
	if err != nil {
		return nil, err
	}
	b.builder = builder
	return builder, nil
}

// build waits for its turn; step is told when that has come.
func (b *builders) build(ctx context.Context, spec gate.BuildSpec, step func() func()) ([]build.Result, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	defer step()()
	builder, err := b.open(ctx)
	if err != nil {
		return nil, err
	}
	results, err := builder.Build(ctx, spec)
	b.results = append(b.results, results...)
	return results, err
}

// name is the builder's, once one is open.
func (b *builders) name() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.builder.Name()
}

// close gives back what the builds left behind and stops a builder that gate started.
func (b *builders) close() {
	for _, result := range b.results {
		if result.Release != nil {
			_ = result.Release()
		}
	}
	if b.builder != nil {
		_ = b.builder.Close()
	}
}
