package build

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/containerd/platforms"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// layoutImage reads which image the layout in dir holds. A layout with an
// index over one image and its attestations counts as that image.
func layoutImage(dir string) (Result, error) {
	var index ocispec.Index
	if err := readJSON(filepath.Join(dir, ocispec.ImageIndexFile), &index); err != nil {
		return Result{}, err
	}
	for range 2 {
		image, err := onlyImage(index)
		if err != nil {
			return Result{}, err
		}
		if image.MediaType != ocispec.MediaTypeImageIndex {
			return manifestImage(dir, image)
		}
		index = ocispec.Index{}
		if err := readBlob(dir, image.Digest, &index); err != nil {
			return Result{}, err
		}
	}
	return Result{}, fmt.Errorf("the builder's image is an index of indexes")
}

// onlyImage finds the one image of an index; attestations have no platform.
func onlyImage(index ocispec.Index) (ocispec.Descriptor, error) {
	var images []ocispec.Descriptor
	for _, manifest := range index.Manifests {
		if manifest.Platform == nil || manifest.Platform.OS != "unknown" {
			images = append(images, manifest)
		}
	}
	if len(images) != 1 {
		return ocispec.Descriptor{}, fmt.Errorf("the builder sent %d images instead of one", len(images))
	}
	return images[0], nil
}

func manifestImage(dir string, image ocispec.Descriptor) (Result, error) {
	var manifest ocispec.Manifest
	if err := readBlob(dir, image.Digest, &manifest); err != nil {
		return Result{}, err
	}
	var config ocispec.Platform
	if err := readBlob(dir, manifest.Config.Digest, &config); err != nil {
		return Result{}, err
	}
	return Result{
		Ref:      "oci-dir:" + dir,
		ImageID:  manifest.Config.Digest.String(),
		Digest:   image.Digest.String(),
		Platform: platforms.Format(platforms.Normalize(config)),
	}, nil
}

func readBlob(dir string, id digest.Digest, value any) error {
	if err := id.Validate(); err != nil {
		return fmt.Errorf("read the builder's image: %w", err)
	}
	return readJSON(filepath.Join(dir, ocispec.ImageBlobsDir, id.Algorithm().String(), id.Encoded()), value)
}

func readJSON(path string, value any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the builder's image: %w", err)
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("parse %s of the builder's image: %w", filepath.Base(path), err)
	}
	return nil
}
