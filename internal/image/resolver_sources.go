package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// digest asks for the head of a manifest, which registries do not count as a
// pull, and for the manifest itself where the head does not say enough.
func (r *registry) digest(ctx context.Context, ref name.Reference, options ...remote.Option) (string, error) {
	head, err := remote.Head(ref, options...)
	if err == nil && namesImage(*head) {
		return head.Digest.String(), nil
	}
	if err != nil && (final(err) || ctx.Err() != nil) {
		return "", r.explain(ctx, ref, err)
	}
	got, err := remote.Get(ref, options...)
	if err != nil {
		return "", r.explain(ctx, ref, err)
	}
	if !namesImage(got.Descriptor) {
		return "", fmt.Errorf("%w: what the registry %s has as %s is no image (its type is %q); check the name, the tag and the proxy",
			ErrUnsupported, ref.Context().RegistryStr(), ref, shorten(string(got.MediaType), 80))
	}
	return got.Digest.String(), nil
}

// namesImage reports whether a descriptor is that of an image that can be named
// by its digest.
func namesImage(d v1.Descriptor) bool {
	bare, _, _ := strings.Cut(string(d.MediaType), ";")
	kind := types.MediaType(strings.TrimSpace(bare))
	return (kind.IsImage() || kind.IsIndex()) && isSHA256(d.Digest)
}

func isSHA256(digest v1.Hash) bool {
	return digest.Algorithm == "sha256" && len(digest.Hex) == 64 && strings.Trim(digest.Hex, "0123456789abcdef") == ""
}

// final reports whether asking for the manifest itself would give the same answer.
func final(err error) bool {
	var answer *transport.Error
	if errors.As(err, &answer) {
		return slices.Contains([]int{http.StatusNotFound, http.StatusUnauthorized, http.StatusTooManyRequests}, answer.StatusCode)
	}
	var failed *url.Error
	return errors.As(err, &failed) || errors.Is(err, ErrUnsupported)
}

// remembered is the digest under which the Engine knows the image in the
// registry of its name. It may be an old one: the Engine does not ask.
func (e *engine) remembered(ctx context.Context, text string, ref name.Tag) (string, error) {
	inspected, err := e.api.ImageInspect(ctx, text)
	if err != nil {
		if err := e.explain(ctx, text, err); !errors.Is(err, ErrNotFound) {
			return "", err
		}
		return "", fmt.Errorf("%w: the Docker Engine at %s has no %s", ErrNotFound, e.api.DaemonHost(), text)
	}
	var digests []string
	for _, entry := range inspected.RepoDigests {
		known, err := name.NewDigest(entry)
		if err != nil || known.Context().Name() != ref.Context().Name() {
			continue
		}
		if hash, err := v1.NewHash(known.DigestStr()); err == nil && isSHA256(hash) {
			digests = append(digests, hash.String())
		}
	}
	slices.Sort(digests)
	return onlyDigest(slices.Compact(digests), "the Docker Engine", text)
}

// layoutEntries are the images and indexes that a layout's index names, as they
// stand there.
func layoutEntries(place layout) ([]v1.Descriptor, error) {
	raw, err := place.document("index.json")
	if err != nil {
		return nil, notLayout(place, err)
	}
	var index v1.IndexManifest
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, fmt.Errorf("%w: the index of %s is not valid; write it again: %w", ErrCorrupt, place, err)
	}
	return slices.DeleteFunc(index.Manifests, func(d v1.Descriptor) bool {
		return isAttestation(d) || d.MediaType != "" && !d.MediaType.IsImage() && !d.MediaType.IsIndex()
	}), nil
}

// layoutDigest is that of the entry which bears the name, and whose manifest is there.
func layoutDigest(place layout, ref name.Tag) (string, error) {
	entries, err := layoutEntries(place)
	if err != nil {
		return "", err
	}
	digests := map[string]v1.Hash{}
	for _, entry := range entries {
		for _, key := range []string{"org.opencontainers.image.ref.name", "io.containerd.image.name"} {
			if bears(entry.Annotations[key], ref) {
				digests[entry.Digest.String()] = entry.Digest
			}
		}
	}
	digest, err := onlyDigest(slices.Sorted(maps.Keys(digests)), "the layout "+place.String(), ref.String())
	if err != nil {
		return "", err
	}
	if _, err := readBlob(place, digests[digest]); err != nil {
		return "", err
	}
	return digest, nil
}

// bears reports whether an annotation is a name of this image.
func bears(annotation string, ref name.Tag) bool {
	known, err := name.NewTag(annotation)
	return annotation != "" && err == nil && known.Name() == ref.Name()
}

func onlyDigest(digests []string, source, text string) (string, error) {
	switch len(digests) {
	case 0:
		return "", fmt.Errorf("%w: %s knows no digest of %s in its registry", ErrNotFound, source, text)
	case 1:
		return digests[0], nil
	}
	return "", fmt.Errorf("%w: %s knows %s by %d digests, and not which is meant", ErrUnsupported, source, text, len(digests))
}
