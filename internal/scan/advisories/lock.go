package advisories

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockPause is the time between two looks at a lock that another process has.
const lockPause = 200 * time.Millisecond

// lock makes sure that only one process fills the cache; the others wait, and
// find it filled. The operating system frees the lock of a process that died.
// On a file system without locks everybody goes on and nobody is alone: each
// makes its own files and renames them into place.
func (c cache) lock(ctx context.Context, k Keeper) (unlock func(), alone bool, err error) {
	if err := os.MkdirAll(c.dir, 0o750); err != nil {
		return nil, false, fmt.Errorf("make the folder for the vulnerability database: %w", err)
	}
	file := flock.New(filepath.Join(c.dir, "lock"), flock.SetPermissions(0o600))
	deadline := k.Now().Add(fetchTime)
	for {
		held, err := file.TryLock()
		switch {
		case held:
			return func() { _ = file.Close() }, true, nil
		case errors.Is(err, fs.ErrPermission):
			return nil, false, fmt.Errorf("lock the folder for the vulnerability database: %w", err)
		case err != nil:
			return func() {}, false, nil //nolint:nilerr // a file system without locks is none to fail on
		}
		if k.Now().After(deadline) {
			return nil, false, fmt.Errorf("%w: another gate has been filling %s for more than %d minutes: end it, or name another folder for the cache",
				ErrFetch, c.dir, int(fetchTime.Minutes()))
		}
		if err := k.Sleep(ctx, lockPause); err != nil {
			return nil, false, fmt.Errorf("wait for another gate that fetches the vulnerability database: %w", err)
		}
	}
}

// hold marks a database of the cache as being read, so that no other process
// removes it.
func hold(file string) (release func()) {
	mark := flock.New(file, flock.SetFlag(os.O_RDONLY))
	if held, err := mark.TryRLock(); err != nil || !held {
		return func() {}
	}
	return func() { _ = mark.Close() }
}

// remove takes a database out of the cache, and reports false when it is being
// read and has to stay for now.
func (c cache) remove(digest string) (bool, error) {
	mark := flock.New(c.file(digest), flock.SetFlag(os.O_RDONLY))
	held, err := mark.TryLock()
	if err == nil && !held {
		return false, nil
	}
	defer func() { _ = mark.Close() }()
	return true, os.RemoveAll(c.data(digest))
}
