package image

import (
	"context"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containergate/gate/internal/gate"
)

// titleAnnotation is the file name that ORAS and its like give a layer.
const titleAnnotation = "org.opencontainers.image.title"

// Artifact reads the one document of an OCI artifact, such as a policy that was
// pushed with oras. It must be named by digest (registry/name@sha256:…), and
// have one layer, or one whose title ends in the suffix. What the registry hands
// out is held against the digests.
func Artifact(ctx context.Context, text, suffix string, plan gate.RegistryPlan) ([]byte, error) {
	if err := checkReference(text); err != nil {
		return nil, err
	}
	_, digest, pinned := strings.Cut(text, "@")
	if !pinned {
		return nil, fmt.Errorf("%w: %q is not pinned by a digest", ErrReference, text)
	}
	from, err := openShelf(ctx, text, plan)
	if err != nil {
		return nil, err
	}
	defer from.close()
	manifest, there, err := from.manifest(ctx, digest)
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, fmt.Errorf("%w: the registry has no %s", ErrNotFound, text)
	}
	layer, err := documentOf(manifest, suffix)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	return from.blob(ctx, layer)
}

func documentOf(manifest *v1.Manifest, suffix string) (v1.Descriptor, error) {
	if len(manifest.Layers) == 1 {
		return manifest.Layers[0], nil
	}
	var named []v1.Descriptor
	for _, layer := range manifest.Layers {
		if strings.HasSuffix(layer.Annotations[titleAnnotation], suffix) {
			named = append(named, layer)
		}
	}
	if len(named) != 1 {
		return v1.Descriptor{}, fmt.Errorf("%w: the artifact has %d layers and %d of them are titled *%s; push the one document alone", ErrUnsupported, len(manifest.Layers), len(named), suffix)
	}
	return named[0], nil
}
