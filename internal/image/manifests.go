package image

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/gate"
)

// mostIndexImages is how many images an index may name, through nested indexes.
const mostIndexImages = 500

// Resolution is what a registry has behind a reference. Manifests are held
// against their digests; no layer was read, so sizes are what manifests say.
type Resolution struct {
	// Digest is that of the image, or of the index where Index is true.
	Digest string
	Index  bool
	// Images are sorted by platform, then by digest.
	Images []PlatformImage
}

// PlatformImage is one image of a resolution.
type PlatformImage struct {
	// Digest is that of the manifest (sha256:…), and ConfigID that of the
	// configuration, which is the image's ID in a Docker Engine.
	Digest, ConfigID string
	// Platform is like linux/arm64 or linux/arm/v7.
	Platform string
	// Size is that of the layers as they are downloaded, in bytes, as the
	// manifest says.
	Size int64
}

// Manifests resolves a reference, with a tag or a digest, and lists its images:
// one, or those of an index, without attestations and other artifacts. Where
// platforms are given, only those are looked at, and one that is missing is
// ErrPlatform. Every manifest that is read counts as a pull; Digest asks for none.
//
// A tag or digest that is not there is ErrNotFound, a refusal ErrAuth, and a
// registry that wants to be asked less ErrLimited.
func Manifests(ctx context.Context, reference string, plan gate.RegistryPlan, platforms ...string) (Resolution, error) {
	repository, identifier, err := openReference(ctx, reference, plan)
	if err != nil {
		return Resolution{}, fmt.Errorf("resolve %s: %w", reference, err)
	}
	defer repository.Close()
	return repository.Manifests(ctx, identifier, platforms...)
}

// Manifests resolves a tag or digest of the repository, as the function of that
// name does.
func (r *Repository) Manifests(ctx context.Context, identifier string, platforms ...string) (Resolution, error) {
	found, err := r.resolve(ctx, identifier, platforms)
	if err != nil {
		return Resolution{}, fmt.Errorf("resolve %s: %w", r.shelf.at(identifier), err)
	}
	return found, nil
}

func (r *Repository) resolve(ctx context.Context, identifier string, platforms []string) (Resolution, error) {
	ref, err := r.reference(identifier)
	if err != nil {
		return Resolution{}, err
	}
	reading := &resolving{shelf: r.at(ref)}
	for _, text := range platforms {
		wanted, err := parsePlatform(text)
		if err != nil {
			return Resolution{}, err
		}
		reading.wanted = append(reading.wanted, wanted)
	}
	raw, kind, err := reading.fetch(ctx, identifier)
	if err != nil {
		return Resolution{}, err
	}
	found := Resolution{Digest: sha256Digest(raw), Index: kind.IsIndex()}
	if found.Index {
		err = reading.index(ctx, raw, 0)
	} else {
		err = reading.image(ctx, raw, found.Digest, platform{})
	}
	if err == nil {
		err = reading.complete()
	}
	if err != nil {
		return Resolution{}, err
	}
	found.Images = reading.sorted()
	return found, nil
}

// resolving is one run of Manifests.
type resolving struct {
	shelf   *shelf
	wanted  []platform
	found   []PlatformImage
	offered []platform
	entries int
}

// fetch reads a manifest and says of which kind it is, by its own word: one
// that could be read as both is refused.
func (r *resolving) fetch(ctx context.Context, identifier string) ([]byte, types.MediaType, error) {
	got, err := r.shelf.must(ctx, r.shelf.address("manifests", identifier), manifestTypes(), maxDocument)
	if err != nil {
		return nil, "", err
	}
	if hash, err := v1.NewHash(identifier); err == nil && sha256Digest(got.body) != hash.String() {
		return nil, "", fmt.Errorf("%w: the registry hands out another manifest than %s", ErrCorrupt, identifier)
	}
	var probe struct {
		MediaType types.MediaType `json:"mediaType"`
		Manifests json.RawMessage `json:"manifests"`
		Layers    json.RawMessage `json:"layers"`
		Signed    json.RawMessage `json:"fsLayers"`
	}
	switch err := json.Unmarshal(got.body, &probe); {
	case err != nil:
		return nil, "", fmt.Errorf("%w: the manifest %s is not valid; push it again: %w", ErrCorrupt, identifier, err)
	case probe.Signed != nil:
		return nil, "", fmt.Errorf("%w: it is an image of Docker's old schema 1; push it again with a current Docker", ErrUnsupported)
	case probe.Manifests != nil && probe.Layers == nil && (probe.MediaType.IsIndex() || probe.MediaType == ""):
		return got.body, types.OCIImageIndex, nil
	case probe.Manifests == nil && (probe.MediaType.IsImage() || probe.MediaType == ""):
		return got.body, types.OCIManifestSchema1, nil
	}
	return nil, "", fmt.Errorf("%w: the manifest %s is neither an image nor a list of images (its type is %.80q)", ErrUnsupported, identifier, string(probe.MediaType))
}

func (r *resolving) index(ctx context.Context, raw []byte, depth int) error {
	var index v1.IndexManifest
	if err := json.Unmarshal(raw, &index); err != nil {
		return fmt.Errorf("%w: the list of images is not valid; push it again: %w", ErrCorrupt, err)
	}
	if r.entries += len(index.Manifests); depth > 4 || r.entries > mostIndexImages {
		return fmt.Errorf("%w: the lists of images are nested too deeply or too long; gate reads up to %d images", ErrUnsupported, mostIndexImages)
	}
	for _, entry := range index.Manifests {
		of := descriptorPlatform(entry)
		if isAttestation(entry) || !of.isZero() && !r.wants(of) {
			continue
		}
		if !isSHA256(entry.Digest) {
			return fmt.Errorf("%w: it names the digest %.80q, and gate knows sha256 only", ErrUnsupported, entry.Digest.String())
		}
		raw, kind, err := r.fetch(ctx, entry.Digest.String())
		if err == nil && kind.IsIndex() {
			err = r.index(ctx, raw, depth+1)
		} else if err == nil {
			err = r.image(ctx, raw, entry.Digest.String(), of)
		}
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("%w: its image %s for %s is gone; push it again: %w", ErrNotFound, entry.Digest, of, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wants reports whether a platform was asked for, and remembers that it is there.
func (r *resolving) wants(of platform) bool {
	r.offered = append(r.offered, of)
	return len(r.wanted) == 0 || slices.ContainsFunc(r.wanted, func(one platform) bool { return one.accepts(of) })
}

// image adds one image. What is known of its platform is the index's word.
func (r *resolving) image(ctx context.Context, raw []byte, digest string, of platform) error {
	var manifest v1.Manifest
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return fmt.Errorf("%w: the manifest %s is not valid; push it again: %w", ErrCorrupt, digest, err)
	}
	if !manifest.Config.MediaType.IsConfig() {
		return nil
	}
	if of.isZero() {
		config, err := r.shelf.blob(ctx, manifest.Config)
		if err != nil {
			return err
		}
		var said v1.ConfigFile
		if err := json.Unmarshal(config, &said); err != nil {
			return fmt.Errorf("%w: the configuration of %s is not valid; push it again: %w", ErrCorrupt, digest, err)
		}
		if of = configPlatform(&said); !r.wants(of) {
			return nil
		}
	}
	one := PlatformImage{Digest: digest, ConfigID: manifest.Config.Digest.String(), Platform: of.String()}
	for _, layer := range manifest.Layers {
		if one.Size += layer.Size; layer.Size < 0 || one.Size < 0 {
			return fmt.Errorf("%w: the manifest %s says that a layer has %d bytes", ErrCorrupt, digest, layer.Size)
		}
	}
	r.found = append(r.found, one)
	return nil
}

// complete says what is missing of what was asked for.
func (r *resolving) complete() error {
	for _, wanted := range r.wanted {
		if slices.ContainsFunc(r.offered, wanted.accepts) {
			continue
		}
		return fmt.Errorf("%w: there is nothing for %s, only %s", ErrPlatform, wanted, describePlatforms(r.offered))
	}
	if len(r.found) == 0 {
		return fmt.Errorf("%w: there is no image in it", ErrUnsupported)
	}
	return nil
}

func (r *resolving) sorted() []PlatformImage {
	slices.SortFunc(r.found, func(a, b PlatformImage) int {
		return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Digest, b.Digest))
	})
	return slices.Compact(r.found)
}
