// Package wholefile writes files that are there whole or not at all: who reads
// one while it is written, or after a run that was killed, sees what was there
// before. It knows nothing of what is in them.
package wholefile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file beside the one that it replaces, with these permissions,
// and puts it in its place in one step. The folder has to be there. After an
// error what was there is there still, and nothing is left beside it.
func Write(path string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err := errors.Join(write(file), file.Chmod(mode), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// Bytes is content for Write that is at hand.
func Bytes(content []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}
}
