package git

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// Folder lists the names of the ordinary files that a commit has directly in a
// folder, sorted; "." is the root. A folder that is not there is fs.ErrNotExist,
// and ErrMissing means that the objects are not here.
func (r *Repository) Folder(sha, path string) (names []string, err error) {
	defer caught(&err)
	id, err := parseSHA(sha)
	if err != nil {
		return nil, err
	}
	if !fs.ValidPath(path) {
		return nil, fmt.Errorf("%q is no path inside the repository", path)
	}
	at, err := r.commit(id)
	if err != nil {
		return nil, fmt.Errorf("list %q of commit %s: %w", path, sha, err)
	}
	tree := at.tree
	if path != "." {
		if tree, err = r.descend(tree, strings.Split(path, "/")); err != nil {
			return nil, fmt.Errorf("list %q of commit %s: %w", path, sha, err)
		}
	}
	list, err := r.tree(tree)
	if err != nil {
		return nil, fmt.Errorf("list %q of commit %s: %w", path, sha, err)
	}
	for name, entry := range list {
		if entry.Mode == filemode.Regular || entry.Mode == filemode.Executable || entry.Mode == filemode.Deprecated {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (r *Repository) descend(tree plumbing.Hash, parts []string) (plumbing.Hash, error) {
	for _, part := range parts {
		list, err := r.tree(tree)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		entry, ok := list[part]
		if !ok || entry.Mode != filemode.Dir {
			return plumbing.ZeroHash, fs.ErrNotExist
		}
		tree = entry.Hash
	}
	return tree, nil
}
