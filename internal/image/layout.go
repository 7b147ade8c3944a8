package image

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// layout is an OCI image layout, in a directory or in an archive.
type layout interface {
	fmt.Stringer
	open(name string) (io.ReadCloser, error)
	document(name string) ([]byte, error)
}

// directory is a layout that lies unpacked on disk. Names cannot lead out of it.
type directory struct{ root *os.Root }

func openDirectory(name string) (*directory, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%w; check the path", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%w: %s is a file, not a directory; for an archive write oci-archive:%s or docker-archive:%s", ErrUnsupported, name, name, name)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &directory{root: root}, nil
}

func (d *directory) open(name string) (io.ReadCloser, error) {
	file, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s in %s is not a regular file", ErrCorrupt, name, d)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return newSection(file, 0, info.Size()), nil
}

func (d *directory) document(name string) ([]byte, error) { return readDocument(d.open, name) }

// String names the directory.
func (d *directory) String() string { return d.root.Name() }

// Close closes the directory.
func (d *directory) Close() error { return d.root.Close() }

// readLayout finds the image in a layout that selector and platform ask for.
func readLayout(place layout, selector string, wanted platform) (*source, error) {
	raw, err := place.document("index.json")
	if err != nil {
		return nil, notLayout(place, err)
	}
	images, err := collectImages(place, raw, 0)
	if err != nil {
		return nil, err
	}
	chosen, err := chooseImage(images, place.String(), selector, wanted)
	if err != nil {
		return nil, err
	}
	manifest, rawManifest, err := readManifest(place, chosen.Digest)
	if err != nil {
		return nil, err
	}
	config, err := readBlob(place, manifest.Config.Digest)
	if err != nil {
		return nil, err
	}
	found := &source{rawConfig: config, rawManifest: rawManifest, digest: chosen.Digest.String()}
	for _, name := range []string{"io.containerd.image.name", "org.opencontainers.image.ref.name"} {
		if tag := chosen.Annotations[name]; tag != "" && len(found.tags) == 0 {
			found.tags = []string{tag}
		}
	}
	for _, layer := range manifest.Layers {
		found.layers = append(found.layers, blob{
			mediaType: string(layer.MediaType), digest: layer.Digest,
			open: func() (io.ReadCloser, error) {
				reader, err := place.open(blobPath(layer.Digest))
				if err != nil {
					return nil, missingBlob(place, layer.Digest, err)
				}
				return reader, nil
			},
		})
	}
	return found, nil
}

func notLayout(place layout, err error) error {
	if archive, ok := place.(*tarball); ok && archive.has("manifest.json") {
		return fmt.Errorf("%w: %s is an archive of docker save, not an OCI archive; write docker-archive:%s", ErrUnsupported, place, place)
	}
	return fmt.Errorf("%w: %s has no index.json, so it is no OCI layout; name the right place or write it again: %w", ErrCorrupt, place, err)
}

func readManifest(place layout, digest v1.Hash) (*v1.Manifest, []byte, error) {
	raw, err := readBlob(place, digest)
	if err != nil {
		return nil, nil, err
	}
	var manifest v1.Manifest
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return nil, nil, fmt.Errorf("%w: the manifest %s in %s is not valid; write it again: %w", ErrCorrupt, digest, place, err)
	}
	return &manifest, raw, nil
}

// readBlob reads a small blob whole and holds it against its digest.
func readBlob(place layout, digest v1.Hash) ([]byte, error) {
	if digest.Algorithm != "sha256" || len(digest.Hex) != 64 {
		return nil, fmt.Errorf("%w: %s names the digest %q, and gate knows sha256 only", ErrUnsupported, place, digest)
	}
	data, err := place.document(blobPath(digest))
	if err != nil {
		return nil, missingBlob(place, digest, err)
	}
	if got := sha256Digest(data); got != digest.String() {
		return nil, fmt.Errorf("%w: a file of %s should be %s and is %s; write it again", ErrCorrupt, place, digest, got)
	}
	return data, nil
}

func missingBlob(place layout, digest v1.Hash, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		// The sentinel of a missing image file stays out of the chain: the
		// layout is there, and it is incomplete.
		return fmt.Errorf("%w: %s lacks %s; write it again", ErrCorrupt, place, digest)
	}
	return err
}

func blobPath(digest v1.Hash) string { return path.Join("blobs", digest.Algorithm, digest.Hex) }
