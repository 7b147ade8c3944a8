package advisories

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Store keeps flat folders of files for other jobs, as the cache service of the
// Actions runner does. What it gives back is held to be hostile.
type Store interface {
	// Restore puts the files saved under the key into the empty folder dir, else
	// those of the newest entry whose key begins with one of the prefixes. It
	// returns the key of what it found; empty when there is nothing.
	Restore(ctx context.Context, key string, prefixes []string, dir string) (hit string, err error)
	// Save keeps the files in dir under a key. A key that is taken is no error.
	Save(ctx context.Context, key, dir string) error
}

const (
	// keyPrefix begins the keys of the published database.
	keyPrefix = "gate-db-v6-"
	// A shared entry is a folder of two files: the archive as the publisher made
	// it, so that the publisher's checksum holds for it, and what it is.
	sharedArchive = "archive"
	sharedAbout   = "about.json"
	maxAbout      = 16 << 10
)

// prefix begins the keys of a source's entries: two sources never meet.
func (r remote) prefix() string {
	if r.name == publishedName {
		return keyPrefix
	}
	return "gate-db-v6." + r.name[:12] + "-"
}

// key names one archive of a source: the UTC date on which it was built, and
// the beginning of its checksum.
func (r remote) key(built time.Time) string {
	return r.prefix() + built.UTC().Format(time.DateOnly) + "-" + r.checksum[len("sha256:"):][:12]
}

// shares says whether databases of this source are shared. Without a listing
// nobody could say whether a shared one is the right one.
func (j *job) shares(r remote) bool {
	return j.keeper.Store != nil && j.plan.ActionsCache && r.listing != nil
}

// restore gets the archive with the promised checksum from the store. False
// means that there is none; why is in the notes.
func (j *job) restore(ctx context.Context, r remote, next pointer) (pointer, bool) {
	if !j.shares(r) {
		return pointer{}, false
	}
	p, hit, ok := j.restored(ctx, r, r.key(next.Built), nil, next.Checksum)
	if !ok {
		return pointer{}, false
	}
	j.note("The vulnerability database came from the Actions cache (%s), and has the checksum that %s promises.", hit, next.Source)
	next.Digest = p.Digest
	return next, true
}

// restoreUnconfirmed gets the newest archive of the source from the store when
// nobody could be asked whether it is the right one.
func (j *job) restoreUnconfirmed(ctx context.Context, r remote) (pointer, bool) {
	p, hit, ok := j.restored(ctx, r, r.prefix()+j.keeper.Now().UTC().Format(time.DateOnly), []string{r.prefix()}, "")
	if !ok {
		return pointer{}, false
	}
	j.aged = true
	j.note("The vulnerability database came from the Actions cache (%s), and its publisher could not be asked whether it is genuine.", hit)
	return p, true
}

// restored takes an archive out of the store and into the cache.
func (j *job) restored(ctx context.Context, r remote, key string, prefixes []string, wanted string) (pointer, string, bool) {
	if err := j.enter(ctx); err != nil {
		j.note("The Actions cache could not be used: %v.", err)
		return pointer{}, "", false
	}
	work, err := j.cache.workspace()
	if err != nil {
		j.note("The Actions cache could not be used: %v.", err)
		return pointer{}, "", false
	}
	defer func() { _ = os.RemoveAll(work) }()
	hit, err := j.keeper.Store.Restore(ctx, key, prefixes, work)
	if err != nil || hit == "" {
		if err != nil {
			j.note("The Actions cache could not be read: %v.", err)
		}
		return pointer{}, "", false
	}
	p, err := j.admit(ctx, r, work, wanted)
	if err != nil {
		j.note("What the Actions cache holds (%s) was not used: %v.", hit, err)
		return pointer{}, "", false
	}
	return p, hit, true
}

// admit checks what came from the store as strictly as a download.
func (j *job) admit(ctx context.Context, r remote, dir, wanted string) (pointer, error) {
	raw, err := readSmall(filepath.Join(dir, sharedAbout), maxAbout)
	if err != nil {
		return pointer{}, fmt.Errorf("%w: it does not say what it is", ErrCorrupt)
	}
	p, err := readAbout(raw, r.name)
	if err != nil {
		return pointer{}, err
	}
	if wanted == "" {
		wanted = p.Checksum
	}
	archive := filepath.Join(dir, sharedArchive)
	digest, err := digestFile(ctx, archive)
	if err != nil {
		return pointer{}, err
	}
	if err := compareChecksum(wanted, digest); err != nil {
		return pointer{}, err
	}
	p.Digest = digest
	return p, j.cache.adopt(ctx, archive, digest, p.Source)
}

// about is what a shared entry says of its archive.
type about struct {
	// Name is the cache's name for the source.
	Name string `json:"name"`
	pointer
}

// readAbout reads what an entry says of itself. Only what has its form is taken.
func readAbout(raw []byte, name string) (pointer, error) {
	var a about
	if json.Unmarshal(raw, &a) != nil || a.Name != name || !isChecksum(a.Checksum) || len(a.Source) > 1000 {
		return pointer{}, fmt.Errorf("%w: it is not an entry for this source", ErrCorrupt)
	}
	return pointer{Source: a.Source, Checksum: a.Checksum, Built: a.Built}, nil
}

// offer saves an archive that was just fetched for other jobs, if this one may.
// The file is gone from its place afterwards.
func (j *job) offer(ctx context.Context, r remote, p pointer, file string) {
	if !j.shares(r) || !j.plan.MaySave {
		return
	}
	if err := j.save(ctx, r, p, file); err != nil {
		j.note("The vulnerability database was not saved in the Actions cache: %v.", err)
	}
}

func (j *job) save(ctx context.Context, r remote, p pointer, file string) error {
	work, err := j.cache.workspace()
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	raw, err := json.Marshal(about{Name: r.name, pointer: pointer{Source: p.Source, Checksum: p.Checksum, Built: p.Built}})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, sharedAbout), raw, 0o600); err != nil {
		return err
	}
	if err := os.Rename(file, filepath.Join(work, sharedArchive)); err != nil {
		return err
	}
	return j.keeper.Store.Save(ctx, r.key(p.Built), work)
}
