package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// leftoverAge is how old a file that is being written must be to belong to
// nobody any more. Writing one takes seconds.
const leftoverAge = time.Hour

// Prune implements Store. It can run while others write: what they put into the
// place of something old after it was looked at may go with it, and is then made
// again.
func (d *dir) Prune(ctx context.Context, keep Keep) (Pruned, error) {
	var done Pruned
	err := d.pruneFolder(ctx, sbomFolder, sbomSuffix, &done.SBOMs, func(of head) bool {
		return of.SBOM != nil && (keep.SBOM == nil || keep.SBOM(*of.SBOM))
	})
	if err != nil {
		return done, err
	}
	err = d.pruneFolder(ctx, stateFolder, stateSuffix, &done.States, func(of head) bool {
		return of.State != "" && (keep.State == nil || keep.State(of.State))
	})
	if err != nil || keep.Now.IsZero() {
		return done, err
	}
	for _, folder := range []string{sbomFolder, stateFolder} {
		if err := d.pruneLeftovers(folder, keep.Now.Add(-leftoverAge), &done.Leftovers); err != nil {
			return done, err
		}
	}
	return done, nil
}

func (d *dir) pruneFolder(ctx context.Context, folder, suffix string, count *int, keep func(head) bool) error {
	names, err := d.names(folder, suffix)
	if err != nil {
		return err
	}
	for _, name := range names {
		of, err := d.head(ctx, name)
		if err != nil && !errors.Is(err, ErrMissing) {
			return err
		}
		if err == nil && keep(of) {
			continue
		}
		if err := d.remove(name); err != nil {
			return err
		}
		*count++
	}
	return nil
}

func (d *dir) pruneLeftovers(folder string, before time.Time, count *int) error {
	entries, err := fs.ReadDir(d.root.FS(), folder)
	if err != nil {
		return fmt.Errorf("list the store %s: %w", d, err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !strings.HasPrefix(entry.Name(), leftoverPrefix) || !info.ModTime().Before(before) {
			continue
		}
		if err := d.remove(path.Join(folder, entry.Name())); err != nil {
			return err
		}
		*count++
	}
	return nil
}
