package cache

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// maxFiles is how many files an entry may have.
const maxFiles = 16

// plainName is a name that stays in its folder, on every system.
func plainName(name string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`).MatchString(name)
}

// bundle writes the folder's plain files to out as a tar archive. Equal files
// give equal bytes. Other things in the folder are an error.
func bundle(ctx context.Context, dir string, out io.Writer) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("save a cache entry: %w", err)
	}
	if len(entries) > maxFiles {
		return fmt.Errorf("save a cache entry: %s holds more than %d files", dir, maxFiles)
	}
	archive := tar.NewWriter(out)
	for _, e := range entries {
		if !e.Type().IsRegular() || !plainName(e.Name()) {
			return fmt.Errorf("save a cache entry: %s is not a file with a plain name", filepath.Join(dir, e.Name()))
		}
		if err := bundleFile(ctx, archive, filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("save a cache entry: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("save a cache entry: %w", err)
	}
	return nil
}

func bundleFile(ctx context.Context, archive *tar.Writer, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: filepath.Base(path), Mode: 0o600, Size: info.Size()}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(archive, interruptible{ctx, file})
	return err
}

// extract writes the archive's files into dir and takes them away again when
// anything is wrong with one of them.
func extract(ctx context.Context, from io.ReadSeeker, dir string, limit int64) (err error) {
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read a cache entry: %w", err)
	}
	var made []string
	defer func() {
		for _, path := range made {
			if err != nil {
				_ = os.Remove(path)
			}
		}
	}()
	archive := tar.NewReader(interruptible{ctx, from})
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a cache entry: it is not a whole tar archive: %w", err)
		}
		if header.Typeflag != tar.TypeReg || !plainName(header.Name) || len(made) == maxFiles {
			return errors.New("read a cache entry: it holds something else than a few plain files")
		}
		if limit -= header.Size; limit < 0 {
			return errors.New("read a cache entry: it unpacks to more than is allowed")
		}
		path := filepath.Join(dir, header.Name) //nolint:gosec // a plain name has no separator in it
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("restore a cache entry: %w", err)
		}
		made = append(made, path)
		_, err = io.Copy(file, io.LimitReader(archive, header.Size))
		if err := errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("restore a cache entry: %w", err)
		}
	}
}

// interruptible ends a long copy when the run is cancelled.
type interruptible struct {
	ctx  context.Context
	from io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.from.Read(p)
}
