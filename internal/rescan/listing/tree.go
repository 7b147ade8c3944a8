package listing

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// mostBytes is how much of a file is read, and how large an attached list may be.
const mostBytes = 4 << 20

// tree is the folder that lists are read from. All is opened through os.Root, so
// that no path and no symbolic link leads out of it.
type tree struct {
	at   string
	root *os.Root
}

func (t *tree) open() (*os.Root, error) {
	if t.root != nil {
		return t.root, nil
	}
	root, err := os.OpenRoot(t.at)
	if err != nil {
		return nil, fmt.Errorf("the working directory can't be opened: %s", reason(err))
	}
	t.root = root
	return root, nil
}

func (t *tree) close() {
	if t.root != nil {
		// It was only read from.
		_ = t.root.Close()
	}
}

// inside is a path of the policy as the tree has it.
func inside(place string) (string, error) {
	cleaned := path.Clean(filepath.ToSlash(place))
	if place == "" {
		cleaned = "."
	}
	if !fs.ValidPath(cleaned) || strings.ContainsRune(cleaned, 0) {
		return "", errors.New("the path leads out of the working directory")
	}
	return cleaned, nil
}

// read returns the bytes of a regular file.
func (t *tree) read(name string) ([]byte, error) {
	root, err := t.open()
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	// It was only read from.
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostBytes {
		return nil, fmt.Errorf("it has more than %d bytes", mostBytes)
	}
	return text, nil
}
