package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

const (
	// maxDirty is how many files Dirty names.
	maxDirty = 20
	// maxModules is how deep submodules may lie in each other.
	maxModules = 10
)

// errEnough ends a walk that has found as many files as are named.
var errEnough = errors.New("enough files were found")

// Dirty returns files of the work tree that are not what HEAD says: changed,
// removed, or untracked and not ignored. They are relative to Root, with forward
// slashes, sorted, and at most 20; none means that what lies below the directory
// is the commit's. The directory (or file) is absolute or relative to Root; ""
// is all of it.
//
// Contents are compared, never times. Files with other line endings and files
// that Git LFS has fetched are what HEAD says; any other filter makes a file
// differ. Files that a sparse checkout leaves out are not removed. Submodules are
// compared with the commit that HEAD names for them. What .gitignore and
// info/exclude ignore is not looked at, unless it is the directory that was asked
// for; a user's own ignore file does not count. A .gitignore that HEAD does not
// have is told even when it is ignored, for it could hide itself and all else.
func (r *Repository) Dirty(ctx context.Context, below string) (paths []string, err error) {
	defer caught(&err)
	within, err := r.within(below)
	if err != nil {
		return nil, fmt.Errorf("compare %s with the commit: %w", below, err)
	}
	sha, err := r.Head()
	if err != nil {
		return nil, err
	}
	id, err := parseSHA(sha)
	if err != nil {
		return nil, err
	}
	w := &walk{ctx: ctx, repository: r, found: &paths}
	if err := w.commit(id, within); err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("compare %s with commit %s: %w", r.root, sha, err)
	}
	slices.Sort(paths)
	return paths, nil
}

// within returns the parts of a path below the root, once symbolic links are
// followed.
func (r *Repository) within(path string) ([]string, error) {
	full, err := filepath.EvalSymlinks(against(r.root, path))
	if err != nil {
		return nil, err
	}
	relative, err := filepath.Rel(r.root, full)
	if err != nil {
		return nil, err
	}
	switch {
	case relative == ".":
		return nil, nil
	case !filepath.IsLocal(relative):
		return nil, fmt.Errorf("it is outside the repository %s", r.root)
	}
	return strings.Split(filepath.ToSlash(relative), "/"), nil
}

// walk compares a work tree with a commit, directory by directory.
type walk struct {
	ctx        context.Context
	repository *Repository
	// prefix is the submodule's path in the outermost work tree, with a slash at
	// the end, and modules how many submodules lie around it.
	prefix  string
	modules int
	found   *[]string
	// sparse are the files that a sparse checkout leaves out, once read.
	sparse map[string]bool
}

// place is one directory of a walk.
type place struct {
	// path is relative to the work tree, with a slash at the end; empty for its top.
	path string
	tree plumbing.Hash
	// absent is true when the disk has no such directory; a link in its place
	// must not lead anywhere.
	absent bool
	// ignored is true when everything untracked in it is.
	ignored bool
	rules   []rule
	depth   int
}

// commit compares the work tree with a commit. With parts of a path, only what
// lies below it.
func (w *walk) commit(id plumbing.Hash, within []string) error {
	at, err := w.repository.commit(id)
	if err != nil {
		return err
	}
	exclude := rulesOf(filepath.Join(w.repository.commonDir, "info", "exclude"), "")
	return w.directory(place{tree: at.tree, rules: exclude}, within)
}

// report notes a file that is not what the commit says.
func (w *walk) report(path string) error {
	*w.found = append(*w.found, w.prefix+path)
	if len(*w.found) == maxDirty {
		return errEnough
	}
	return nil
}

// full returns the path of a file on the disk.
func (w *walk) full(path string) string {
	return filepath.Join(w.repository.root, filepath.FromSlash(path))
}

// directory compares what is on the disk with what is in the tree.
func (w *walk) directory(at place, within []string) error {
	if at.depth++; at.depth > maxDepth {
		return fmt.Errorf("more than %d directories lie in each other", maxDepth)
	}
	tracked, err := w.repository.tree(at.tree)
	if err != nil {
		return err
	}
	var present map[string]os.FileInfo
	if !at.absent {
		if present, err = listing(w.full(at.path)); err != nil {
			return err
		}
		at.rules = slices.Concat(at.rules, rulesOf(filepath.Join(w.full(at.path), ".gitignore"), at.path))
	}
	names := union(tracked, present)
	if len(within) > 0 {
		names, within = within[:1], within[1:]
		at.ignored, at.rules = false, unmatched(at.rules, at.path+names[0])
	}
	for _, name := range names {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		entry, isTracked := tracked[name]
		info := present[name]
		if isTracked {
			err = w.tracked(at, entry, info, within)
		} else if info != nil {
			err = w.untracked(at, name, info, within)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// listing returns what is in a directory, without git's own.
func listing(dir string) (map[string]os.FileInfo, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	present := make(map[string]os.FileInfo, len(list))
	for _, entry := range list {
		if entry.Name() == ".git" {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		present[entry.Name()] = info
	}
	return present, nil
}
