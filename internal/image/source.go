package image

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// source is an image as its source describes it, before its layers are read.
type source struct {
	rawConfig []byte
	// rawManifest is nil where the source has no manifest (docker save).
	rawManifest []byte
	// digest is the manifest's, or what the Engine knows it by; it may be empty.
	digest      string
	tags        []string
	repoDigests []string
	// layers are in build order, as many as the configuration has diff ids.
	layers []blob
}

// blob is the content of one layer, packed or not.
type blob struct {
	mediaType string
	// digest is that of the packed bytes where the source names one. Without it
	// the unpacked bytes are held against the configuration's diff id.
	digest v1.Hash
	// verified is set where open's bytes are checked on the way already, or come
	// straight from the Engine that keeps them.
	verified bool
	open     func() (io.ReadCloser, error)
}

// parse reads the configuration and holds it against the layers.
func (s *source) parse() (*v1.ConfigFile, error) {
	config, err := v1.ParseConfigFile(bytes.NewReader(s.rawConfig))
	if err != nil {
		return nil, fmt.Errorf("%w: its configuration is not valid JSON; make or fetch it again: %w", ErrCorrupt, err)
	}
	if config.OS == "windows" {
		return nil, fmt.Errorf("%w: it is a Windows image, and gate reads Linux images; choose another with --platform", ErrUnsupported)
	}
	if len(config.RootFS.DiffIDs) != len(s.layers) {
		return nil, fmt.Errorf("%w: its configuration names %d layers and its manifest %d; make or fetch it again",
			ErrCorrupt, len(config.RootFS.DiffIDs), len(s.layers))
	}
	for i, layer := range s.layers {
		if !readableLayer(layer.mediaType) {
			return nil, fmt.Errorf("%w: layer %d has the media type %q, which gate cannot read; rebuild the image with gzip or zstd layers",
				ErrUnsupported, i+1, layer.mediaType)
		}
	}
	return config, nil
}

// readableLayer reports whether a layer of this type is a tar, packed with gzip,
// zstd or not at all.
func readableLayer(mediaType string) bool {
	switch types.MediaType(mediaType) {
	case types.OCILayer, types.OCIUncompressedLayer, types.OCILayerZStd,
		types.OCIRestrictedLayer, types.OCIUncompressedRestrictedLayer,
		types.DockerLayer, types.DockerUncompressedLayer, types.DockerForeignLayer:
		return true
	}
	return strings.HasPrefix(mediaType, "application/vnd.docker.image.rootfs.diff.tar") &&
		strings.HasSuffix(mediaType, "zstd")
}

// sourceImage is a source in the form that stereoscope reads. Layers are told
// apart by position, because two layers may have one diff id.
type sourceImage struct {
	v1.Image
	layers []v1.Layer
}

// Layers gives the layers in build order.
func (i *sourceImage) Layers() ([]v1.Layer, error) { return i.layers, nil }

// newSourceImage joins a source and its parsed configuration. The context
// bounds every later reading of a layer, and checks hears of every layer read.
func newSourceImage(ctx context.Context, s *source, config *v1.ConfigFile, checks *verifier) (v1.Image, error) {
	core, err := partial.UncompressedToImage(sourceCore{raw: s.rawConfig})
	if err != nil {
		return nil, fmt.Errorf("read image configuration: %w", err)
	}
	image := &sourceImage{Image: core}
	for i, layer := range s.layers {
		opened, err := partial.UncompressedToLayer(&sourceLayer{
			ctx: ctx, number: i + 1, diffID: config.RootFS.DiffIDs[i], blob: layer, checks: checks,
		})
		if err != nil {
			return nil, fmt.Errorf("read layer %d: %w", i+1, err)
		}
		image.layers = append(image.layers, opened)
	}
	return image, nil
}

// sourceCore is the configuration alone.
type sourceCore struct{ raw []byte }

// RawConfigFile gives the configuration's bytes.
func (c sourceCore) RawConfigFile() ([]byte, error) { return c.raw, nil }

// MediaType stands for a manifest that is not made.
func (c sourceCore) MediaType() (types.MediaType, error) { return types.DockerManifestSchema2, nil }

// LayerByDiffID is never needed: sourceImage has the layers.
func (c sourceCore) LayerByDiffID(id v1.Hash) (partial.UncompressedLayer, error) {
	return nil, fmt.Errorf("layer %s is asked for by its diff id", id)
}

// sourceLayer is one layer, unpacked and checked while it is read. The context
// lives in the value because the interface it serves has no room for one.
type sourceLayer struct {
	ctx    context.Context
	number int
	diffID v1.Hash
	blob   blob
	checks *verifier
}

// DiffID is the digest that the configuration names.
func (l *sourceLayer) DiffID() (v1.Hash, error) { return l.diffID, nil }

// MediaType is what the manifest calls the layer.
func (l *sourceLayer) MediaType() (types.MediaType, error) {
	return types.MediaType(l.blob.mediaType), nil
}

// Uncompressed gives the unpacked layer. Reading it to its end checks it; what
// can be read in place is checked in the background.
func (l *sourceLayer) Uncompressed() (io.ReadCloser, error) {
	packed, err := l.blob.open()
	if err != nil {
		return nil, fmt.Errorf("layer %d (%s): %w", l.number, l.diffID, err)
	}
	want, sumPacked := l.diffID, l.blob.digest.Hex != ""
	if sumPacked {
		want = l.blob.digest
	}
	if lying, ok := packed.(*section); ok && lying.plain() {
		if !l.blob.verified {
			l.checks.check(l.ctx, lying, l.number, want)
		}
		return &sectionLayer{section: lying, ctx: l.ctx}, nil
	}
	sum := sha256.New()
	var raw io.Reader = packed
	if sumPacked && !l.blob.verified {
		raw = io.TeeReader(packed, sum)
	}
	plain, err := unpack(raw)
	if err != nil {
		_ = packed.Close()
		return nil, fmt.Errorf("%w: layer %d (%s) cannot be unpacked; make or fetch the image again: %w", ErrCorrupt, l.number, l.diffID, err)
	}
	reader := &layerReader{
		ctx: l.ctx, plain: plain, number: l.number, diffID: l.diffID,
		close: func() error { return errors.Join(plain.Close(), packed.Close()) },
		// What follows the packed data belongs to the blob, too.
		atEnd: func() error {
			if _, err := io.Copy(io.Discard, raw); err != nil || l.blob.verified {
				return err
			}
			return compareLayer(l.number, want, sum.Sum(nil))
		},
	}
	if !sumPacked {
		reader.plain = io.TeeReader(plain, sum)
	}
	return reader, nil
}
