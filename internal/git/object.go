package git

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

const (
	// maxCommit and maxTree bound the objects that are only read on the way, in bytes.
	maxCommit = 16 << 20
	maxTree   = 128 << 20
	// maxDepth bounds how deep directories may lie in each other.
	maxDepth = 1000
)

// object reads the bytes of one object, which must have its hash.
func (r *Repository) object(id plumbing.Hash, kind plumbing.ObjectType, limit int64) ([]byte, error) {
	found, err := r.find(id)
	if err != nil {
		return nil, err
	}
	if found.Type() != kind {
		return nil, fmt.Errorf("git object %s is a %s, not a %s", id, found.Type(), kind)
	}
	if found.Size() > limit {
		return nil, fmt.Errorf("git object %s has %d bytes, more than the %d that are read", id, found.Size(), limit)
	}
	reader, err := found.Reader()
	if err != nil {
		return nil, fmt.Errorf("read git object %s: %w", id, err)
	}
	data, err := io.ReadAll(io.LimitReader(reader, limit+1))
	if err = errors.Join(err, reader.Close()); err != nil {
		return nil, fmt.Errorf("read git object %s: %w", id, err)
	}
	if plumbing.ComputeHash(kind, data) != id {
		return nil, fmt.Errorf("git object %s is damaged: its content has another hash", id)
	}
	return data, nil
}

// find looks for an object in all stores.
func (r *Repository) find(id plumbing.Hash) (plumbing.EncodedObject, error) {
	for _, store := range r.stores {
		found, err := store.EncodedObject(plumbing.AnyObject, id)
		if err == nil {
			return found, nil
		}
		if !errors.Is(err, plumbing.ErrObjectNotFound) {
			return nil, fmt.Errorf("read git object %s: %w", id, err)
		}
	}
	return nil, fmt.Errorf("git object %s: %w", id, ErrMissing)
}

// commit is what is read of a commit.
type commit struct {
	tree    plumbing.Hash
	parents []plumbing.Hash
}

// commit reads a commit as it was written, whatever .git/shallow and
// replacements say of it.
func (r *Repository) commit(id plumbing.Hash) (commit, error) {
	data, err := r.object(id, plumbing.CommitObject, maxCommit)
	if err != nil {
		return commit{}, err
	}
	var c commit
	var ok bool
	if c.tree, data, ok = cutHeader(data, "tree "); !ok {
		return commit{}, fmt.Errorf("git commit %s is malformed: it names no tree", id)
	}
	for {
		var parent plumbing.Hash
		if parent, data, ok = cutHeader(data, "parent "); !ok {
			return c, nil
		}
		c.parents = append(c.parents, parent)
	}
}

// cutHeader takes a line with a hash off a commit.
func cutHeader(data []byte, name string) (plumbing.Hash, []byte, bool) {
	rest, ok := bytes.CutPrefix(data, []byte(name))
	if !ok || len(rest) < 41 || rest[40] != '\n' {
		return plumbing.ZeroHash, data, false
	}
	id, err := parseSHA(string(rest[:40]))
	if err != nil {
		return plumbing.ZeroHash, data, false
	}
	return id, rest[41:], true
}

// entries are the entries of a tree by name.
type entries map[string]object.TreeEntry

// tree reads the entries of a tree; the zero hash is the empty one. A tree that
// has one name twice is refused: readers would not agree on what it holds.
func (r *Repository) tree(id plumbing.Hash) (entries, error) {
	if id.IsZero() {
		return nil, nil
	}
	data, err := r.object(id, plumbing.TreeObject, maxTree)
	if err != nil {
		return nil, err
	}
	raw := &plumbing.MemoryObject{}
	raw.SetType(plumbing.TreeObject)
	if _, err := raw.Write(data); err != nil {
		return nil, fmt.Errorf("read git tree %s: %w", id, err)
	}
	var decoded object.Tree
	if err := decoded.Decode(raw); err != nil {
		return nil, fmt.Errorf("read git tree %s: %w", id, err)
	}
	found := make(entries, len(decoded.Entries))
	for _, entry := range decoded.Entries {
		if _, twice := found[entry.Name]; twice {
			return nil, fmt.Errorf("git tree %s is malformed: it has %.80q twice", id, entry.Name)
		}
		found[entry.Name] = entry
	}
	return found, nil
}

// directory returns the tree that an entry leads to; the zero hash for what is
// no directory.
func directory(entry object.TreeEntry) plumbing.Hash {
	if entry.Mode == filemode.Dir {
		return entry.Hash
	}
	return plumbing.ZeroHash
}
