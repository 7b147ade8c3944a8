package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	stereoscope "github.com/anchore/stereoscope/pkg/image"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/containergate/gate/internal/gate"
)

// Options say how an image is opened.
type Options struct {
	// Platform selects one of a multi-platform image (linux/arm64), and is held
	// against every other; empty means the machine's own where there is a
	// choice, and no check where there is none.
	Platform string
	// Registry holds logins and insecure hosts.
	Registry gate.RegistryPlan
	// DockerHost is the Engine's address; empty means the environment's.
	DockerHost string
	// TempDir is where the private directory is made; empty means the system's.
	TempDir string
	// Seat is the image's place in a batch; nil for an image by itself. It is
	// used for an image of a Docker Engine, and given up for any other.
	Seat *Seat
}

// Open reads the image that ref names: docker:NAME, registry:NAME,
// docker-archive:FILE, oci-archive:FILE, oci-dir:DIRECTORY, or a bare name,
// which is looked up in the Docker Engine and then in its registry. An archive
// or layout that holds several images takes :NAME or @DIGEST after its path.
//
// The errors are this package's Err values, fs.ErrNotExist for a path that is
// not there, and the context's error. The caller must Close the image.
func Open(ctx context.Context, ref string, opts Options) (*Image, error) {
	defer opts.Seat.Leave()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	kind, rest, err := splitReference(ref)
	if err != nil {
		return nil, fmt.Errorf("open image %q: %w", ref, err)
	}
	wanted, err := parsePlatform(opts.Platform)
	if err != nil {
		return nil, fmt.Errorf("open image %q: %w", ref, err)
	}
	temp, err := os.MkdirTemp(opts.TempDir, "gate-image-")
	if err != nil {
		return nil, fmt.Errorf("open image %q: make a temporary directory: %w", ref, err)
	}
	opening := &opening{opts: opts, wanted: wanted, temp: temp}
	image, err := opening.run(ctx, kind, rest)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open image %s: %w", ref, err), opening.close())
	}
	image.ref, image.release = ref, opening.close
	return image, nil
}

// opening is what one call of Open holds on the way.
type opening struct {
	opts   Options
	wanted platform
	temp   string
	held   []io.Closer
}

// close releases everything and removes the temporary directory.
func (o *opening) close() error {
	var errs []error
	for _, closer := range o.held {
		errs = append(errs, closer.Close())
	}
	o.held = nil
	return errors.Join(append(errs, os.RemoveAll(o.temp))...)
}

func (o *opening) run(ctx context.Context, kind scheme, rest string) (*Image, error) {
	found, err := o.find(ctx, kind, rest)
	if err != nil {
		return nil, err
	}
	config, err := found.parse()
	if err != nil {
		return nil, err
	}
	if err := o.wanted.check(config); err != nil {
		return nil, err
	}
	checks := newVerifier()
	raw, err := newSourceImage(ctx, found, config, checks)
	if err != nil {
		return nil, err
	}
	metadata := []stereoscope.AdditionalMetadata{
		stereoscope.WithTags(found.tags...), stereoscope.WithRepoDigests(found.repoDigests...),
	}
	if found.rawManifest != nil {
		metadata = append(metadata, stereoscope.WithManifest(found.rawManifest))
	}
	read := stereoscope.New(raw, nil, o.temp, metadata...)
	err = read.Read(ctx)
	if fault := checks.wait(); fault != nil {
		// What the check says is the cause of what the reader stumbled over.
		err = fault
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = listFolders(read)
	}
	if err != nil {
		return nil, errors.Join(classifyRead(ctx, o.temp, err), read.Cleanup())
	}
	return &Image{read: read, config: config, digest: found.digest, tags: found.tags}, nil
}

// find asks the source for the image, without reading its layers.
func (o *opening) find(ctx context.Context, kind scheme, rest string) (*source, error) {
	switch kind {
	case schemeDocker:
		return o.fromEngine(ctx, rest)
	case schemeRegistry:
		return newRegistry(o.opts.Registry).read(ctx, rest, o.wanted)
	case schemeDockerArchive, schemeOCIArchive:
		return o.fromArchive(ctx, kind, rest)
	case schemeOCIDir:
		path, selector := splitSelector(rest)
		place, err := openDirectory(path)
		if err != nil {
			return nil, err
		}
		o.held = append(o.held, place)
		return readLayout(place, selector, o.wanted)
	default:
		return o.fromAnywhere(ctx, rest)
	}
}

func (o *opening) fromArchive(ctx context.Context, kind scheme, rest string) (*source, error) {
	path, selector := splitSelector(rest)
	archive, err := openTarball(ctx, path, o.temp)
	if err != nil {
		return nil, err
	}
	o.held = append(o.held, archive)
	if kind == schemeDockerArchive {
		return dockerArchive(archive, selector)
	}
	return readLayout(archive, selector, o.wanted)
}

func (o *opening) fromEngine(ctx context.Context, rest string) (*source, error) {
	docker, err := openEngine(ctx, o.opts.DockerHost)
	if err != nil {
		return nil, err
	}
	defer func() { _ = docker.Close() }()
	return o.saved(ctx, docker, rest)
}

func (o *opening) saved(ctx context.Context, docker *engine, rest string) (*source, error) {
	found, held, err := docker.read(ctx, rest, o.temp, o.wanted, o.opts.Seat)
	o.held = append(o.held, held...)
	return found, err
}

// fromAnywhere serves a bare name: from the Engine if one answers and has the
// image, otherwise from its registry.
func (o *opening) fromAnywhere(ctx context.Context, rest string) (*source, error) {
	if _, err := name.ParseReference(rest); err != nil || strings.HasPrefix(rest, ".") {
		return nil, fmt.Errorf("%w: %q is not an image name; for a file or directory write docker-archive:, oci-archive: or oci-dir: before it", ErrReference, rest)
	}
	asked := "no Docker Engine answers"
	docker, err := openEngine(ctx, o.opts.DockerHost)
	if err == nil {
		defer func() { _ = docker.Close() }()
		has, err := docker.has(ctx, rest)
		if err != nil {
			return nil, err
		}
		if has {
			return o.saved(ctx, docker, rest)
		}
		asked = "the Docker Engine at " + docker.api.DaemonHost() + " has no such image"
	} else if !errors.Is(err, ErrUnreachable) {
		return nil, err
	}
	found, err := newRegistry(o.opts.Registry).read(ctx, rest, o.wanted)
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("%s, and in the registry: %w", strings.TrimSpace(asked), err)
	}
	return found, err
}
