package build

import (
	"context"
	"fmt"
	"time"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client"
	docker "github.com/moby/moby/client"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

const (
	mobyExporter = "moby"
	imageDigest  = "containerimage.digest"
	configDigest = "containerimage.config.digest"
	// cleanTimeout bounds cleaning up, which goes on after a cancelled run.
	cleanTimeout = 30 * time.Second
)

// newTarget leaves the image in the Engine's store, without a name. It notes
// which images were there before, so that only a new one is removed later.
func (e *engine) newTarget(ctx context.Context) (target, error) {
	before, err := e.imageIDs(ctx)
	if err != nil {
		return target{}, err
	}
	return target{
		export: client.ExportEntry{Type: mobyExporter, Attrs: map[string]string{}},
		result: func(ctx context.Context, response *client.SolveResponse) (Result, error) {
			return e.builtImage(ctx, response, before)
		},
		discard: func() error { return nil },
	}, nil
}

func (e *engine) imageIDs(ctx context.Context) (map[string]bool, error) {
	list, err := e.api.ImageList(ctx, docker.ImageListOptions{All: true})
	if err != nil {
		return nil, fmt.Errorf("list the images of the Docker Engine at %s: %w", e.host, err)
	}
	ids := map[string]bool{}
	for _, image := range list.Items {
		ids[image.ID] = true
	}
	return ids, nil
}

func (e *engine) builtImage(ctx context.Context, response *client.SolveResponse, before map[string]bool) (Result, error) {
	id := response.ExporterResponse[configDigest]
	if id == "" {
		id = response.ExporterResponse[imageDigest]
	}
	if id == "" {
		return Result{}, fmt.Errorf("the build ended, but the Docker Engine at %s did not say which image it made", e.host)
	}
	image, err := e.api.ImageInspect(ctx, id)
	if err != nil {
		return Result{}, fmt.Errorf("look at the image that was built: %w", err)
	}
	platform := ocispec.Platform{OS: image.Os, Architecture: image.Architecture, Variant: image.Variant}
	return Result{
		Ref:      "docker:" + id,
		ImageID:  id,
		Platform: platforms.Format(platforms.Normalize(platform)),
		Release:  func() error { return e.release(ctx, id, before[id]) },
	}, nil
}

// release removes the image, unless it was there before the build or somebody
// gave it a name since. The build cache stays.
func (e *engine) release(ctx context.Context, id string, existed bool) error {
	if existed {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanTimeout)
	defer cancel()
	options, err := engineOptions(e.host)
	if err != nil {
		return err
	}
	// A client of its own, since the builder may be closed by now.
	api, err := docker.New(options...)
	if err != nil {
		return fmt.Errorf("remove the image %s: %w", id, err)
	}
	defer func() { _ = api.Close() }()
	image, err := api.ImageInspect(ctx, id)
	if err != nil || len(image.RepoTags) > 0 {
		return nil
	}
	if _, err := api.ImageRemove(ctx, id, docker.ImageRemoveOptions{}); err != nil {
		return fmt.Errorf("remove the image %s: %w", id, err)
	}
	return nil
}
