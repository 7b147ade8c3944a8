package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path"
	"syscall"
)

// write puts a document in its place in one step: written beside and synced to
// the disk, then renamed. Whoever is killed before that leaves a file that Prune
// removes.
func (d *dir) write(ctx context.Context, name string, data []byte) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	beside := path.Join(path.Dir(name), leftoverPrefix+rand.Text())
	err := d.writeFile(beside, data)
	if err == nil {
		err = d.root.Rename(beside, name)
	}
	if err != nil {
		return errors.Join(d.explain(err), d.remove(beside))
	}
	return nil
}

func (d *dir) writeFile(name string, data []byte) error {
	file, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// explain says what to do about an error of writing.
func (d *dir) explain(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("no space left to keep something in the store %s; free some, remove what is kept of old images, or put the store on a larger disk: %w", d, err)
	}
	return fmt.Errorf("write to the store %s: %w", d, err)
}
