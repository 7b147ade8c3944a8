package image

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/anchore/stereoscope/pkg/file"
	"github.com/anchore/stereoscope/pkg/filetree"
	stereoscope "github.com/anchore/stereoscope/pkg/image"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Image is an opened image. Its methods may be called from several goroutines
// until Close.
type Image struct {
	ref     string
	read    *stereoscope.Image
	config  *v1.ConfigFile
	digest  string
	tags    []string
	release func() error

	closing sync.Once
	failed  error
}

// Close releases the image and removes its temporary files. Closing twice does
// nothing more.
func (i *Image) Close() error {
	i.closing.Do(func() { i.failed = errors.Join(i.read.Cleanup(), i.release()) })
	return i.failed
}

// Ref is the reference as it was given to Open.
func (i *Image) Ref() string { return i.ref }

// ID is the digest of the configuration (sha256:…), which identifies the image
// everywhere, pushed or not.
func (i *Image) ID() string { return i.read.Metadata.ID }

// Digest is the digest of the manifest for this platform or, for an image of a
// Docker Engine, the one that it was pulled or pushed by. It is empty where none
// is known.
func (i *Image) Digest() string { return i.digest }

// Tags are the names the source knows the image by, sorted.
func (i *Image) Tags() []string { return slices.Clone(i.tags) }

// Platform is what the configuration says the image is made for, linux/amd64.
func (i *Image) Platform() string { return configPlatform(i.config).String() }

// Size is the sum of the sizes of all files in all layers, in bytes.
func (i *Image) Size() int64 { return i.read.Metadata.Size }

// Stereoscope is the image for syft's stereoscopesource. The source made from it
// must not be closed: that would take the layers away from everybody else.
func (i *Image) Stereoscope() *stereoscope.Image { return i.read }

// Layer is one layer of the image.
type Layer struct {
	// Index is its place in build order, from 0.
	Index int
	// DiffID is the digest of the unpacked layer, sha256:….
	DiffID string
	// Size is the sum of the sizes of its files in bytes.
	Size int64
}

// Layers are the layers in build order.
func (i *Image) Layers() []Layer {
	layers := make([]Layer, len(i.read.Layers))
	for n, layer := range i.read.Layers {
		layers[n] = Layer{Index: n, DiffID: layer.Metadata.Digest, Size: layer.Metadata.Size}
	}
	return layers
}

// OpenInLayer opens a regular file as the layer itself holds it, wherever it is
// visible later. It gives fs.ErrNotExist when the layer does not bring that file.
func (i *Image) OpenInLayer(index int, name string) (io.ReadCloser, error) {
	missing := &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	if index < 0 || index >= len(i.read.Layers) {
		return nil, missing
	}
	name = path.Join("/", name)
	exists, found, err := i.read.Layers[index].Tree.File(file.Path(name), filetree.FollowBasenameLinks)
	if err != nil || !exists || found == nil || found.Reference == nil {
		return nil, missing
	}
	entry, err := i.read.FileCatalog.Get(*found.Reference)
	if err != nil || entry.Type != file.TypeRegular {
		return nil, missing
	}
	return i.read.FileCatalog.Open(*found.Reference)
}

// ListInLayer gives the absolute paths of what a layer brings directly inside a
// directory, sorted; nothing when it does not touch it.
func (i *Image) ListInLayer(index int, dir string) []string {
	if index < 0 || index >= len(i.read.Layers) {
		return nil
	}
	paths, err := i.read.Layers[index].Tree.ListPaths(file.Path(path.Join("/", dir)))
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(paths))
	for _, name := range paths {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}
