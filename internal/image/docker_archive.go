package image

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/types"
)

// savedImage is one image of a docker save archive, as its manifest.json has it.
type savedImage struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// id is the image's own, by which its configuration is filed: as DIGEST.json the
// older way, as blobs/sha256/DIGEST in a layout, as sha256:DIGEST by some tools.
func (i savedImage) id() string {
	return "sha256:" + strings.TrimPrefix(strings.TrimSuffix(path.Base(i.Config), ".json"), "sha256:")
}

// dockerArchive reads the image that docker save wrote. selector chooses by tag
// or id among several and may be empty.
func dockerArchive(archive *tarball, selector string) (*source, error) {
	raw, err := archive.document("manifest.json")
	if err != nil {
		if archive.has("index.json") {
			return nil, fmt.Errorf("%w: %s is an OCI archive, not one of docker save; write oci-archive:%s", ErrUnsupported, archive, archive)
		}
		return nil, fmt.Errorf("%w: %s has no manifest.json, so docker save did not write it; write it again, or name the right file: %w", ErrCorrupt, archive, err)
	}
	var images []savedImage
	if err := json.Unmarshal(raw, &images); err != nil {
		return nil, fmt.Errorf("%w: manifest.json of %s is not valid; write the archive again: %w", ErrCorrupt, archive, err)
	}
	chosen, err := chooseSaved(images, archive.String(), selector)
	if err != nil {
		return nil, err
	}
	config, err := archive.document(chosen.Config)
	if err != nil {
		return nil, fmt.Errorf("%w: %s lacks the image's configuration; write the archive again: %w", ErrCorrupt, archive, err)
	}
	if sum := fmt.Sprintf("sha256:%x", sha256.Sum256(config)); selector == chosen.id() && selector != sum {
		return nil, fmt.Errorf("%w: what %s calls %s is %s; write the archive again", ErrCorrupt, archive, selector, sum)
	}
	found := &source{rawConfig: config, tags: slices.Sorted(slices.Values(chosen.RepoTags))}
	for _, name := range chosen.Layers {
		found.layers = append(found.layers, blob{
			mediaType: string(types.DockerLayer),
			open: func() (io.ReadCloser, error) {
				reader, err := archive.open(name)
				if err != nil {
					return nil, fmt.Errorf("%w: %w; write the archive again", ErrCorrupt, err)
				}
				return reader, nil
			},
		})
	}
	return found, nil
}

func chooseSaved(images []savedImage, place, selector string) (savedImage, error) {
	if selector == "" {
		switch len(images) {
		case 0:
			return savedImage{}, fmt.Errorf("%w: %s holds no image; write the archive again", ErrCorrupt, place)
		case 1:
			return images[0], nil
		default:
			return savedImage{}, fmt.Errorf("%w: %s holds %d images (%s); choose one with docker-archive:%s:NAME:TAG",
				ErrUnsupported, place, len(images), strings.Join(savedTags(images), ", "), place)
		}
	}
	for _, candidate := range images {
		if candidate.id() == selector {
			return candidate, nil
		}
		for _, tag := range candidate.RepoTags {
			if tag == selector || tag == selector+":latest" || strings.HasSuffix(tag, "/"+selector) {
				return candidate, nil
			}
		}
	}
	return savedImage{}, fmt.Errorf("%w: %s has no image %s, only %s", ErrNotFound, place, selector, strings.Join(savedTags(images), ", "))
}

func savedTags(images []savedImage) []string {
	var tags []string
	for _, candidate := range images {
		if len(candidate.RepoTags) == 0 {
			tags = append(tags, "one without a name")
		}
		tags = append(tags, candidate.RepoTags...)
	}
	slices.Sort(tags)
	return tags
}
