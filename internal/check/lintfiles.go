package check

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/gate"
)

// lintFiles lints in parallel; the result is in the order of the files.
func lintFiles(ctx context.Context, plan gate.Plan, files []string, env Environment) ([]gate.Analysis, error) {
	analyses := make([]gate.Analysis, len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, path := range files {
		group.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			var err error
			analyses[i], err = lintOne(plan, path, env)
			return err
		})
	}
	return analyses, group.Wait()
}
