package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// maxDocument is the most that is read of a manifest, index or configuration.
const maxDocument = 16 << 20

// tarball is an archive on disk whose entries are opened by name, without
// unpacking them.
type tarball struct {
	path    string
	file    *os.File
	entries map[string]tarEntry
}

// tarEntry is where an entry's bytes lie, or the name that it links to.
type tarEntry struct {
	offset, size int64
	link         string
}

// openTarball reads the headers of an archive. A packed archive is unpacked into
// tempDir first.
func openTarball(ctx context.Context, name, tempDir string) (*tarball, error) {
	file, err := openPlain(ctx, name, tempDir)
	if err != nil {
		return nil, err
	}
	archive := &tarball{path: name, file: file, entries: map[string]tarEntry{}}
	if err := archive.index(ctx); err != nil {
		_ = file.Close()
		return nil, err
	}
	return archive, nil
}

// openPlain opens a file, or the copy in tempDir that it was unpacked to.
func openPlain(ctx context.Context, name, tempDir string) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%w; check the path", err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%w: %s is a directory, not an archive; for an OCI layout write oci-dir:%s", ErrUnsupported, name, name)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a regular file", ErrUnsupported, name)
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%w: %s is empty; write the archive again", ErrCorrupt, name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	head := make([]byte, 4)
	if _, err := io.ReadFull(file, head); err != nil || !packedHead(head) {
		_, seekErr := file.Seek(0, io.SeekStart)
		return file, seekErr
	}
	defer func() { _ = file.Close() }()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return unpackFile(ctx, file, filepath.Join(tempDir, "archive.tar"))
}

func packedHead(head []byte) bool {
	return string(head[:2]) == "\x1f\x8b" || string(head) == "\x28\xb5\x2f\xfd"
}

func unpackFile(ctx context.Context, packed *os.File, to string) (*os.File, error) {
	plain, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("%w: %s cannot be unpacked; write the archive again: %w", ErrCorrupt, packed.Name(), err)
	}
	defer func() { _ = plain.Close() }()
	file, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := copyFrom(ctx, file, plain); err != nil {
		_ = file.Close()
		return nil, classifyRead(ctx, filepath.Dir(to), err)
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, err
}

// index notes where each entry lies. The first of two entries with one name is kept.
func (t *tarball) index(ctx context.Context) error {
	info, err := t.file.Stat()
	if err != nil {
		return err
	}
	reader := tar.NewReader(t.file)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%w: %s is not a tar archive, or it is cut short; write it again: %w", ErrCorrupt, t.path, err)
		}
		offset, err := t.file.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		if header.Typeflag == tar.TypeReg && header.Size > info.Size()-offset {
			return fmt.Errorf("%w: %s is cut short inside %s; write it again", ErrCorrupt, t.path, header.Name)
		}
		t.add(header, offset)
	}
	if len(t.entries) == 0 {
		return fmt.Errorf("%w: %s holds no files; write the archive again", ErrCorrupt, t.path)
	}
	return nil
}

func (t *tarball) add(header *tar.Header, offset int64) {
	name := path.Clean(header.Name)
	if _, ok := t.entries[name]; ok {
		return
	}
	switch header.Typeflag {
	case tar.TypeReg:
		t.entries[name] = tarEntry{offset: offset, size: header.Size}
	case tar.TypeSymlink:
		t.entries[name] = tarEntry{link: path.Join(path.Dir(name), header.Linkname)} //nolint:gosec // a name in the archive, nothing is written
	case tar.TypeLink:
		t.entries[name] = tarEntry{link: path.Clean(header.Linkname)}
	}
}

// has reports whether the archive holds a file of that name.
func (t *tarball) has(name string) bool {
	_, ok := t.entries[path.Clean(name)]
	return ok
}

// open gives the bytes of one entry. Links are followed a few steps.
func (t *tarball) open(name string) (io.ReadCloser, error) {
	name = path.Clean(name)
	for range 8 {
		entry, ok := t.entries[name]
		if !ok {
			break
		}
		if entry.link == "" {
			file, err := os.Open(t.file.Name())
			if err != nil {
				return nil, err
			}
			return newSection(file, entry.offset, entry.size), nil
		}
		name = entry.link
	}
	return nil, fmt.Errorf("%s in %s: %w", name, t.path, fs.ErrNotExist)
}

// document reads a small entry whole.
func (t *tarball) document(name string) ([]byte, error) { return readDocument(t.open, name) }

// String names the archive.
func (t *tarball) String() string { return t.path }

// Close closes the archive.
func (t *tarball) Close() error { return t.file.Close() }

// readDocument reads what open gives, up to maxDocument.
func readDocument(open func(string) (io.ReadCloser, error), name string) ([]byte, error) {
	reader, err := open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	data, err := io.ReadAll(io.LimitReader(reader, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxDocument {
		return nil, fmt.Errorf("%w: %s is larger than %d MiB", ErrCorrupt, strings.TrimSpace(name), maxDocument>>20)
	}
	return data, nil
}
