package image

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// The keys by which an image names the one that it was built on
// (OCI image specification, annotations).
const (
	AnnotationBaseName   = "org.opencontainers.image.base.name"
	AnnotationBaseDigest = "org.opencontainers.image.base.digest"
)

// About is what an image says of itself. No layer is read for it, and nothing of
// it is checked.
type About struct {
	// Created is when it was made; the zero time where it does not say. Images
	// that are built to be reproducible say what they like.
	Created time.Time
	// Labels are those of the configuration, and the annotations of the
	// manifest, which count where both are there.
	Labels map[string]string
}

// About reads the manifest of one image, by its digest, and its configuration.
func (r *Repository) About(ctx context.Context, digest string) (About, error) {
	ref, err := r.reference(digest)
	if err != nil {
		return About{}, err
	}
	reading := &resolving{shelf: r.at(ref)}
	raw, kind, err := reading.fetch(ctx, digest)
	if err != nil {
		return About{}, fmt.Errorf("read %s: %w", ref, err)
	}
	var manifest v1.Manifest
	if err := json.Unmarshal(raw, &manifest); err != nil || kind.IsIndex() {
		return About{}, fmt.Errorf("read %s: %w: it is no manifest of an image", ref, ErrUnsupported)
	}
	text, err := reading.shelf.blob(ctx, manifest.Config)
	if err != nil {
		return About{}, fmt.Errorf("read the configuration of %s: %w", ref, err)
	}
	var config v1.ConfigFile
	if err := json.Unmarshal(text, &config); err != nil {
		return About{}, fmt.Errorf("read the configuration of %s: %w: %w", ref, ErrCorrupt, err)
	}
	about := About{Created: config.Created.UTC(), Labels: map[string]string{}}
	maps.Copy(about.Labels, config.Config.Labels)
	maps.Copy(about.Labels, manifest.Annotations)
	return about, nil
}
