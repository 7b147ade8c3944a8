package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/errdefs"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// layoutStore lets a builder read the blobs of an OCI layout, and nothing
// else. The builder checks each blob against its digest.
type layoutStore struct {
	readOnly
	root string
}

// openLayout opens path, path:tag or path@digest, and finds the digest of the
// image it names. Without a tag the layout must hold one image only.
func openLayout(spec string) (layoutStore, digest.Digest, error) {
	path, want, err := splitLayout(spec)
	if err != nil {
		return layoutStore{}, "", err
	}
	data, err := os.ReadFile(filepath.Join(path, ocispec.ImageIndexFile))
	if err != nil {
		return layoutStore{}, "", fmt.Errorf("%s is no OCI layout: %w", path, err)
	}
	var index ocispec.Index
	if err := json.Unmarshal(data, &index); err != nil {
		return layoutStore{}, "", fmt.Errorf("parse %s: %w", filepath.Join(path, ocispec.ImageIndexFile), err)
	}
	id, err := pickManifest(index, want)
	if err != nil {
		return layoutStore{}, "", fmt.Errorf("OCI layout %s: %w", path, err)
	}
	return layoutStore{root: path}, id, nil
}

// splitLayout takes the tag or digest off, unless a directory has that name.
func splitLayout(spec string) (path, want string, err error) {
	if info, statErr := os.Stat(spec); statErr == nil && info.IsDir() {
		return spec, "", nil
	}
	if path, id, ok := strings.Cut(spec, "@"); ok {
		if err := digest.Digest(id).Validate(); err != nil {
			return "", "", fmt.Errorf("%s: %w", spec, err)
		}
		return path, id, nil
	}
	if i := strings.LastIndex(spec, ":"); i > 0 && !strings.Contains(spec[i:], "/") {
		return spec[:i], spec[i+1:], nil
	}
	return spec, "", nil
}

func pickManifest(index ocispec.Index, want string) (digest.Digest, error) {
	var tags []string
	for _, manifest := range index.Manifests {
		tag := manifest.Annotations[ocispec.AnnotationRefName]
		if want != "" && (want == tag || want == manifest.Digest.String()) {
			return manifest.Digest, manifest.Digest.Validate()
		}
		tags = append(tags, tag)
	}
	switch {
	case want != "":
		return "", fmt.Errorf("it holds no image %s; its tags are %q", want, tags)
	case len(index.Manifests) != 1:
		return "", fmt.Errorf("it holds %d images; name one by its tag (path:tag) or digest (path@sha256:…); its tags are %q", len(index.Manifests), tags)
	}
	return index.Manifests[0].Digest, index.Manifests[0].Digest.Validate()
}

func (s layoutStore) path(id digest.Digest) (string, error) {
	if err := id.Validate(); err != nil {
		return "", fmt.Errorf("%w: %w", errdefs.ErrInvalidArgument, err)
	}
	return filepath.Join(s.root, ocispec.ImageBlobsDir, id.Algorithm().String(), id.Encoded()), nil
}

// Info tells the size of a blob.
func (s layoutStore) Info(_ context.Context, id digest.Digest) (content.Info, error) {
	path, err := s.path(id)
	if err != nil {
		return content.Info{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return content.Info{}, blobError(id, err)
	}
	return content.Info{Digest: id, Size: info.Size(), CreatedAt: info.ModTime(), UpdatedAt: info.ModTime()}, nil
}

// ReaderAt opens a blob.
func (s layoutStore) ReaderAt(_ context.Context, blob ocispec.Descriptor) (content.ReaderAt, error) {
	path, err := s.path(blob.Digest)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, blobError(blob.Digest, err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return blobFile{File: file, size: info.Size()}, nil
}

func blobError(id digest.Digest, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob %s: %w", id, errdefs.ErrNotFound)
	}
	return fmt.Errorf("blob %s: %w", id, err)
}

// blobFile is an open blob.
type blobFile struct {
	*os.File
	size int64
}

// Size is the blob's size in bytes.
func (b blobFile) Size() int64 { return b.size }
