package git

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// maxMeta bounds the small files of a repository: .git, commondir, config.
const maxMeta = 1 << 20

// Open opens the repository whose work tree holds a directory. It may be a
// linked work tree or a submodule. It is ErrNone when there is no repository,
// and another error when there is one that can't be read: SHA-256 and reftable
// repositories, and those that are damaged.
func Open(dir string) (r *Repository, err error) {
	defer caught(&err)
	physical, err := filepath.Abs(dir)
	if err == nil {
		physical, err = filepath.EvalSymlinks(physical)
	}
	if err != nil {
		return nil, fmt.Errorf("open the git repository of %s: %w", dir, err)
	}
	for {
		gitDir, err := gitDirOf(physical)
		if err != nil {
			return nil, fmt.Errorf("open the git repository %s: %w", physical, err)
		}
		if gitDir != "" {
			return openAt(physical, gitDir)
		}
		parent := filepath.Dir(physical)
		if parent == physical {
			return nil, fmt.Errorf("%s: %w", dir, ErrNone)
		}
		physical = parent
	}
}

// gitDirOf returns the git directory of a work tree; empty when the directory
// is not the top of one. As for git, a .git directory without a repository in
// it is nothing, and a .git file that leads nowhere is an error.
func gitDirOf(root string) (string, error) {
	dot := filepath.Join(root, ".git")
	info, err := os.Stat(dot)
	switch {
	case errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		return "", nil
	case err != nil:
		return "", err
	case info.IsDir():
		if _, err := commonDirOf(dot); err != nil {
			return "", nil //nolint:nilerr // As git does: the repository may be further up.
		}
		return dot, nil
	}
	text, err := readMeta(dot)
	if err != nil {
		return "", err
	}
	target, ok := strings.CutPrefix(text, "gitdir: ")
	if !ok {
		return "", errors.New("the file .git names no gitdir")
	}
	target = against(root, strings.TrimRight(target, "\r\n"))
	if _, err := commonDirOf(target); err != nil {
		return "", fmt.Errorf("the file .git names a directory without a repository, which may be outside this container: %w", err)
	}
	return target, nil
}

// commonDirOf returns the directory with the objects and references of a git
// directory: itself, except for linked work trees.
func commonDirOf(gitDir string) (string, error) {
	if _, err := os.Lstat(filepath.Join(gitDir, "HEAD")); err != nil {
		return "", err
	}
	common := gitDir
	text, err := readMeta(filepath.Join(gitDir, "commondir"))
	switch {
	case err == nil:
		common = against(gitDir, strings.TrimSpace(text))
	case !errors.Is(err, os.ErrNotExist):
		return "", err
	}
	info, err := os.Stat(filepath.Join(common, "objects"))
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s: its objects are no directory", common)
	}
	return common, nil
}

// openAt opens the repository of a work tree whose git directory is known.
func openAt(root, gitDir string) (*Repository, error) {
	common, err := commonDirOf(gitDir)
	if err != nil {
		return nil, fmt.Errorf("open the git repository %s: %w", root, err)
	}
	fileMode, err := readConfig(filepath.Join(common, "config"))
	if err != nil {
		return nil, fmt.Errorf("open the git repository %s: %w", root, err)
	}
	var files billy.Filesystem = osfs.New(gitDir)
	if common != gitDir {
		files = dotgit.NewRepositoryFilesystem(files, osfs.New(common))
	}
	objects := cache.NewObjectLRUDefault()
	store := filesystem.NewStorage(files, objects)
	r := &Repository{
		root: root, gitDir: gitDir, commonDir: common, fileMode: fileMode, refs: store,
		stores: []*filesystem.ObjectStorage{&store.ObjectStorage},
	}
	for _, dir := range alternates(filepath.Join(common, "objects")) {
		r.stores = append(r.stores, filesystem.NewObjectStorage(dotgit.New(osfs.New(filepath.Dir(dir))), objects))
	}
	return r, nil
}

// readMeta reads one of git's small files.
func readMeta(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > maxMeta {
		return "", fmt.Errorf("%s is no file of at most %d bytes", path, maxMeta)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxMeta))
	return string(data), errors.Join(err, file.Close())
}

// against makes a path absolute that is relative to a directory.
func against(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
