package image

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// mostArtifactBytes is the size of an artifact's document, written or read.
const mostArtifactBytes = 64 << 20

// emptyConfig is the type of a configuration that says nothing, for artifacts.
const emptyConfig types.MediaType = "application/vnd.oci.empty.v1+json"

// StoredArtifact is a document that gate keeps in a repository, under a tag.
type StoredArtifact struct {
	// ArtifactType says what the artifact is, MediaType what its document is.
	ArtifactType, MediaType string
	// Annotations are those of the manifest.
	Annotations map[string]string
	// Content is the document, of 64 MiB at most. ArtifactHead leaves it out.
	Content []byte
	// Digest is that of the manifest. PutArtifact does not look at it.
	Digest string
	// Size is that of the document, in bytes. PutArtifact does not look at it.
	Size int64
}

// PutArtifact keeps a document under a tag, and gives the digest of what the tag
// stands for then. Equal artifacts have equal digests. The tag is moved last, so
// that whoever reads it meanwhile gets the old artifact or the new one, whole; of
// two writers, the later one stays.
func (r *Repository) PutArtifact(ctx context.Context, tag string, made StoredArtifact) (string, error) {
	ref, err := r.tag(tag)
	if err != nil {
		return "", err
	}
	if len(made.Content) > mostArtifactBytes {
		return "", fmt.Errorf("keep %s: %w: the document has %d bytes, and gate keeps up to %d MB in a registry", ref, ErrUnsupported, len(made.Content), mostArtifactBytes>>20)
	}
	artifact, err := packArtifact(made)
	if err != nil {
		return "", fmt.Errorf("keep %s: %w", ref, err)
	}
	if err := r.push(ctx, ref, artifact); err != nil {
		return "", fmt.Errorf("keep %s: %w", ref, r.shelf.registry.explain(ctx, ref, err))
	}
	digest, err := artifact.Digest()
	return digest.String(), err
}

// push tries a manifest that is called wrong some times: it is not wrong, but a
// registry that keeps files may look at one of its own while another writer
// fills it.
func (r *Repository) push(ctx context.Context, ref name.Reference, artifact v1.Image) error {
	pusher, err := r.writer()
	if err != nil {
		return err
	}
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		err := pusher.Push(ctx, ref, artifact)
		if answered(err) != http.StatusBadRequest || wait > time.Second {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait):
		}
	}
}

// writer logs in for writing, which needs more rights than reading does.
func (r *Repository) writer() (*remote.Pusher, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pusher != nil {
		return r.pusher, nil
	}
	hub := r.shelf.registry
	pusher, err := remote.NewPusher(remote.WithAuthFromKeychain(hub.keychain),
		remote.WithTransport(hub.transport(r.shelf.ref)), remote.WithUserAgent("gate"))
	r.pusher = pusher
	return pusher, err
}

func (r *Repository) tag(tag string) (name.Reference, error) {
	if !isTag(tag) {
		return nil, fmt.Errorf("%w: %.100q is no tag", ErrReference, tag)
	}
	return r.reference(tag)
}

// packedArtifact is an artifact with its manifest, as it is pushed.
type packedArtifact struct {
	manifest []byte
	document v1.Layer
}

// packArtifact makes the manifest that OCI 1.1 wants of an artifact.
func packArtifact(made StoredArtifact) (v1.Image, error) {
	document := static.NewLayer(made.Content, types.MediaType(made.MediaType))
	digest, err := document.Digest()
	if err != nil {
		return nil, err
	}
	config, err := v1.NewHash(sha256Digest(packedArtifact{}.config()))
	if err != nil {
		return nil, err
	}
	manifest, err := json.Marshal(v1.Manifest{
		SchemaVersion: 2, MediaType: types.OCIManifestSchema1, ArtifactType: made.ArtifactType,
		Config:      v1.Descriptor{MediaType: emptyConfig, Size: int64(len(packedArtifact{}.config())), Digest: config},
		Layers:      []v1.Descriptor{{MediaType: types.MediaType(made.MediaType), Size: int64(len(made.Content)), Digest: digest}},
		Annotations: made.Annotations,
	})
	if err != nil {
		return nil, err
	}
	return partial.CompressedToImage(packedArtifact{manifest: manifest, document: document})
}

func (packedArtifact) config() []byte { return []byte("{}") }

// RawConfigFile implements partial.CompressedImageCore.
func (p packedArtifact) RawConfigFile() ([]byte, error) { return p.config(), nil }

// MediaType implements partial.CompressedImageCore.
func (packedArtifact) MediaType() (types.MediaType, error) { return types.OCIManifestSchema1, nil }

// RawManifest implements partial.CompressedImageCore.
func (p packedArtifact) RawManifest() ([]byte, error) { return p.manifest, nil }

// LayerByDigest implements partial.CompressedImageCore.
func (p packedArtifact) LayerByDigest(v1.Hash) (partial.CompressedLayer, error) {
	return p.document, nil
}

// ArtifactHead reads what is kept under a tag, without the document. A tag that
// is not there is ErrNotFound, and one that holds something else ErrUnsupported.
func (r *Repository) ArtifactHead(ctx context.Context, tag string) (StoredArtifact, error) {
	found, _, err := r.artifact(ctx, tag)
	if err != nil {
		return StoredArtifact{}, fmt.Errorf("read %s:%s: %w", r, tag, err)
	}
	return found, nil
}

// Artifact reads what is kept under a tag. The document is held against its digest.
func (r *Repository) Artifact(ctx context.Context, tag string) (StoredArtifact, error) {
	found, document, err := r.artifact(ctx, tag)
	if err == nil {
		found.Content, err = r.shelf.blobUpTo(ctx, document, mostArtifactBytes)
	}
	if err != nil {
		return StoredArtifact{}, fmt.Errorf("read %s:%s: %w", r, tag, err)
	}
	return found, nil
}

func (r *Repository) artifact(ctx context.Context, tag string) (StoredArtifact, v1.Descriptor, error) {
	ref, err := r.tag(tag)
	if err != nil {
		return StoredArtifact{}, v1.Descriptor{}, err
	}
	at := r.at(ref)
	got, err := at.must(ctx, at.address("manifests", tag), manifestTypes(), maxDocument)
	if err != nil {
		return StoredArtifact{}, v1.Descriptor{}, err
	}
	var manifest v1.Manifest
	if err := json.NewDecoder(bytes.NewReader(got.body)).Decode(&manifest); err != nil {
		return StoredArtifact{}, v1.Descriptor{}, fmt.Errorf("%w: its manifest is not valid: %w", ErrCorrupt, err)
	}
	if manifest.ArtifactType == "" || len(manifest.Layers) != 1 {
		return StoredArtifact{}, v1.Descriptor{}, fmt.Errorf("%w: it is an image or an artifact of another tool; keep gate's documents in a repository of their own", ErrUnsupported)
	}
	layer := manifest.Layers[0]
	if layer.Size < 0 || layer.Size > mostArtifactBytes {
		return StoredArtifact{}, v1.Descriptor{}, fmt.Errorf("%w: its document has %d bytes, and gate reads up to %d MB", ErrUnsupported, layer.Size, mostArtifactBytes>>20)
	}
	return StoredArtifact{
		ArtifactType: manifest.ArtifactType, MediaType: string(layer.MediaType), Annotations: manifest.Annotations,
		Digest: sha256Digest(got.body), Size: layer.Size,
	}, layer, nil
}

// DeleteArtifact removes what a tag stands for, and with it every other tag of
// the same digest. Many registries refuse: then the error is ErrUnsupported
// (nothing is deleted over this protocol) or ErrAuth (not by this login). What
// is not there is ErrNotFound.
func (r *Repository) DeleteArtifact(ctx context.Context, tag string) error {
	found, _, err := r.artifact(ctx, tag)
	if err != nil {
		return fmt.Errorf("delete %s:%s: %w", r, tag, err)
	}
	ref, err := r.reference(found.Digest)
	if err != nil {
		return fmt.Errorf("delete %s:%s: %w", r, tag, err)
	}
	hub := r.shelf.registry
	err = remote.Delete(ref, hub.options(ctx, ref)...)
	if err == nil {
		return nil
	}
	if status := answered(err); status == http.StatusMethodNotAllowed || status == http.StatusBadRequest {
		err = fmt.Errorf("%w: the registry %s deletes nothing over its protocol (%d); delete old versions in its own settings, or switch deleting on there",
			ErrUnsupported, r.repo.RegistryStr(), status)
	}
	return fmt.Errorf("delete %s:%s: %w", r, tag, hub.explain(ctx, ref, err))
}
