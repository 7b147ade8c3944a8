package build

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Open connects to a builder. Kind auto takes a BuildKit address that was
// given, else a Docker Engine that answers, else a buildkitd of its own, unless
// the plan forbids that. With a kind given, only that one is tried. When none
// can be had the error is ErrNoBuilder and says what was tried.
//
// The connection, and a daemon that was started, end with Close or when ctx is
// cancelled.
func Open(ctx context.Context, plan gate.BuilderPlan, opts Options) (Builder, error) {
	var s *solver
	var err error
	switch plan.Kind {
	case "", "auto":
		s, err = openAuto(ctx, plan, opts)
	case "docker":
		s, err = openEngine(ctx, plan.DockerHost, opts)
		err = noBuilder(ctx, err, "start Docker, or set DOCKER_HOST")
	case "buildkit":
		if plan.BuildKitHost == "" {
			return nil, inputErrorf("builder buildkit needs an address: set BUILDKIT_HOST")
		}
		s, err = openAddress(ctx, plan.BuildKitHost, opts)
		err = noBuilder(ctx, err, "start buildkitd there, or set BUILDKIT_HOST to where it listens")
	case "daemonless":
		s, err = openDaemonless(ctx, plan, opts)
	default:
		return nil, inputErrorf("unknown builder %q: use auto, docker, buildkit or daemonless", plan.Kind)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// openAuto tries what the machine has.
func openAuto(ctx context.Context, plan gate.BuilderPlan, opts Options) (*solver, error) {
	if plan.BuildKitHost != "" {
		s, err := openAddress(ctx, plan.BuildKitHost, opts)
		return s, noBuilder(ctx, err, "start buildkitd there, or unset BUILDKIT_HOST")
	}
	s, engineErr := openEngine(ctx, plan.DockerHost, opts)
	if engineErr == nil {
		return s, nil
	}
	if ctx.Err() != nil || errors.Is(engineErr, ErrInput) {
		return nil, engineErr
	}
	s, daemonErr := openDaemonless(ctx, plan, opts)
	if daemonErr == nil {
		return s, nil
	}
	if ctx.Err() != nil {
		return nil, daemonErr
	}
	return nil, kindErrorf(ErrNoBuilder, "no builder can be had.\n  docker: %w\n  buildkit: BUILDKIT_HOST is not set\n  daemonless: %s\n"+
		"Start Docker, set DOCKER_HOST or BUILDKIT_HOST, or install buildkitd and runc.", engineErr, strings.TrimSpace(daemonErr.Error()))
}

// openDaemonless starts a buildkitd where the plan allows it.
func openDaemonless(ctx context.Context, plan gate.BuilderPlan, opts Options) (*solver, error) {
	if plan.NoDaemonless {
		return nil, kindErrorf(ErrNoBuilder, "a buildkitd of its own cannot be started here, which is inside a container action: mount the Docker socket or set BUILDKIT_HOST")
	}
	return startDaemonless(ctx, plan.BuildKitd, opts)
}

// noBuilder makes an error one of ErrNoBuilder with the next step, unless the
// input was wrong or the run was interrupted.
func noBuilder(ctx context.Context, err error, next string) error {
	switch {
	case err == nil || errors.Is(err, ErrInput):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("look for a builder: %w", context.Cause(ctx))
	}
	return kindErrorf(ErrNoBuilder, "%w; %s", err, next)
}
