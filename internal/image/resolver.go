package image

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/containergate/gate/internal/gate"
)

// Resolver says which digest a tag stands for at the moment, without fetching
// the image. Of an image for several platforms it is the digest of the whole.
//
// It asks the registry first, then the Docker Engine for what it remembers of
// that registry, then OCI layouts. Its methods may be called from several
// goroutines until Close.
type Resolver struct {
	registry   gate.RegistryPlan
	dockerHost string
	layouts    []*directory

	once      sync.Once
	engine    *engine
	engineErr error
}

// Resolved is what Resolve found out.
type Resolved struct {
	// Digest is sha256: and 64 hexadecimal digits.
	Digest string
	// Source says in words who named it.
	Source string
}

// NewResolver opens the layouts, which are directories. One that is not there
// is fs.ErrNotExist, one that is no layout ErrCorrupt or ErrUnsupported. The
// Engine at dockerHost, or at the environment's address when that is empty, is
// reached when it is needed. The caller must Close the resolver.
func NewResolver(registry gate.RegistryPlan, dockerHost string, layouts []string) (*Resolver, error) {
	r := &Resolver{registry: registry, dockerHost: dockerHost}
	for _, path := range layouts {
		place, err := openDirectory(path)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open the layout %s: %w", path, err), r.Close())
		}
		r.layouts = append(r.layouts, place)
		if _, err := layoutEntries(place); err != nil {
			return nil, errors.Join(fmt.Errorf("open the layout %s: %w", path, err), r.Close())
		}
	}
	return r, nil
}

// Close releases the layouts and the connection to the Engine.
func (r *Resolver) Close() error {
	var errs []error
	for _, place := range r.layouts {
		errs = append(errs, place.Close())
	}
	if r.engine != nil {
		errs = append(errs, r.engine.Close())
	}
	return errors.Join(errs...)
}

// Resolve finds the digest of a name with a tag, such as debian:12. The errors
// are this package's Err values, by what the registry answered, and the
// context's error; the message says what every source answered.
func (r *Resolver) Resolve(ctx context.Context, text string) (Resolved, error) {
	if err := checkReference(text); err != nil {
		return Resolved{}, err
	}
	hub := newRegistry(r.registry)
	parsed, err := hub.parse(text)
	if err != nil {
		return Resolved{}, err
	}
	ref, ok := parsed.(name.Tag)
	if !ok {
		return Resolved{}, fmt.Errorf("%w: %q has a digest already; name a tag", ErrReference, text)
	}
	defer hub.close()
	digest, err := hub.digest(ctx, ref, hub.options(ctx, ref)...)
	if err == nil {
		return Resolved{Digest: digest, Source: "the registry " + ref.RegistryStr()}, nil
	}
	for _, ask := range r.others() {
		if cause := context.Cause(ctx); cause != nil {
			return Resolved{}, cause
		}
		found, otherwise := ask(ctx, text, ref)
		if otherwise == nil {
			return found, nil
		}
		err = fmt.Errorf("%w; %s", err, otherwise.Error())
	}
	if cause := context.Cause(ctx); cause != nil {
		return Resolved{}, cause
	}
	return Resolved{}, err
}

// ask is a source beside the registry.
type ask func(ctx context.Context, text string, ref name.Tag) (Resolved, error)

func (r *Resolver) others() []ask {
	asks := []ask{r.fromEngine}
	for _, place := range r.layouts {
		asks = append(asks, func(_ context.Context, _ string, ref name.Tag) (Resolved, error) {
			digest, err := layoutDigest(place, ref)
			return Resolved{Digest: digest, Source: "the layout " + place.String()}, err
		})
	}
	return asks
}

func (r *Resolver) fromEngine(ctx context.Context, text string, ref name.Tag) (Resolved, error) {
	r.once.Do(func() { r.engine, r.engineErr = openEngine(ctx, r.dockerHost) })
	if r.engineErr != nil {
		return Resolved{}, errors.New("no Docker Engine answers")
	}
	digest, err := r.engine.remembered(ctx, text, ref)
	return Resolved{Digest: digest, Source: "the Docker Engine"}, err
}
