package git

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// MaxFile is the size in bytes of the largest file that File reads.
const MaxFile = 1 << 20

// File returns the content of a file as a commit has it, without any filter of
// .gitattributes. The path is relative to the repository's root, with forward
// slashes. It is fs.ErrNotExist when the commit has no such file, and
// ErrMissing when the objects are not here. Symbolic links are not followed:
// they, submodules, directories and files over MaxFile are errors.
func (r *Repository) File(sha, path string) (content []byte, err error) {
	defer caught(&err)
	id, err := parseSHA(sha)
	if err != nil {
		return nil, err
	}
	if !fs.ValidPath(path) || path == "." {
		return nil, fmt.Errorf("%q is no path inside the repository", path)
	}
	at, err := r.commit(id)
	if err != nil {
		return nil, fmt.Errorf("read %q of commit %s: %w", path, sha, err)
	}
	content, err = r.lookup(at.tree, path)
	if err != nil {
		return nil, fmt.Errorf("read %q of commit %s: %w", path, sha, err)
	}
	return content, nil
}

func (r *Repository) lookup(tree plumbing.Hash, path string) ([]byte, error) {
	name, rest, deeper := strings.Cut(path, "/")
	list, err := r.tree(tree)
	if err != nil {
		return nil, err
	}
	entry, ok := list[name]
	switch {
	case !ok:
		return nil, fs.ErrNotExist
	case entry.Mode == filemode.Symlink:
		return nil, fmt.Errorf("%q is a symbolic link, and links are not followed in commits", name)
	case entry.Mode == filemode.Submodule:
		return nil, fmt.Errorf("%q is a submodule, whose files are not in this repository", name)
	case entry.Mode == filemode.Dir && deeper:
		return r.lookup(entry.Hash, rest)
	case entry.Mode == filemode.Dir:
		return nil, fmt.Errorf("%q is a directory", name)
	case deeper:
		return nil, fs.ErrNotExist
	}
	return r.object(entry.Hash, plumbing.BlobObject, MaxFile)
}
