package advisories

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/spf13/afero"

	"github.com/containergate/gate/internal/wholefile"
)

// cache is a folder with two parts: data/<digest>/ holds one ready database
// each (vulnerability.db and import.json) and never changes once it is there;
// sources/<name>.json says which of them a source had last.
type cache struct{ dir string }

// pointer is what is remembered of a source.
type pointer struct {
	Source string `json:"source"`
	Digest string `json:"digest"`
	// Checksum and Built are the publisher's words for the archive.
	Checksum string    `json:"checksum,omitempty"`
	Built    time.Time `json:"built,omitzero"`
	// Tag is the server's name for the content (ETag).
	Tag string `json:"tag,omitempty"`
	// Left are databases from before that were being read when they were to be
	// removed.
	Left []string `json:"left,omitempty"`
}

// openCache names the cache folder: dir, or gate's own one in the user's cache.
func openCache(dir string) (cache, error) {
	if dir != "" {
		return cache{dir: dir}, nil
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return cache{}, fmt.Errorf("find a folder for the vulnerability database: %w: set XDG_CACHE_HOME or HOME, or name a cache folder", err)
	}
	return cache{dir: filepath.Join(user, "gate", "db")}, nil
}

func (c cache) data(digest string) string { return filepath.Join(c.dir, "data", digest) }

// has reports whether the database with this digest is ready.
func (c cache) has(digest string) bool {
	if digest == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(c.data(digest), v6.VulnerabilityDBFileName))
	return err == nil
}

// workspace makes a temporary folder beside the data, so that what is made in
// it can be renamed into place. The caller removes it.
func (c cache) workspace() (string, error) {
	if err := os.MkdirAll(filepath.Join(c.dir, "data"), 0o750); err != nil {
		return "", fmt.Errorf("make the folder for the vulnerability database: %w", err)
	}
	dir, err := os.MkdirTemp(c.dir, "tmp-")
	if err != nil {
		return "", fmt.Errorf("make a temporary folder for the vulnerability database: %w", err)
	}
	return dir, nil
}

// install indexes and checks the vulnerability.db in dir, and moves dir into
// place. Of two processes that do this at once, one wins and both are served.
func (c cache) install(dir, digest, source string) error {
	if err := hydrate(dir, source); err != nil {
		return err
	}
	err := os.Rename(dir, c.data(digest))
	if err != nil && !c.has(digest) {
		return fmt.Errorf("put the vulnerability database in place: %w", err)
	}
	return nil
}

// hydrate makes the indexes and writes the checksum file.
func hydrate(dir, source string) error {
	if err := v6.Hydrater()(dir); err != nil {
		return fmt.Errorf("index vulnerability database: %w: %w", ErrCorrupt, err)
	}
	if _, err := v6.WriteImportMetadata(afero.NewOsFs(), dir, source); err != nil {
		return fmt.Errorf("index vulnerability database: %w", err)
	}
	return nil
}

func (c cache) pointerFile(name string) string {
	return filepath.Join(c.dir, "sources", name+".json")
}

// recall returns what is remembered of a source; false when nothing is, or
// when its database is gone.
func (c cache) recall(name string) (pointer, bool) {
	p, ok := c.pointer(name)
	return p, ok && c.has(p.Digest)
}

func (c cache) pointer(name string) (pointer, bool) {
	raw, err := readSmall(c.pointerFile(name), maxPointer)
	if err != nil {
		return pointer{}, false
	}
	return readPointer(raw)
}

// maxPointer is the size in bytes of the longest pointer that is read.
const maxPointer = 64 << 10

// readPointer reads a pointer. One that is damaged, or that names anything but
// digests, is as good as none.
func readPointer(raw []byte) (pointer, bool) {
	var p pointer
	if json.Unmarshal(raw, &p) != nil || !isDigest(p.Digest) || !allDigests(p.Left) {
		return pointer{}, false
	}
	return p, true
}

func isDigest(text string) bool { return isChecksum("sha256:" + text) }

func allDigests(texts []string) bool {
	return !slices.ContainsFunc(texts, func(t string) bool { return !isDigest(t) })
}

// remember points the source at a database, and removes those that it pointed
// at before when no other source does and nobody reads them. The caller has the
// lock.
func (c cache) remember(name string, p pointer) error {
	before, _ := c.pointer(name)
	p.Left = nil
	for _, digest := range append(before.Left, before.Digest) {
		if digest != "" && digest != p.Digest && c.has(digest) {
			p.Left = append(p.Left, digest)
		}
	}
	if err := c.point(name, p); err != nil || len(p.Left) == 0 {
		return err
	}
	var left []string
	for _, digest := range p.Left {
		if c.referenced(digest) {
			continue
		}
		removed, err := c.remove(digest)
		if err != nil {
			return fmt.Errorf("remove the previous vulnerability database: %w", err)
		}
		if !removed {
			left = append(left, digest)
		}
	}
	p.Left = left
	return c.point(name, p)
}

// point writes what is remembered of a source.
func (c cache) point(name string, p pointer) error {
	raw, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("remember vulnerability database: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(c.dir, "sources"), 0o750); err != nil {
		return fmt.Errorf("remember vulnerability database: %w", err)
	}
	if err := writeAtomically(c.pointerFile(name), append(raw, '\n')); err != nil {
		return fmt.Errorf("remember vulnerability database: %w", err)
	}
	return nil
}

func (c cache) referenced(digest string) bool {
	files, err := filepath.Glob(filepath.Join(c.dir, "sources", "*.json"))
	if err != nil {
		return true
	}
	for _, file := range files {
		raw, err := readSmall(file, maxPointer)
		if p, ok := readPointer(raw); err == nil && ok && p.Digest == digest {
			return true
		}
	}
	return false
}

func writeAtomically(path string, content []byte) error {
	return wholefile.Write(path, 0o600, wholefile.Bytes(content))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
