package main

import (
	"context"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

// discoverIn finds the images that the files of a folder define.
func discoverIn(ctx context.Context, root string) func(gate.DiscoverPlan) ([]gate.ImagePlan, error) {
	return func(plan gate.DiscoverPlan) ([]gate.ImagePlan, error) { return check.Discover(ctx, root, plan) }
}

// baseImages are the images of the base commit: what its files define, by its
// own policy where there is one to read, which is a pull request's case.
func (p *process) baseImages(s *step, request config.Request, plan gate.Plan) func(context.Context, string) ([]gate.ImagePlan, error) {
	if len(plan.Discover.Kinds) == 0 {
		return nil
	}
	return func(ctx context.Context, root string) ([]gate.ImagePlan, error) {
		request := p.complete(ctx, request)
		request.Discover = discoverIn(ctx, root)
		if plan.Floor == nil || len(plan.Floor.Base.Files) == 0 {
			then, err := config.Load(request)
			return then.Images, err
		}
		then, err := s.source().Rebased(ctx, request)
		return then.Images, err
	}
}
