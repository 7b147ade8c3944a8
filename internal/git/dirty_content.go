package git

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

const (
	// maxText is the size in bytes of the largest file whose line endings are
	// tried the other way round.
	maxText = 32 << 20
	// maxPointer is the size in bytes below which a file may point to Git LFS.
	maxPointer = 1024
)

// same reports whether a file or link on the disk is what the tree says.
func (w *walk) same(path string, entry object.TreeEntry, info os.FileInfo) (bool, error) {
	full := w.full(path)
	if info.Mode()&os.ModeSymlink != 0 {
		target, err := os.Readlink(full)
		return err == nil && entry.Mode == filemode.Symlink &&
			plumbing.ComputeHash(plumbing.BlobObject, []byte(target)) == entry.Hash, err
	}
	if !info.Mode().IsRegular() || (entry.Mode != filemode.Regular && entry.Mode != filemode.Executable && entry.Mode != filemode.Deprecated) {
		return false, nil
	}
	executable := info.Mode().Perm()&0o100 != 0
	if w.repository.fileMode && executable != (entry.Mode == filemode.Executable) {
		return false, nil
	}
	blob, sum, err := hashes(w.ctx, full, info.Size())
	if err != nil || blob == entry.Hash {
		return err == nil, err
	}
	if info.Size() <= maxText {
		content, err := os.ReadFile(full)
		if err != nil {
			return false, err
		}
		if plumbing.ComputeHash(plumbing.BlobObject, bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))) == entry.Hash {
			return true, nil
		}
	}
	return w.repository.pointsTo(entry.Hash, sum, info.Size())
}

// hashes returns git's hash of a file, and its SHA-256.
func hashes(ctx context.Context, path string, size int64) (blob plumbing.Hash, sum [sha256.Size]byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return plumbing.ZeroHash, sum, err
	}
	git, plain := plumbing.NewHasher(plumbing.BlobObject, size), sha256.New()
	_, err = io.Copy(io.MultiWriter(git, plain), &cancelled{ctx, file})
	return git.Sum(), [sha256.Size]byte(plain.Sum(nil)), errors.Join(err, file.Close())
}

// cancelled is a reader that ends with its context.
type cancelled struct {
	ctx context.Context
	in  io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.in.Read(p)
}

// pointsTo reports whether a blob is a pointer of Git LFS to the content.
func (r *Repository) pointsTo(blob plumbing.Hash, sum [sha256.Size]byte, size int64) (bool, error) {
	pointer, err := r.find(blob)
	if errors.Is(err, ErrMissing) || (err == nil && pointer.Size() >= maxPointer) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	text, err := r.object(blob, plumbing.BlobObject, maxPointer)
	if err != nil {
		return false, err
	}
	want := fmt.Sprintf("\noid sha256:%s\nsize %d\n", hex.EncodeToString(sum[:]), size)
	return strings.HasPrefix(string(text), "version https://git-lfs.github.com/spec/") && strings.HasSuffix(string(text), want), nil
}
