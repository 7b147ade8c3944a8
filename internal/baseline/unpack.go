package baseline

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// Unpacked is what Unpack wrote. Paths are relative to the repository's root,
// with forward slashes, and sorted.
type Unpacked struct {
	// Commit is the commit that the archive says it is of; empty when it does
	// not say so.
	Commit string
	// Files counts files and symbolic links; Bytes is the size of the files.
	Files int
	Bytes int64
	// LFS are files of which the archive has only Git LFS's pointer, which was
	// written in their place.
	LFS []string
	// Empty are directories with nothing in them: a submodule looks like this.
	Empty []string
	// Outside are symbolic links that lead out of the archive. They were
	// written as they are: who follows them must do so through os.Root.
	Outside []string
}

// unpackLimits bound what is written: the number of entries, the bytes of all
// files together, and those of one.
type unpackLimits struct {
	entries     int
	bytes, file int64
}

// Unpack writes a commit's archive as GitHub's API gives it (a tar in gzip, with
// one folder around everything) into an empty directory, which exists. The
// folder itself is left out. An archive that ends too early, has a checksum that
// is wrong, or holds what no repository has is an error, and the directory then
// holds a part of it.
//
// An archive is no checkout: GitHub leaves out what .gitattributes marks as
// export-ignore and fills in export-subst, and says so nowhere.
func Unpack(ctx context.Context, r io.Reader, dir string) (Unpacked, error) {
	return unpack(ctx, r, dir, unpackLimits{entries: 200_000, bytes: 8 << 30, file: 1 << 30})
}

func unpack(ctx context.Context, r io.Reader, dir string, limits unpackLimits) (Unpacked, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Unpacked{}, fmt.Errorf("unpack the archive: %w", err)
	}
	u := &unpacker{ctx: ctx, root: root, limits: limits, folders: map[string]bool{".": true}, filled: map[string]bool{}}
	err = u.all(r, dir)
	if err = errors.Join(err, root.Close()); err != nil {
		return Unpacked{}, fmt.Errorf("unpack the archive: %w", err)
	}
	for folder := range u.folders {
		if !u.filled[folder] && folder != "." {
			u.done.Empty = append(u.done.Empty, folder)
		}
	}
	for _, list := range [...][]string{u.done.LFS, u.done.Empty, u.done.Outside} {
		slices.Sort(list)
	}
	return u.done, nil
}

// unpacker writes the entries of one archive.
type unpacker struct {
	ctx    context.Context
	root   *os.Root
	limits unpackLimits
	// top is the folder around everything; entries counts what was met.
	top     string
	entries int
	// folders are the directories that were made, filled those with something in them.
	folders, filled map[string]bool
	done            Unpacked
}

func (u *unpacker) all(r io.Reader, dir string) error {
	present, err := fs.ReadDir(u.root.FS(), ".")
	if err != nil {
		return err
	}
	if len(present) > 0 {
		return fmt.Errorf("the directory %s is not empty", dir)
	}
	plain, err := gzip.NewReader(&interrupted{u.ctx, r})
	if err != nil {
		return early(err)
	}
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return early(err)
		}
		if err := u.entry(header, archive); err != nil {
			return err
		}
	}
	// The rest is padding, at whose end is the checksum.
	rest, err := io.Copy(io.Discard, io.LimitReader(plain, maxPadding))
	switch {
	case err != nil:
		return early(err)
	case rest == maxPadding:
		return errors.New("something follows its end")
	case u.top == "":
		return errors.New("there is nothing in it")
	}
	return nil
}

// maxPadding is how many bytes may follow the end of an archive.
const maxPadding = 1 << 20

// early says of an archive that ends too soon that it does.
func early(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("it is truncated: it ends too early")
	}
	return err
}

// interrupted is a reader that ends with its context.
type interrupted struct {
	ctx context.Context // io.Reader takes none as an argument
	in  io.Reader
}

// Read implements io.Reader.
func (i *interrupted) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.in.Read(p)
}
