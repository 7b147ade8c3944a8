package artifact

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Write leaves the report in a folder, which it makes where there is none, and
// returns the file's path. The name says what was examined, and is the same
// when the job runs again: the newer report replaces the older one at once or
// not at all.
//
// A folder that is a symbolic link is refused, on every step of a relative
// path: a repository can hold such links. What two steps of one job report of
// the same images is an error, so that the second can't hide the first.
func Write(dir string, a Artifact) (string, error) {
	path, err := write(dir, a)
	if err != nil {
		return "", fmt.Errorf("leave the report in %s: %w", show(dir), err)
	}
	return path, nil
}

func write(dir string, a Artifact) (string, error) {
	data, err := encode(a)
	if err != nil {
		return "", err
	}
	if len(data) > fileMost {
		return "", fmt.Errorf("it has %d bytes, and at most %d are read", len(data), fileMost)
	}
	dir = filepath.Clean(dir)
	if err := makeFolder(dir); err != nil {
		return "", err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", cause(err)
	}
	name := fileName(a)
	err = refuseSecond(root, name, a, data)
	if err == nil {
		err = replace(root, name, data)
	}
	return filepath.Join(dir, name), errors.Join(err, root.Close())
}

// makeFolder makes the folder of a clean path and checks that no link leads to it.
func makeFolder(path string) error {
	steps := []string{path}
	if filepath.IsAbs(path) {
		// What lies above is the machine's, and may be links (/tmp).
		if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
			return cause(err)
		}
	} else {
		for parent := filepath.Dir(path); parent != "."; parent = filepath.Dir(parent) {
			steps = append([]string{parent}, steps...)
		}
	}
	for _, step := range steps {
		if err := os.Mkdir(step, folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
			return cause(err)
		}
		if err := isFolder(step); err != nil {
			return err
		}
	}
	return nil
}

// Folder and file are readable for everybody, as another user uploads them
// than the one that a container action runs as.
const (
	folderMode = 0o755
	fileMode   = 0o644
)

// isFolder checks that the path is a folder, and no link to one.
func isFolder(path string) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return cause(err)
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link, and gate follows none here: name the folder itself", show(path))
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", show(path))
	}
	return nil
}

// refuseSecond reports whether the file is of another step of the same job and
// attempt, and says something else. Whatever else the file is, it may go.
func refuseSecond(root *os.Root, name string, a Artifact, data []byte) error {
	if a.Run.RunID == 0 {
		return nil
	}
	info, err := root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > fileMost {
		return nil //nolint:nilerr // there is no report yet
	}
	old, err := root.ReadFile(name)
	if err != nil || string(old) == string(data) {
		return nil //nolint:nilerr // what can't be read is nothing that anybody relies on
	}
	if before, err := decode(old); err == nil && before.Run == a.Run {
		return fmt.Errorf("another step of this job has already reported %s: give each its own name with the input name, or its own folder",
			strings.Join(quoted(imagesOf(a.Report)), ", "))
	}
	return nil
}

// quoted shows each of the texts.
func quoted(texts []string) []string {
	shown := make([]string, len(texts))
	for i, text := range texts {
		shown[i] = show(text)
	}
	return shown
}

// replace writes a new file beside the old one and then takes its place. A
// link in either place is not followed.
func replace(root *os.Root, name string, data []byte) error {
	part := ".gate-" + rand.Text() + ".part"
	file, err := root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return cause(err)
	}
	n, err := file.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = root.Rename(part, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(part))
	}
	return nil
}
