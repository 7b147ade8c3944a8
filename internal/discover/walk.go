package discover

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxEntries is how many files and folders are walked, and maxDeep how deep
// folders may lie in each other.
const (
	maxEntries = 500_000
	maxDeep    = 60
)

// bakeFiles and the names of Compose files, in the order in which they are read.
func bakeFiles() []string {
	return []string{"docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl"}
}

func composeFiles() []string {
	return []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}
}

func composeOverrides() []string {
	return []string{"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"}
}

// definitions walks the repository for bake and Compose files. It gives their
// base names by folder.
func (f *finder) definitions(ctx context.Context) (map[string][]string, error) {
	wanted := slices.Concat(bakeFiles(), composeFiles(), composeOverrides())
	found := map[string][]string{}
	entries := 0
	err := fs.WalkDir(f.tree.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			f.problem(Place{Path: name}, "the folder can't be read: "+reason(err), "make it readable, or exclude it")
			return nil
		}
		if entries++; entries > maxEntries {
			f.problem(Place{Path: "."}, fmt.Sprintf("there are more than %d files", maxEntries), "look in a folder of the repository")
			return fs.SkipAll
		}
		if !entry.IsDir() {
			if slices.Contains(wanted, entry.Name()) {
				found[path.Dir(name)] = append(found[path.Dir(name)], entry.Name())
			}
			return nil
		}
		if name == "." {
			return nil
		}
		if f.leftOut(name) {
			return fs.SkipDir
		}
		if strings.Count(name, "/") >= maxDeep {
			f.problem(Place{Path: name}, fmt.Sprintf("folders lie more than %d deep", maxDeep), "exclude the folder")
			return fs.SkipDir
		}
		return nil
	})
	return found, err
}

// leftOut reports whether a folder, given that those above it are not, is left
// out with all that is below it.
func (f *finder) leftOut(folder string) bool {
	base := path.Base(folder)
	switch {
	case strings.HasPrefix(base, "."), base == "node_modules", base == "vendor", base == "testdata":
		return true
	case f.exclude.match(folder):
		return true
	}
	// A submodule has a .git of its own, a file or a folder.
	_, err := f.tree.root.Lstat(path.Join(folder, ".git"))
	return err == nil
}

// counts reports whether a file that defines images is to be read.
func (f *finder) counts(name string) bool {
	return (f.include == nil || f.include.match(name)) && !f.exclude.match(name)
}

// below reports whether a file lies in a folder that is left out, or behind a
// symbolic link.
func (f *finder) below(name string) bool {
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if f.leftOut(folder) {
			return true
		}
		if info, err := f.tree.root.Lstat(folder); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}
