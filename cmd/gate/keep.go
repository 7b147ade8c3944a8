package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/cache"
)

// keeper saves what later pull requests are compared with in the runner's cache
// service. Only pushes do, as what they examined is a commit of a branch.
type keeper struct {
	step  *step
	cache *cache.Client
	dir   string
}

// prepare has the run leave what is to be saved.
func (k keeper) prepare(plan *gate.Plan) {
	plan.Baseline.Head = k.step.event.SHA
	own := plan.Baseline.Auto || len(plan.Baseline.Candidates) > 0
	if k.cache == nil || k.step.event.Name != "push" || plan.Baseline.Keep != "" || !own {
		return
	}
	plan.Baseline.Keep = filepath.Join(k.dir, "{image}", keptFile("{platform}"))
}

// save saves it. What can't be saved is a notice: later runs build the base.
func (k keeper) save(ctx context.Context, plan gate.Plan) {
	if k.cache == nil {
		return
	}
	for _, image := range plan.Images {
		folder := filepath.Join(k.dir, image.Name)
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			continue
		}
		if err := k.cache.Save(ctx, keptKey(plan.Baseline.Head, image.Name), folder); err != nil {
			k.step.runtime.Notice("what later pull requests are compared with could not be saved: " + err.Error())
		}
	}
}
