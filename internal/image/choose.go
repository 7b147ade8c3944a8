package image

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// collectImages gives the images that an index names, through nested indexes,
// without attestations. Several names of one image are several entries.
func collectImages(place layout, rawIndex []byte, depth int) ([]v1.Descriptor, error) {
	if depth > 4 {
		return nil, fmt.Errorf("%w: the indexes of %s are nested too deeply", ErrUnsupported, place)
	}
	var index v1.IndexManifest
	if err := json.Unmarshal(rawIndex, &index); err != nil {
		return nil, fmt.Errorf("%w: an index of %s is not valid; write it again: %w", ErrCorrupt, place, err)
	}
	var images []v1.Descriptor
	for _, entry := range index.Manifests {
		switch {
		case isAttestation(entry):
		case entry.MediaType.IsIndex():
			raw, err := readBlob(place, entry.Digest)
			if err != nil {
				return nil, err
			}
			nested, err := collectImages(place, raw, depth+1)
			if err != nil {
				return nil, err
			}
			images = append(images, inheritNames(nested, entry.Annotations)...)
		case entry.MediaType.IsImage(), entry.MediaType == "":
			images = append(images, entry)
		case entry.MediaType == types.DockerManifestSchema1, entry.MediaType == types.DockerManifestSchema1Signed:
			return nil, fmt.Errorf("%w: %s holds an image of Docker's old schema 1; push it again with a current Docker", ErrUnsupported, place)
		}
	}
	return images, nil
}

// inheritNames hands the name of an index down to its images.
func inheritNames(images []v1.Descriptor, names map[string]string) []v1.Descriptor {
	for i := range images {
		if len(images[i].Annotations) == 0 {
			images[i].Annotations = names
		}
	}
	return images
}

// isAttestation reports whether an entry is provenance or an SBOM of BuildKit's.
func isAttestation(entry v1.Descriptor) bool {
	if entry.Annotations["vnd.docker.reference.type"] == "attestation-manifest" {
		return true
	}
	return entry.Platform != nil && entry.Platform.OS == "unknown" && entry.Platform.Architecture == "unknown"
}

// chooseImage picks the one image that was asked for, or says why there is none.
func chooseImage(images []v1.Descriptor, place, selector string, wanted platform) (v1.Descriptor, error) {
	if len(images) == 0 {
		return v1.Descriptor{}, fmt.Errorf("%w: %s holds no image; write it again", ErrCorrupt, place)
	}
	if selector != "" {
		all := images
		images = slices.DeleteFunc(slices.Clone(all), func(d v1.Descriptor) bool { return !named(d, selector) })
		if len(images) == 0 {
			return v1.Descriptor{}, fmt.Errorf("%w: %s has no image %s, only %s", ErrNotFound, place, selector, describeImages(all))
		}
	}
	if distinct(images) == 1 {
		return images[0], nil
	}
	host := wanted.orHost()
	matching := slices.DeleteFunc(slices.Clone(images), func(d v1.Descriptor) bool { return !host.accepts(descriptorPlatform(d)) })
	exact := slices.DeleteFunc(slices.Clone(matching), func(d v1.Descriptor) bool { return host != descriptorPlatform(d) })
	if distinct(exact) == 1 {
		matching = exact
	}
	switch distinct(matching) {
	case 1:
		return matching[0], nil
	case 0:
		return v1.Descriptor{}, fmt.Errorf("%w: %s has nothing for %s, only %s; choose one of them with --platform", ErrPlatform, place, host, describeImages(images))
	default:
		return v1.Descriptor{}, fmt.Errorf("%w: %s holds several images for %s (%s); choose one by adding :NAME or @DIGEST to the path",
			ErrUnsupported, place, host, describeImages(matching))
	}
}

func named(entry v1.Descriptor, selector string) bool {
	if entry.Digest.String() == selector {
		return true
	}
	for _, key := range []string{"org.opencontainers.image.ref.name", "io.containerd.image.name"} {
		if name := entry.Annotations[key]; name != "" && (name == selector || strings.HasSuffix(name, "/"+selector)) {
			return true
		}
	}
	return false
}

func distinct(images []v1.Descriptor) int {
	seen := map[v1.Hash]bool{}
	for _, entry := range images {
		seen[entry.Digest] = true
	}
	return len(seen)
}

func descriptorPlatform(entry v1.Descriptor) platform {
	if entry.Platform == nil {
		return platform{}
	}
	return newPlatform(entry.Platform.OS, entry.Platform.Architecture, entry.Platform.Variant)
}

func describeImages(images []v1.Descriptor) string {
	var words []string
	for _, entry := range images {
		name := entry.Annotations["org.opencontainers.image.ref.name"]
		if name == "" {
			name = entry.Digest.String()
		}
		if entry.Platform != nil {
			name = descriptorPlatform(entry).String() + " " + name
		}
		words = append(words, name)
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ", ")
}

func sha256Digest(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }
