package image

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/cli/cli/connhelper"
	"github.com/moby/moby/client"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/containergate/gate/internal/gate"
)

// pingTimeout is how long a Docker Engine may take to answer that it is there.
const pingTimeout = 10 * time.Second

// engine is a Docker Engine that answered.
type engine struct{ api *client.Client }

// openEngine reaches the Engine at host, or at the environment's or the default
// address when host is empty.
func openEngine(ctx context.Context, host string) (*engine, error) {
	api, err := newEngineClient(host)
	if err != nil {
		return nil, fmt.Errorf("%w: the Docker Engine's address is not usable; check DOCKER_HOST or --docker-host: %w", ErrUnreachable, err)
	}
	pingCtx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if _, err := api.Ping(pingCtx, client.PingOptions{NegotiateAPIVersion: true}); err != nil {
		_ = api.Close()
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
		return nil, fmt.Errorf("%w: no Docker Engine at %s; start it, set DOCKER_HOST, or use another source (registry:, docker-archive:, oci-archive:, oci-dir:): %w",
			ErrUnreachable, api.DaemonHost(), err)
	}
	return &engine{api: api}, nil
}

func newEngineClient(host string) (*client.Client, error) {
	host = cmp.Or(host, os.Getenv("DOCKER_HOST"))
	options := []client.Opt{client.WithTLSClientConfigFromEnv(), client.WithAPIVersionFromEnv()}
	switch {
	case strings.HasPrefix(host, "ssh://"):
		helper, err := connhelper.GetConnectionHelper(host)
		if err != nil {
			return nil, err
		}
		dialing := &http.Client{Transport: &http.Transport{DialContext: helper.Dialer}}
		options = []client.Opt{
			client.WithHTTPClient(dialing), client.WithHost(helper.Host),
			client.WithDialContext(helper.Dialer), client.WithAPIVersionFromEnv(),
		}
	case host != "":
		options = append(options, client.WithHost(host))
	}
	return client.New(options...)
}

// Close ends the connection.
func (e *engine) Close() error { return e.api.Close() }

// read saves an image to a file in tempDir, or takes it from what its batch
// saves, and opens that. What is held must be closed.
func (e *engine) read(ctx context.Context, name, tempDir string, wanted platform, seat *Seat) (found *source, held []io.Closer, err error) {
	inspected, err := e.api.ImageInspect(ctx, name)
	if err != nil {
		seat.Leave()
		return nil, nil, e.explain(ctx, name, err)
	}
	if together := nameInBatch(inspected, name); together == "" {
		seat.Leave()
		err = errAlone
	} else {
		found, held, err = e.inBatch(ctx, together, tempDir, wanted, seat)
	}
	if err != nil {
		found, held, err = e.alone(ctx, name, tempDir, wanted)
	}
	if err != nil {
		return nil, nil, err
	}
	for i := range found.layers {
		found.layers[i].verified = true
	}
	found.tags = slices.DeleteFunc(slices.Sorted(slices.Values(inspected.RepoTags)), ofRun)
	found.repoDigests = slices.Sorted(slices.Values(inspected.RepoDigests))
	found.digest = repoDigest(found.repoDigests, name)
	return found, held, nil
}

// nameInBatch is the name by which an image can be found in an archive that holds
// several; empty where none is sure. An Engine with containerd's store (which
// alone gives a descriptor) does not call an image by its configuration's digest,
// so that it is asked for by the name that the run gave it.
func nameInBatch(inspected client.ImageInspectResult, name string) string {
	if inspected.Descriptor == nil {
		return name
	}
	if i := slices.IndexFunc(inspected.RepoTags, ofRun); i >= 0 {
		return inspected.RepoTags[i]
	}
	return ""
}

// alone reads an image that is saved by itself.
func (e *engine) alone(ctx context.Context, name, tempDir string, wanted platform) (*source, []io.Closer, error) {
	path := filepath.Join(tempDir, "saved.tar")
	if err := e.save(ctx, []string{name}, path, wanted); err != nil {
		return nil, nil, err
	}
	archive, err := openTarball(ctx, path, tempDir)
	if err != nil {
		return nil, nil, err
	}
	found, err := dockerArchive(archive, "")
	if err != nil {
		return nil, nil, errors.Join(err, archive.Close())
	}
	return found, []io.Closer{archive}, nil
}

// inBatch reads an image that is saved together with others. An error means only
// that it must be read alone.
func (e *engine) inBatch(ctx context.Context, name, tempDir string, wanted platform, seat *Seat) (*source, []io.Closer, error) {
	save := func(ctx context.Context, names []string, path string) error { return e.save(ctx, names, path, wanted) }
	path, give, err := seat.take(ctx, name, filepath.Dir(tempDir), save)
	if err != nil {
		return nil, nil, err
	}
	archive, err := openTarball(ctx, path, tempDir)
	if err != nil {
		return nil, nil, errors.Join(err, give())
	}
	found, err := dockerArchive(archive, name)
	if err != nil {
		return nil, nil, errors.Join(err, archive.Close(), give())
	}
	return found, []io.Closer{archive, giving(give)}, nil
}

// giving is what must be given back in the end.
type giving func() error

// Close gives it back.
func (g giving) Close() error { return g() }

// ofRun reports whether a name is one that a run gives what it builds, which
// says nothing about the image.
func ofRun(name string) bool { return strings.HasPrefix(name, gate.RunRepository+":") }

// has reports whether the Engine holds the image.
func (e *engine) has(ctx context.Context, name string) (bool, error) {
	_, err := e.api.ImageInspect(ctx, name)
	if err == nil {
		return true, nil
	}
	if err := e.explain(ctx, name, err); !errors.Is(err, ErrNotFound) {
		return false, err
	}
	return false, nil
}

// save writes images to a file that is not there yet.
func (e *engine) save(ctx context.Context, names []string, path string, wanted platform) error {
	about := strings.Join(names, ", ")
	stream, err := e.stream(ctx, names, wanted)
	if err != nil {
		return e.explain(ctx, about, err)
	}
	defer func() { _ = stream.Close() }()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = copyFrom(ctx, file, stream)
	if err = errors.Join(err, file.Close()); err != nil {
		return e.explainSave(ctx, about, filepath.Dir(path), err)
	}
	return nil
}

func (e *engine) explainSave(ctx context.Context, name, tempDir string, err error) error {
	if err := classifyRead(ctx, tempDir, err); !errors.Is(err, ErrCorrupt) {
		return err
	}
	return fmt.Errorf("%w: the Docker Engine broke off while it saved %s; look at its log and try again: %w", ErrUnreachable, name, err)
}

// stream asks for images, for the platform that is wanted where the Engine
// (API 1.48 and later) can hold several.
func (e *engine) stream(ctx context.Context, names []string, wanted platform) (client.ImageSaveResult, error) {
	if !wanted.isZero() && versionAtLeast(e.api.ClientVersion(), 1, 48) {
		spec := ocispec.Platform{OS: wanted.os, Architecture: wanted.arch, Variant: wanted.variant}
		return e.api.ImageSave(ctx, names, client.ImageSaveWithPlatforms(spec))
	}
	return e.api.ImageSave(ctx, names)
}

func versionAtLeast(version string, major, minor int) bool {
	var gotMajor, gotMinor int
	if _, err := fmt.Sscanf(version, "%d.%d", &gotMajor, &gotMinor); err != nil {
		return false
	}
	return gotMajor > major || gotMajor == major && gotMinor >= minor
}

// explain says in gate's words why the Engine did not hand the image out.
func (e *engine) explain(ctx context.Context, name string, err error) error {
	switch {
	case context.Cause(ctx) != nil:
		return context.Cause(ctx)
	case errdefs.IsNotFound(err):
		return fmt.Errorf("%w: the Docker Engine at %s has no image %s; build it, fetch it with docker pull, or use registry:%s",
			ErrNotFound, e.api.DaemonHost(), name, name)
	case strings.Contains(err.Error(), "empty export"):
		return fmt.Errorf("%w: %s has no layers, and the Docker Engine at %s cannot hand such an image out; put a file into it, or build it into an archive",
			ErrUnsupported, name, e.api.DaemonHost())
	case errdefs.IsInvalidArgument(err):
		return fmt.Errorf("%w: the Docker Engine does not take %q for an image name; write it like docker:app:1.2: %w", ErrReference, name, err)
	default:
		return fmt.Errorf("%w: the Docker Engine at %s did not hand out %s; look at its log: %w", ErrUnreachable, e.api.DaemonHost(), name, err)
	}
}

// repoDigest is the registry digest by which the Engine knows the named
// repository, or the only one there is.
func repoDigest(digests []string, name string) string {
	for _, entry := range digests {
		repository, digest, ok := strings.Cut(entry, "@")
		if ok && (name == repository || strings.HasPrefix(name, repository+":") || strings.HasPrefix(name, repository+"@")) {
			return digest
		}
	}
	if len(digests) == 1 {
		_, digest, _ := strings.Cut(digests[0], "@")
		return digest
	}
	return ""
}
