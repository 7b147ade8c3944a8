package build

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client"
	docker "github.com/moby/moby/client"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/containergate/gate/internal/gate"
)

const (
	mobyExporter = "moby"
	imageDigest  = "containerimage.digest"
	configDigest = "containerimage.config.digest"
	// cleanTimeout bounds cleaning up, which goes on after a cancelled run.
	cleanTimeout = 30 * time.Second
	// noTag is what older Engines list in place of no name at all.
	noTag = "<none>:<none>"
	// mostBuilds is how often an image is built that vanishes.
	mostBuilds = 4
)

// errVanished: the image that a build made is gone or going, because another run
// made the same one and has just given it back. Building again makes it again.
var errVanished = errors.New("the image that was built is not to be had from the Docker Engine")

// newTarget leaves the image in the Engine's store, under a name of this run's
// own: other runs may make the very same image at the same time, and each takes
// away its own name only. The Engine removes an image with its last name.
func (e *engine) newTarget(ctx context.Context) (target, error) {
	nameless, err := e.nameless(ctx)
	if err != nil {
		return target{}, err
	}
	return target{
		export: client.ExportEntry{Type: mobyExporter, Attrs: map[string]string{}},
		result: func(ctx context.Context, response *client.SolveResponse) (Result, error) {
			return e.builtImage(ctx, response, nameless)
		},
		discard: func() error { return nil },
	}, nil
}

// nameless are the images that nobody has named. One of these stays as it is:
// it could not lose a name of ours without going itself.
func (e *engine) nameless(ctx context.Context) (map[string]bool, error) {
	list, err := e.api.ImageList(ctx, docker.ImageListOptions{All: true})
	if err != nil {
		return nil, fmt.Errorf("list the images of the Docker Engine at %s: %w", e.host, err)
	}
	ids := map[string]bool{}
	for _, image := range list.Items {
		ids[image.ID] = len(image.RepoTags) == 0 || slices.Equal(image.RepoTags, []string{noTag})
	}
	return ids, nil
}

func (e *engine) builtImage(ctx context.Context, response *client.SolveResponse, nameless map[string]bool) (Result, error) {
	id := response.ExporterResponse[configDigest]
	if id == "" {
		id = response.ExporterResponse[imageDigest]
	}
	if id == "" {
		return Result{}, fmt.Errorf("the build ended, but the Docker Engine at %s did not say which image it made", e.host)
	}
	image, err := e.api.ImageInspect(ctx, id)
	release := func() error { return nil }
	if err == nil && !nameless[id] {
		name := gate.RunRepository + ":" + strings.ToLower(rand.Text())
		_, err = e.api.ImageTag(ctx, docker.ImageTagOptions{Source: id, Target: name})
		release = func() error { return e.release(ctx, name) }
	}
	switch {
	case errdefs.IsNotFound(err), errdefs.IsInternal(err):
		// An Engine that is in the middle of removing an image stumbles over it.
		return Result{}, fmt.Errorf("%w at %s: %w", errVanished, e.host, err)
	case err != nil:
		return Result{}, fmt.Errorf("look at the image that was built: %w", err)
	}
	platform := ocispec.Platform{OS: image.Os, Architecture: image.Architecture, Variant: image.Variant}
	return Result{
		Ref:      "docker:" + id,
		ImageID:  id,
		Platform: platforms.Format(platforms.Normalize(platform)),
		Release:  release,
	}, nil
}

// release takes the run's name off the image. The build cache stays.
func (e *engine) release(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanTimeout)
	defer cancel()
	options, err := engineOptions(e.host)
	if err != nil {
		return err
	}
	// A client of its own, since the builder may be closed by now.
	api, err := docker.New(options...)
	if err != nil {
		return fmt.Errorf("remove the image %s: %w", name, err)
	}
	defer func() { _ = api.Close() }()
	if _, err := api.ImageRemove(ctx, name, docker.ImageRemoveOptions{}); err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("remove the image %s: %w", name, err)
	}
	return nil
}
