package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Exported is what Export wrote, and what it could not. All paths are relative
// to the repository's root, with forward slashes, and sorted.
type Exported struct {
	// Files counts files and symbolic links; Bytes is the size of the files.
	Files int
	Bytes int64
	// Submodules are empty directories: their files are in other repositories.
	Submodules []string
	// LFS are files of which only Git LFS's pointer is in the repository. The
	// pointer was written in their place.
	LFS []string
	// Outside are symbolic links that lead out of what was exported. They were
	// written as they are: who follows them must do so through os.Root.
	Outside []string
}

// Export writes the tree of a commit into an empty directory, which exists, from
// the objects and without the git program. With paths (files or folders of the
// commit) only these are written, each at its own place below the directory. A
// path that the commit does not have is fs.ErrNotExist. ErrMissing, with the
// object's name, means that the clone is shallow or partial.
//
// Files have the commit's bytes and its executable bit, links are links. That is
// a checkout of a repository without attributes: line endings are not converted
// (autocrlf, text, eol), no filter runs (Git LFS, ident, working-tree-encoding),
// and submodules are not fetched. What export-ignore names is written.
//
// All is written through os.Root, so that no entry and no link of the tree leads
// outside; names that git itself refuses are an error. After an error the
// directory holds a part of the tree.
func (r *Repository) Export(ctx context.Context, sha, dir string, paths ...string) (exported Exported, err error) {
	return r.export(ctx, sha, dir, paths, exportLimits{files: 200_000, bytes: 8 << 30, file: 1 << 30})
}

// exportLimits bound what is written: the number of entries, the bytes of all
// files together, and those of one.
type exportLimits struct {
	files       int
	bytes, file int64
}

func (r *Repository) export(ctx context.Context, sha, dir string, paths []string, limits exportLimits) (exported Exported, err error) {
	defer caught(&err)
	id, err := parseSHA(sha)
	if err != nil {
		return Exported{}, err
	}
	at, err := r.commit(id)
	if err != nil {
		return Exported{}, fmt.Errorf("export commit %s: %w", sha, err)
	}
	root, err := openEmpty(dir)
	if err != nil {
		return Exported{}, fmt.Errorf("export commit %s: %w", sha, err)
	}
	e := &exporter{ctx: ctx, repository: r, root: root, limits: limits, made: map[string]bool{".": true}}
	err = e.everything(at.tree, paths)
	if err = errors.Join(err, root.Close()); err != nil {
		return Exported{}, fmt.Errorf("export commit %s: %w", sha, err)
	}
	for _, list := range [...][]string{e.done.Submodules, e.done.LFS, e.done.Outside} {
		slices.Sort(list)
	}
	return e.done, nil
}

// openEmpty opens a directory that has nothing in it.
func openEmpty(dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(root.FS(), ".")
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("the directory %s is not empty", dir)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return root, nil
}

// exporter writes trees.
type exporter struct {
	ctx        context.Context
	repository *Repository
	root       *os.Root
	limits     exportLimits
	// entries counts all that was met. made are the directories that were
	// written: nothing is put into another one, or through a link.
	entries int
	made    map[string]bool
	done    Exported
}

// everything writes the whole tree, or the paths of it.
func (e *exporter) everything(tree plumbing.Hash, paths []string) error {
	if len(paths) == 0 {
		return e.tree(tree, ".", 0)
	}
	for _, name := range outermost(paths) {
		if !fs.ValidPath(name) {
			return fmt.Errorf("%q is no path inside the repository", name)
		}
		if name == "." {
			return e.tree(tree, ".", 0)
		}
		entry, err := e.find(tree, name)
		if err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		if err := e.folders(path.Dir(name)); err != nil {
			return err
		}
		if err := e.entry(entry, path.Dir(name), strings.Count(name, "/")); err != nil {
			return err
		}
	}
	return nil
}

// find looks up one path of a tree.
func (e *exporter) find(tree plumbing.Hash, name string) (object.TreeEntry, error) {
	for {
		part, rest, deeper := strings.Cut(name, "/")
		list, err := e.repository.tree(tree)
		if err != nil {
			return object.TreeEntry{}, err
		}
		entry, ok := list[part]
		switch {
		case !ok:
			return entry, fs.ErrNotExist
		case !deeper:
			return entry, nil
		case entry.Mode == filemode.Symlink:
			return entry, fmt.Errorf("%q is a symbolic link, and links are not followed in commits", part)
		case entry.Mode == filemode.Submodule:
			return entry, fmt.Errorf("%q is a submodule, whose files are not in this repository", part)
		case entry.Mode != filemode.Dir:
			return entry, fs.ErrNotExist
		}
		tree, name = entry.Hash, rest
	}
}

// outermost leaves out the paths that lie in another one.
func outermost(paths []string) []string {
	return slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(paths))), func(name string) bool {
		return slices.ContainsFunc(paths, func(other string) bool {
			return name != other && (other == "." || strings.HasPrefix(name, other+"/"))
		})
	})
}

// folders makes the directories that lead to a path.
func (e *exporter) folders(name string) error {
	if name == "." || e.made[name] {
		return nil
	}
	if err := e.folders(path.Dir(name)); err != nil {
		return err
	}
	if err := exportable(path.Base(name)); err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	return e.mkdir(name)
}

// tree writes what is in one directory.
func (e *exporter) tree(id plumbing.Hash, folder string, depth int) error {
	if depth > exportedDepth {
		return fmt.Errorf("more than %d directories lie in each other, which is more than is exported", exportedDepth)
	}
	list, err := e.repository.tree(id)
	if err != nil {
		return fmt.Errorf("%q: %w", folder, err)
	}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		if err := e.entry(list[name], folder, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// entry writes one entry of a directory.
func (e *exporter) entry(entry object.TreeEntry, folder string, depth int) error {
	if err := e.ctx.Err(); err != nil {
		return err
	}
	name := path.Join(folder, entry.Name)
	if err := exportable(entry.Name); err != nil {
		return fmt.Errorf("%q in %q: %w", entry.Name, folder, err)
	}
	if e.entries++; e.entries > e.limits.files {
		return fmt.Errorf("it has more than %d files and directories, which is more than is exported", e.limits.files)
	}
	var err error
	switch entry.Mode {
	case filemode.Dir:
		if err = e.mkdir(name); err == nil {
			return e.tree(entry.Hash, name, depth)
		}
	case filemode.Submodule:
		e.done.Submodules = append(e.done.Submodules, name)
		err = e.mkdir(name)
	case filemode.Symlink:
		err = e.link(entry.Hash, name)
	case filemode.Regular, filemode.Deprecated:
		err = e.file(entry.Hash, name, exportedFile)
	case filemode.Executable:
		err = e.file(entry.Hash, name, exportedProgram)
	default:
		err = fmt.Errorf("the tree is malformed: an entry has the mode %s", entry.Mode)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	return nil
}
