package git

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// tracked compares one entry of a tree with what is on the disk; info is nil
// when there is nothing.
func (w *walk) tracked(at place, entry object.TreeEntry, info os.FileInfo, within []string) error {
	path := at.path + entry.Name
	inside := place{
		path: path + "/", tree: directory(entry), rules: at.rules, depth: at.depth,
		absent: info == nil || !info.IsDir(), ignored: at.ignored || ignores(at.rules, path, true),
	}
	switch {
	case entry.Mode == filemode.Dir:
		if info != nil && !info.IsDir() {
			if err := w.untracked(at, entry.Name, info, nil); err != nil {
				return err
			}
		}
		return w.directory(inside, within)
	case info == nil:
		if w.leftOut(path) {
			return nil
		}
		return w.report(path)
	case entry.Mode == filemode.Submodule && info.IsDir():
		return w.submodule(inside, entry, within)
	case info.IsDir():
		if err := w.report(path); err != nil {
			return err
		}
		return w.directory(inside, within)
	}
	same, err := w.same(path, entry, info)
	if err != nil || same {
		return err
	}
	return w.report(path)
}

// untracked reports what the tree does not have. Sockets, devices and pipes are
// nothing to git.
func (w *walk) untracked(at place, name string, info os.FileInfo, within []string) error {
	path := at.path + name
	// A file of rules that the commit does not have could hide itself and
	// everything else.
	if (at.ignored || ignores(at.rules, path, info.IsDir())) && (at.ignored || name != ".gitignore") {
		return nil
	}
	switch {
	case info.IsDir():
		return w.directory(place{path: path + "/", rules: at.rules, depth: at.depth}, within)
	case info.Mode().IsRegular(), info.Mode()&os.ModeSymlink != 0:
		return w.report(path)
	}
	return nil
}

// submodule compares a submodule with the commit that the tree names. One that
// was not fetched is an empty directory, and what the commit says.
func (w *walk) submodule(at place, entry object.TreeEntry, within []string) error {
	if w.modules == maxModules {
		return fmt.Errorf("more than %d submodules lie in each other", maxModules)
	}
	root := w.full(at.path)
	gitDir, err := gitDirOf(root)
	if err != nil {
		return fmt.Errorf("open the submodule %q: %w", at.path, err)
	}
	if gitDir == "" {
		return w.directory(at, within)
	}
	module, err := openAt(root, gitDir)
	if err != nil {
		return err
	}
	head, err := module.Head()
	if err != nil {
		return err
	}
	if head != entry.Hash.String() {
		return w.report(at.path[:len(at.path)-1])
	}
	inner := &walk{
		ctx: w.ctx, repository: module, prefix: w.prefix + at.path, modules: w.modules + 1, found: w.found,
	}
	return inner.commit(plumbing.NewHash(head), within)
}

// leftOut reports whether a file is missing because a sparse checkout leaves it
// out. An index that can't be read leaves nothing out.
func (w *walk) leftOut(path string) bool {
	if w.sparse == nil {
		w.sparse = map[string]bool{}
		list, err := readIndex(filepath.Join(w.repository.gitDir, "index"))
		if err != nil {
			return false
		}
		for _, entry := range list.Entries {
			if entry.SkipWorktree {
				w.sparse[entry.Name] = true
			}
		}
	}
	return w.sparse[path]
}

func readIndex(path string) (*index.Index, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	list := &index.Index{}
	err = index.NewDecoder(file).Decode(list)
	return list, errors.Join(err, file.Close())
}
