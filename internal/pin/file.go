package pin

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/containergate/gate/internal/dockerfile"
)

// ErrInput marks a path that names nothing that can be pinned.
var ErrInput = errors.New("not a Dockerfile that can be written")

// Read reads a Dockerfile that is to be written again. A symbolic link is
// refused, because what it names may lie anywhere, and so is everything else
// that is no plain file. Of a file that is too large only the beginning is read.
func Read(path string) ([]byte, error) {
	root, base, err := openFolder(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	if _, err := plainFile(root, base, path); err != nil {
		return nil, err
	}
	file, err := root.Open(base)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, dockerfile.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return text, nil
}

// Write puts the new text in the place of the old one, as a whole or not at all,
// and with the file's permissions. A file that is no longer what was read is
// left alone.
func (r Result) Write() (err error) {
	root, base, err := openFolder(r.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	info, err := plainFile(root, base, r.Path)
	if err != nil {
		return err
	}
	now, err := root.ReadFile(base)
	if err != nil {
		return fmt.Errorf("read %s again: %w", r.Path, err)
	}
	if !bytes.Equal(now, r.Before) {
		return fmt.Errorf("%s has changed in the meantime and was not written; run gate pin again", r.Path)
	}
	temporary := ".gate-pin-" + rand.Text()
	if err := writeNew(root, temporary, r.After, info.Mode().Perm()); err != nil {
		return fmt.Errorf("write %s: %w", r.Path, errors.Join(err, removeIfThere(root, temporary)))
	}
	if err := root.Rename(temporary, base); err != nil {
		return fmt.Errorf("write %s: %w", r.Path, errors.Join(err, removeIfThere(root, temporary)))
	}
	return nil
}

func openFolder(path string) (root *os.Root, base string, err error) {
	root, err = os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, "", fmt.Errorf("open the folder of %s: %w", path, err)
	}
	return root, filepath.Base(path), nil
}

func plainFile(root *os.Root, base, path string) (os.FileInfo, error) {
	info, err := root.Lstat(base)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look at %s: %w", path, err)
	case info.Mode()&os.ModeSymlink != 0:
		return nil, fmt.Errorf("%w: %s is a symbolic link; name the file it leads to", ErrInput, path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: %s is no plain file", ErrInput, path)
	}
	return info, nil
}

func writeNew(root *os.Root, name string, text []byte, mode os.FileMode) error {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Chmod(mode), file.Close())
}

func removeIfThere(root *os.Root, name string) error {
	if err := root.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
