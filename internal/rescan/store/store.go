package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// The reasons that callers tell apart, with errors.Is. A registry's own are
// those of package image.
var (
	// ErrMissing: nothing usable is kept.
	ErrMissing = errors.New("nothing is kept")
	// ErrDamaged: something is kept and cannot be used. It is one kind of
	// ErrMissing, because the way out is the same: make it again.
	ErrDamaged = fmt.Errorf("%w that can be used", ErrMissing)
	// ErrConflict: somebody else has written the document meanwhile. Read it
	// again, and decide again.
	ErrConflict = errors.New("written by another run meanwhile")
	// ErrInvalid: what should be kept does not say what it must.
	ErrInvalid = errors.New("not fit to be kept")
	// ErrPlace: the text does not name a store.
	ErrPlace = errors.New("no store")
)

// Info is what is known of a kept bill of materials without reading it.
type Info struct {
	// Digest is that of the image's manifest (sha256:…), of one platform: the
	// key of the entry.
	Digest string `json:"digest"`
	// Platform is like linux/amd64; Reference is what the image was called when
	// it was seen; ConfigID is the digest of its configuration. Any may be empty.
	Platform  string `json:"platform,omitempty"`
	Reference string `json:"reference,omitempty"`
	ConfigID  string `json:"configID,omitempty"`
	// ImageSize is what the image takes to download, in bytes; 0 is unknown.
	ImageSize int64 `json:"imageSize,omitempty"`
	// Format is that of the document, such as syft-json; Origin is where it was
	// found, and empty where gate made it from the image.
	Format string `json:"format"`
	Origin string `json:"origin,omitempty"`
	// Cataloguer is the version that made it, and Catalogued when, in UTC.
	Cataloguer string    `json:"cataloguer,omitempty"`
	Catalogued time.Time `json:"catalogued,omitzero"`
	// Size is that of the document in bytes, and Sum its SHA-256 in hexadecimal.
	// Put sets both.
	Size int64  `json:"size"`
	Sum  string `json:"sum"`
}

// Entry is a kept bill of materials.
type Entry struct {
	Info Info
	// SBOM is the document, of 256 MiB at most.
	SBOM []byte
}

// State is a small document that a run leaves for the next, such as what was
// found in an image by which database.
type State struct {
	// Name says which; it is any text of up to 1024 bytes without control characters.
	Name string
	// Data is of 16 MiB at most.
	Data []byte
	// Version is of the document that was read, and empty where there was none.
	// PutState compares it with what is there.
	Version string
}

// Keep says what Prune leaves.
type Keep struct {
	// SBOM and State choose; nil keeps all. What is damaged is never kept.
	SBOM  func(Info) bool
	State func(name string) bool
	// Now is the time by which leftovers of killed runs are old enough to go;
	// the zero time leaves them.
	Now time.Time
}

// Pruned counts what Prune removed.
type Pruned struct{ SBOMs, States, Leftovers int }

// Store keeps bills of materials by the digest of their image, and states by
// name. Its methods may be called from several goroutines and processes until
// Close. Beside the Err values of this package, errors are those of package
// image for a registry, those of the file system, and the context's.
type Store interface {
	fmt.Stringer
	// Get reads one. ErrMissing, of which ErrDamaged is a kind, says that the
	// image must be catalogued.
	Get(ctx context.Context, digest string) (Entry, error)
	// Put keeps one, in place of what is kept of that image. Equal entries have
	// equal bytes. When it returns nil, the entry survives the end of the process.
	Put(ctx context.Context, entry Entry) error
	// List gives what is kept, by digest. It reads no document, so that Get may
	// still find one damaged. The notes tell of what is damaged already.
	List(ctx context.Context) (found []Info, notes []string, err error)
	// Delete removes one. One that is not there is no error.
	Delete(ctx context.Context, digest string) error
	// State reads one, ErrMissing if there is none.
	State(ctx context.Context, name string) (State, error)
	// PutState writes one if what is there still has its Version, and gives the
	// new version; otherwise it is ErrConflict. What is there already is not
	// written again. In a directory that is certain; a registry can't compare,
	// so that there two runs in the same second may both succeed, of which the
	// later stays.
	PutState(ctx context.Context, state State) (version string, err error)
	// Prune removes what is not to be kept.
	Prune(ctx context.Context, keep Keep) (Pruned, error)
	// Close releases the place.
	Close() error
}

// Open opens a store: a directory, which is made if it is not there, or a
// repository of a registry that is used for nothing else, written
// oci:ghcr.io/acme/sboms. The caller must Close it.
func Open(ctx context.Context, place string, plan gate.RegistryPlan) (Store, error) {
	switch {
	case place == "":
		return nil, fmt.Errorf("%w: nothing is named; write a directory, or oci:REGISTRY/REPOSITORY", ErrPlace)
	case strings.HasPrefix(place, "oci:"):
		return openOCI(ctx, place, plan)
	case strings.HasPrefix(place, "registry:"), strings.HasPrefix(place, "docker:"), strings.Contains(place, "://"):
		return nil, fmt.Errorf("%w: %q is neither a directory nor written like oci:ghcr.io/acme/sboms", ErrPlace, place)
	}
	return openDir(place)
}

// hexDigest gives the hexadecimal digits of a digest.
func hexDigest(digest string) (string, error) {
	hex, found := strings.CutPrefix(digest, "sha256:")
	if !found || !isHex(hex) {
		return "", fmt.Errorf("%w: %.100q is no digest of an image; it is written sha256: and 64 hexadecimal digits", ErrInvalid, digest)
	}
	return hex, nil
}

func isHex(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}
