package image

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containergate/gate/internal/gate"
)

// Repository is one repository of a registry, asked many things with one login.
// Only the registry is asked: what a Docker Engine remembers is of no use where
// it counts whether a tag is still there. Its methods may be called from several
// goroutines until Close. Their errors are this package's Err values, and the
// context's error.
type Repository struct {
	shelf *shelf
	repo  name.Repository

	mu     sync.Mutex
	pusher *remote.Pusher
}

// wholeRepository is a repository where messages and logins want a reference.
type wholeRepository struct{ name.Repository }

// Context implements name.Reference.
func (w wholeRepository) Context() name.Repository { return w.Repository }

// Identifier implements name.Reference.
func (wholeRepository) Identifier() string { return "" }

// OpenRepository logs in to the registry of a repository, such as
// ghcr.io/acme/app, which may be written with registry: or oci: before it. The
// name has neither tag nor digest. The caller must Close it.
func OpenRepository(ctx context.Context, repository string, plan gate.RegistryPlan) (*Repository, error) {
	text := repository
	for _, prefix := range []string{string(schemeRegistry) + ":", "oci:"} {
		if after, found := strings.CutPrefix(repository, prefix); found {
			text = strings.TrimPrefix(after, "//")
		}
	}
	if err := checkReference(text); err != nil {
		return nil, err
	}
	repo, err := name.NewRepository(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %q names no repository; write it like registry.example.com/team/app, without tag and digest: %w", ErrReference, repository, err)
	}
	hub := newRegistry(plan)
	if hub.insecure(repo.RegistryStr()) {
		if repo, err = name.NewRepository(text, name.Insecure); err != nil {
			return nil, fmt.Errorf("%w: %q names no repository: %w", ErrReference, repository, err)
		}
	}
	shelf, err := hub.shelf(ctx, wholeRepository{repo})
	if err != nil {
		hub.close()
		return nil, err
	}
	return &Repository{shelf: shelf, repo: repo}, nil
}

// Close ends the connections to the registry.
func (r *Repository) Close() { r.shelf.close() }

// String is the repository's full name.
func (r *Repository) String() string { return r.repo.Name() }

// Digest says what a tag stands for at the moment, or that a digest is still
// there: of an image for several platforms, the digest of the whole. Registries
// do not count this as a pull.
func (r *Repository) Digest(ctx context.Context, identifier string) (string, error) {
	ref, err := r.reference(identifier)
	if err != nil {
		return "", err
	}
	return r.shelf.registry.digest(ctx, ref, remote.WithContext(ctx), remote.WithTransport(r.shelf.client.Transport))
}

// reference names a tag or a digest of the repository.
func (r *Repository) reference(identifier string) (name.Reference, error) {
	text, options := r.repo.Name()+":"+identifier, []name.Option{name.StrictValidation}
	if strings.Contains(identifier, ":") {
		text = r.repo.Name() + "@" + identifier
	}
	if r.shelf.registry.insecure(r.repo.RegistryStr()) {
		options = append(options, name.Insecure)
	}
	ref, err := name.ParseReference(text, options...)
	if err != nil || len(identifier) > mostTagLetters && !strings.Contains(identifier, ":") {
		return nil, fmt.Errorf("%w: %.100q is neither a tag nor a digest of %s", ErrReference, identifier, r.repo.Name())
	}
	return ref, nil
}

// at is the shelf with its messages about one reference.
func (r *Repository) at(ref name.Reference) *shelf {
	return &shelf{registry: r.shelf.registry, ref: ref, client: r.shelf.client}
}

// Digest is Repository.Digest for one reference, such as
// registry.example.com/app:1.2 or registry.example.com/app@sha256:….
func Digest(ctx context.Context, reference string, plan gate.RegistryPlan) (string, error) {
	repository, identifier, err := openReference(ctx, reference, plan)
	if err != nil {
		return "", err
	}
	defer repository.Close()
	return repository.Digest(ctx, identifier)
}

// openReference opens the repository of a reference, which may have the scheme
// registry or none.
func openReference(ctx context.Context, reference string, plan gate.RegistryPlan) (*Repository, string, error) {
	kind, rest, err := splitReference(reference)
	if err != nil {
		return nil, "", err
	}
	if kind != schemeRegistry && kind != schemeBare {
		return nil, "", fmt.Errorf("%w: %q is in no registry; write registry:NAME", ErrReference, reference)
	}
	ref, err := newRegistry(plan).parse(rest)
	if err != nil {
		return nil, "", err
	}
	repository, err := OpenRepository(ctx, ref.Context().Name(), plan)
	return repository, ref.Identifier(), err
}
