package discover

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// maxFile is how many bytes of a file are read.
const maxFile = 4 << 20

// errOutside is the error for a path that leads out of the repository.
var errOutside = errors.New("leads out of the repository")

// tree is the repository. All is opened through os.Root, so that no path and no
// symbolic link leads out of it.
type tree struct{ root *os.Root }

// within joins a path of a file with the folder it is relative to. The result is
// relative to the root. Whether it exists is not looked at, and where symbolic
// links lead is left to check.
func within(folder, name string) (string, error) {
	if strings.ContainsRune(name, 0) {
		return "", errors.New("is no path")
	}
	if path.IsAbs(name) || strings.HasPrefix(name, "~") || windowsPath(name) {
		return "", errOutside
	}
	joined := path.Join(folder, strings.ReplaceAll(name, "\\", "/"))
	if joined == ".." || strings.HasPrefix(joined, "../") {
		return "", errOutside
	}
	return joined, nil
}

// windowsPath reports whether a path begins with a drive or a backslash.
func windowsPath(name string) bool {
	return strings.HasPrefix(name, `\`) || len(name) > 2 && name[1] == ':' && (name[2] == '\\' || name[2] == '/')
}

// check reports what is at a path: errOutside where a symbolic link leads out,
// fs.ErrNotExist where nothing is there.
func (t tree) check(name string) (fs.FileInfo, error) {
	info, err := t.root.Stat(name)
	if err == nil {
		return info, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fs.ErrNotExist
	}
	// os.Root has no error to ask for; a link out of it is the only reason that
	// is not one of the operating system's own.
	var broken *fs.PathError
	if errors.As(err, &broken) && broken.Err.Error() == "path escapes from parent" {
		return nil, errOutside
	}
	return nil, err
}

// isFile and isFolder report whether something of the sort is there, inside the
// repository.
func (t tree) isFile(name string) bool {
	info, err := t.check(name)
	return err == nil && info.Mode().IsRegular()
}

func (t tree) isFolder(name string) bool {
	info, err := t.check(name)
	return err == nil && info.IsDir()
}

// read returns the bytes of a regular file.
func (t tree) read(name string) ([]byte, error) {
	info, err := t.check(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is no regular file")
	}
	file, err := t.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("has more than %d bytes", maxFile)
	}
	return text, nil
}
