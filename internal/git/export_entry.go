package git

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// The modes of what is exported, before the process's mask: as git writes them.
const (
	exportedFolder  = 0o777
	exportedFile    = 0o666
	exportedProgram = 0o777
)

// exportedDepth bounds how deep directories may lie in each other: the way to
// each file is walked from the top.
const exportedDepth = 256

// maxTarget is the length in bytes of the longest target of a symbolic link.
const maxTarget = 4095

// exportable says what is wrong with the name of an entry. Git refuses the same
// names, so no honest repository has them.
func exportable(name string) error {
	switch {
	case name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00"),
		strings.EqualFold(name, ".git"), !filepath.IsLocal(name):
		return errors.New("the tree is malformed: no file may have this name")
	}
	return nil
}

func (e *exporter) mkdir(name string) error {
	if err := e.root.Mkdir(name, exportedFolder); err != nil {
		return err
	}
	e.made[name] = true
	return nil
}

// link writes a symbolic link as it is.
func (e *exporter) link(id plumbing.Hash, name string) error {
	target, err := e.repository.object(id, plumbing.BlobObject, maxTarget)
	if err != nil {
		return err
	}
	if len(target) == 0 || strings.Contains(string(target), "\x00") {
		return errors.New("the symbolic link leads to no path")
	}
	if leaves(name, string(target)) {
		e.done.Outside = append(e.done.Outside, name)
	}
	e.done.Files++
	return e.root.Symlink(string(target), name)
}

// leaves reports whether the target of a link is outside of the tree, as its
// text says it; links on its way are not followed.
func leaves(name, target string) bool {
	return path.IsAbs(target) || !filepath.IsLocal(path.Join(path.Dir(name), target))
}

// file writes one file, and checks at its end that it was the right one.
func (e *exporter) file(id plumbing.Hash, name string, mode os.FileMode) error {
	blob, err := e.blob(id)
	if err != nil {
		return err
	}
	if e.done.Bytes += blob.Size(); e.done.Bytes > e.limits.bytes {
		return fmt.Errorf("the files have more than %d bytes together, which is more than is exported", e.limits.bytes)
	}
	content, err := blob.Reader()
	if err != nil {
		return fmt.Errorf("read git object %s: %w", id, err)
	}
	target, err := e.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return errors.Join(err, content.Close())
	}
	hasher := plumbing.NewHasher(plumbing.BlobObject, blob.Size())
	head := &beginning{}
	n, err := io.Copy(io.MultiWriter(target, hasher, head), io.LimitReader(&cancelled{e.ctx, content}, blob.Size()+1))
	if err = errors.Join(err, content.Close(), target.Close()); err != nil {
		return fmt.Errorf("write git object %s: %w", id, err)
	}
	if n != blob.Size() || hasher.Sum() != id {
		return fmt.Errorf("git object %s is damaged: its content has another hash", id)
	}
	if n < maxPointer && isPointer(string(head.bytes)) {
		e.done.LFS = append(e.done.LFS, name)
	}
	e.done.Files++
	return nil
}

// blob finds a file's object, and refuses it before it is read when it is too large.
func (e *exporter) blob(id plumbing.Hash) (plumbing.EncodedObject, error) {
	for _, store := range e.repository.stores {
		size, err := store.EncodedObjectSize(id)
		if err == nil && size > e.limits.file {
			return nil, fmt.Errorf("git object %s has %d bytes, more than the %d that are exported", id, size, e.limits.file)
		}
	}
	found, err := e.repository.find(id)
	if err != nil {
		return nil, err
	}
	if found.Type() != plumbing.BlobObject {
		return nil, fmt.Errorf("git object %s is a %s, not a %s", id, found.Type(), plumbing.BlobObject)
	}
	return found, nil
}

// beginning keeps the first bytes of what is written to it, as many as a
// pointer of Git LFS may have.
type beginning struct{ bytes []byte }

// Write implements io.Writer.
func (b *beginning) Write(p []byte) (int, error) {
	room := maxPointer - len(b.bytes)
	b.bytes = append(b.bytes, p[:min(room, len(p))]...)
	return len(p), nil
}

// isPointer reports whether a file is a pointer of Git LFS.
func isPointer(text string) bool {
	return strings.HasPrefix(text, "version https://git-lfs.github.com/spec/") && strings.Contains(text, "\noid sha256:") && strings.Contains(text, "\nsize ")
}
