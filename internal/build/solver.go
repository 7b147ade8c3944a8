package build

import (
	"context"
	"errors"
	"maps"
	"os"

	"github.com/moby/buildkit/client"
	frontend "github.com/moby/buildkit/frontend/gateway/client"
	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/gate"
)

// solver is a Builder over one connection, whoever is at its other end.
type solver struct {
	name   string
	client *client.Client
	caps   capabilities
	opts   Options
	// engine is the Docker Engine at the other end, or nil.
	engine *engine
	// dir is private and holds the files of running builds.
	dir string
	// closers run in reverse order.
	closers []func() error
}

// Name is docker, buildkit or daemonless.
func (s *solver) Name() string { return s.name }

// Close ends the connection. Layouts that results point to stay until they are released.
func (s *solver) Close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// Build builds spec once for each platform.
func (s *solver) Build(ctx context.Context, spec gate.BuildSpec) ([]Result, error) {
	dir, err := os.MkdirTemp(s.dir, "build-")
	if err != nil {
		return nil, spaceError("make room for the build", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	req, err := newRequest(spec, s.caps, s.opts.Registry, dir)
	if err != nil {
		return nil, err
	}
	wanted := spec.Platforms
	if len(wanted) == 0 {
		wanted = []string{""}
	}
	var results []Result
	for _, platform := range wanted {
		result, err := s.buildOne(ctx, req, platform)
		if err != nil {
			for _, earlier := range results {
				err = errors.Join(err, earlier.Release())
			}
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

// buildOne builds for one platform; empty means the builder's own.
func (s *solver) buildOne(ctx context.Context, req *request, platform string) (result Result, err error) {
	for range mostBuilds {
		if result, err = s.buildOnce(ctx, req, platform); !errors.Is(err, errVanished) {
			break
		}
	}
	return result, err
}

func (s *solver) buildOnce(ctx context.Context, req *request, platform string) (Result, error) {
	opt := req.solve
	opt.FrontendAttrs = maps.Clone(req.solve.FrontendAttrs)
	if platform != "" {
		opt.FrontendAttrs["platform"] = platform
		keepBaseRule(opt.FrontendAttrs, req.input.file)
	}
	target, err := s.newTarget(ctx)
	if err != nil {
		return Result{}, err
	}
	opt.Exports = []client.ExportEntry{target.export}
	response, made, warnings, err := s.solve(ctx, req, opt)
	var result Result
	if err == nil {
		result, err = target.result(ctx, response)
	}
	if err != nil {
		return Result{}, errors.Join(err, target.discard())
	}
	result.Requested = platform
	s.addProvenance(ctx, &result, made, opt)
	if platform != "" {
		if base := req.basePlatform(warnings, opt.FrontendAttrs["target"], platform); base != "" {
			result.Platform = base
		}
	}
	return result, nil
}

// addProvenance adds what the builder told of the steps, and the means to look
// into them for as long as the result is not released.
func (s *solver) addProvenance(ctx context.Context, result *Result, made plan, opt client.SolveOpt) {
	steps, ok := readPlan(made)
	if !ok {
		return
	}
	opt.Exports, opt.CacheExports, opt.CacheImports = nil, nil, nil
	look := &looker{client: s.client, opt: opt, graph: steps, ctx: ctx, refs: map[int]frontend.Reference{}}
	steps.record.Files = look
	result.Provenance = &steps.record
	s.closers = append(s.closers, look.close)
	release := result.Release
	result.Release = func() error { return errors.Join(look.close(), release()) }
}

// solve runs one build, shows its progress and returns what the frontend planned
// and the builder's warnings.
func (s *solver) solve(ctx context.Context, req *request, opt client.SolveOpt) (*client.SolveResponse, plan, []warning, error) {
	view, err := newDisplay(s.opts.Progress, s.opts.Display)
	if err != nil {
		return nil, plan{}, nil, err
	}
	rec := newRecorder(req.redact)
	statuses := make(chan *client.SolveStatus)
	var response *client.SolveResponse
	var made plan
	group := errgroup.Group{}
	group.Go(func() error {
		var err error
		response, made, err = solveFrontend(ctx, s.client, opt, statuses)
		return err
	})
	view.follow(ctx, statuses, rec)
	if err := group.Wait(); err != nil {
		return nil, plan{}, nil, explain(ctx, err, req, rec, s.caps.describe)
	}
	return response, made, rec.warnings, nil
}

// target is where the image of one build goes.
type target struct {
	export client.ExportEntry
	// result reads what became of it.
	result func(context.Context, *client.SolveResponse) (Result, error)
	// discard takes away what a failed build may have left.
	discard func() error
}

func (s *solver) newTarget(ctx context.Context) (target, error) {
	if !s.caps.layout {
		return s.engine.newTarget(ctx)
	}
	return newLayoutTarget(s.opts.TempDir)
}
