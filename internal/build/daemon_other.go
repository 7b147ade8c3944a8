//go:build !linux

package build

import "context"

// startDaemonless says that buildkitd builds on Linux only.
func startDaemonless(context.Context, string, Options) (*solver, error) {
	return nil, kindErrorf(ErrNoBuilder, "a buildkitd of its own can only be started on Linux: start Docker, or set DOCKER_HOST or BUILDKIT_HOST")
}
