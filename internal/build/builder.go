package build

import (
	"context"
	"io"

	"github.com/containergate/gate/internal/build/provenance"
	"github.com/containergate/gate/internal/gate"
)

// Builder is a connected BuildKit. It is used by one goroutine at a time.
type Builder interface {
	// Name is docker, buildkit or daemonless.
	Name() string
	// Build builds the context once for each platform that spec asks for, in
	// that order. On an error there are no results, and nothing to release.
	Build(ctx context.Context, spec gate.BuildSpec) ([]Result, error)
	// Close ends the connection, and stops the daemon if Open started one.
	Close() error
}

// Options are what all builds of one run share.
type Options struct {
	// Progress gets the display; nil means that nothing is shown.
	Progress io.Writer
	// Display is auto (or empty), tty, plain or quiet.
	Display string
	// TempDir is where temporary files go; empty means the system's.
	TempDir string
	// Registry holds logins beyond those in Docker's own configuration.
	Registry gate.RegistryPlan
}

// Result is one image that was built for one platform.
type Result struct {
	// Ref is what image.Open takes: docker:sha256:… or oci-dir:….
	Ref string
	// ImageID is the digest of the image's configuration.
	ImageID string
	// Digest is the manifest's digest where the builder made a manifest. It is
	// the one of the local layout (layers not compressed), not of a push.
	Digest string
	// Platform is what the image is for (linux/arm64), and Requested what was
	// asked for; empty means the builder's own. Platform is what the image's
	// configuration says, or what its base is where the builder tells of a
	// base for another platform. Programs that were copied in are not looked at.
	Platform  string
	Requested string
	// Provenance tells which step of the Dockerfile made which layer; nil where
	// the builder does not say. Its Files can be used until Release, Close or
	// the end of the context of Build.
	Provenance *provenance.Record
	// Release takes away what the build left for the caller to read. It may
	// be called more than once, and after the builder was closed.
	Release func() error
}

// PlatformMatches reports whether the image is for the platform that was asked for.
func (r Result) PlatformMatches() bool {
	return r.Requested == "" || normalPlatform(r.Platform) == normalPlatform(r.Requested)
}
