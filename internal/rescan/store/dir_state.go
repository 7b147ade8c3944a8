package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// State implements Store.
func (d *dir) State(ctx context.Context, name string) (State, error) {
	of, document, err := d.read(ctx, stateFile(name))
	if err != nil {
		return State{}, err
	}
	if of.State != name {
		return State{}, d.damaged(stateFile(name), errors.New("it is about something else"))
	}
	return State{Name: name, Data: document, Version: of.Sum}, nil
}

// PutState implements Store. The lock is the kernel's, which takes it back from
// whoever is killed.
func (d *dir) PutState(ctx context.Context, state State) (version string, err error) {
	data, of, err := packState(state)
	if err != nil {
		return "", fmt.Errorf("keep the state %.80q: %w", state.Name, err)
	}
	lock, err := d.lock(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	found, err := d.State(ctx, state.Name)
	if err != nil && !errors.Is(err, ErrMissing) {
		return "", err
	}
	if found.Version != state.Version {
		return "", fmt.Errorf("%w: the state %.80q in %s", ErrConflict, state.Name, d)
	}
	if err == nil && bytes.Equal(found.Data, state.Data) {
		return found.Version, nil
	}
	return of.Sum, d.write(ctx, stateFile(state.Name), data)
}

func (d *dir) lock(ctx context.Context) (*flock.Flock, error) {
	info, err := d.root.Lstat(lockFile)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("lock the store %s: its %s is no file; remove it", d, lockFile)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("lock the store %s: %w", d, err)
	}
	lock := flock.New(filepath.Join(d.place, lockFile), flock.SetPermissions(0o644))
	if _, err := lock.TryLockContext(ctx, 2*time.Millisecond); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, errors.Join(fmt.Errorf("lock the store %s: %w", d, d.explain(err)), lock.Close())
	}
	return lock, nil
}

// stateFile is named by a checksum, because names are free text.
func stateFile(name string) string { return path.Join(stateFolder, sum([]byte(name))+stateSuffix) }
