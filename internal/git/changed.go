package git

import (
	"fmt"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Changed returns the paths that differ between two commits, sorted: added,
// removed, and changed in content or mode. A rename is both of its paths. It is
// ErrMissing when the objects are not here.
func (r *Repository) Changed(from, to string) (paths []string, err error) {
	defer caught(&err)
	var trees [2]plumbing.Hash
	for i, sha := range []string{from, to} {
		id, err := parseSHA(sha)
		if err != nil {
			return nil, err
		}
		at, err := r.commit(id)
		if err != nil {
			return nil, fmt.Errorf("compare commits %s and %s: %w", from, to, err)
		}
		trees[i] = at.tree
	}
	if err := r.compare(trees[0], trees[1], "", 0, &paths); err != nil {
		return nil, fmt.Errorf("compare commits %s and %s: %w", from, to, err)
	}
	slices.Sort(paths)
	return paths, nil
}

// compare adds the files in which two directories differ.
func (r *Repository) compare(from, to plumbing.Hash, prefix string, depth int, paths *[]string) error {
	if from == to {
		return nil
	}
	if depth > maxDepth {
		return fmt.Errorf("more than %d directories lie in each other", maxDepth)
	}
	before, err := r.tree(from)
	if err != nil {
		return err
	}
	after, err := r.tree(to)
	if err != nil {
		return err
	}
	for _, name := range union(before, after) {
		a, b := before[name], after[name]
		if a == b {
			continue
		}
		path := prefix + name
		if file(a) || file(b) {
			*paths = append(*paths, path)
		}
		if err := r.compare(directory(a), directory(b), path+"/", depth+1, paths); err != nil {
			return err
		}
	}
	return nil
}

// file reports whether there is an entry, and it is no directory.
func file(entry object.TreeEntry) bool {
	return entry.Name != "" && directory(entry).IsZero()
}

// union returns the names of both maps, sorted.
func union[A, B any](a map[string]A, b map[string]B) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	return slices.Compact(names)
}
