package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The folders of a directory store, and the names in them.
const (
	sbomFolder, stateFolder = "sboms", "states"
	sbomSuffix, stateSuffix = ".sbom", ".state"
	sbomPrefix              = "sha256-"
	// leftoverPrefix begins the names of files that are being written.
	leftoverPrefix = ".new-"
	lockFile       = "lock"
)

// dir is a store in a directory. Each document is one file with a name that is
// made from its key, written beside and then renamed. Links are not followed out
// of the directory, and a link in the place of a document is a damaged document.
type dir struct {
	root *os.Root
	// place is the absolute path, for the lock and for messages.
	place string
}

func openDir(place string) (*dir, error) {
	whole, err := filepath.Abs(place)
	if err != nil {
		return nil, fmt.Errorf("open the store %s: %w", place, err)
	}
	if err := os.MkdirAll(whole, 0o755); err != nil { //nolint:gosec // caches and artifacts are read by other users
		return nil, fmt.Errorf("open the store %s: %w", place, err)
	}
	root, err := os.OpenRoot(whole)
	if err != nil {
		return nil, fmt.Errorf("open the store %s: %w", place, err)
	}
	for _, folder := range []string{sbomFolder, stateFolder} {
		if err := root.MkdirAll(folder, 0o755); err != nil {
			return nil, errors.Join(fmt.Errorf("open the store %s: %w", place, err), root.Close())
		}
	}
	return &dir{root: root, place: whole}, nil
}

// String names the directory.
func (d *dir) String() string { return d.place }

// Close implements Store.
func (d *dir) Close() error { return d.root.Close() }

// Get implements Store.
func (d *dir) Get(ctx context.Context, digest string) (Entry, error) {
	hex, err := hexDigest(digest)
	if err != nil {
		return Entry{}, err
	}
	of, document, err := d.read(ctx, sbomFile(hex))
	if err != nil {
		return Entry{}, err
	}
	if of.SBOM == nil || of.SBOM.Digest != digest {
		return Entry{}, d.damaged(sbomFile(hex), errors.New("it is about something else"))
	}
	return Entry{Info: *of.SBOM, SBOM: document}, nil
}

// Put implements Store.
func (d *dir) Put(ctx context.Context, entry Entry) error {
	data, of, err := packSBOM(entry)
	if err != nil {
		return fmt.Errorf("keep the bill of materials of %.80q: %w", entry.Info.Digest, err)
	}
	hex, err := hexDigest(of.SBOM.Digest)
	if err != nil {
		return err
	}
	return d.write(ctx, sbomFile(hex), data)
}

// List implements Store.
func (d *dir) List(ctx context.Context) (found []Info, notes []string, err error) {
	names, err := d.names(sbomFolder, sbomSuffix)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		of, err := d.head(ctx, name)
		switch {
		case errors.Is(err, ErrDamaged):
			notes = append(notes, err.Error())
		case errors.Is(err, ErrMissing):
		case err != nil:
			return nil, nil, err
		case of.SBOM == nil || sbomFile(strings.TrimPrefix(of.SBOM.Digest, "sha256:")) != name:
			notes = append(notes, d.damaged(name, errors.New("it is about something else")).Error())
		default:
			found = append(found, *of.SBOM)
		}
	}
	return found, notes, nil
}

// Delete implements Store.
func (d *dir) Delete(_ context.Context, digest string) error {
	hex, err := hexDigest(digest)
	if err != nil {
		return err
	}
	return d.remove(sbomFile(hex))
}

func (d *dir) remove(name string) error {
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete from the store %s: %w", d, err)
	}
	return nil
}

func sbomFile(hex string) string { return path.Join(sbomFolder, sbomPrefix+hex+sbomSuffix) }

// names are the documents of a folder, sorted. A file that is not named as one
// is nobody's business here.
func (d *dir) names(folder, suffix string) ([]string, error) {
	opened, err := d.root.Open(folder)
	if err != nil {
		return nil, fmt.Errorf("list the store %s: %w", d, err)
	}
	all, err := opened.Readdirnames(-1)
	if err := errors.Join(err, opened.Close()); err != nil {
		return nil, fmt.Errorf("list the store %s: %w", d, err)
	}
	var found []string
	for _, name := range all {
		if strings.HasSuffix(name, suffix) && !strings.HasPrefix(name, ".") {
			found = append(found, path.Join(folder, name))
		}
	}
	slices.Sort(found)
	return found, nil
}

// open opens a document. Nothing but a file is opened, because opening a pipe
// would wait for somebody to write to it.
func (d *dir) open(ctx context.Context, name string) (*os.File, fs.FileInfo, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, nil, err
	}
	info, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%w under %s in %s", ErrMissing, name, d)
	}
	if err == nil && !info.Mode().IsRegular() {
		return nil, nil, d.damaged(name, errors.New("it is no file"))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the store %s: %w", d, err)
	}
	file, err := d.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%w under %s in %s", ErrMissing, name, d)
	}
	if err == nil {
		info, err = file.Stat()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the store %s: %w", d, err)
	}
	return file, info, nil
}

// start reads up to so many bytes of a document, and says how large it is.
func (d *dir) start(ctx context.Context, name string, most int64) (data []byte, size int64, err error) {
	file, info, err := d.open(ctx, name)
	if err != nil {
		return nil, 0, err
	}
	data, err = io.ReadAll(io.LimitReader(file, most))
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, 0, fmt.Errorf("read the store %s: %w", d, err)
	}
	return data, info.Size(), nil
}

// head reads what is known of a document, and holds its size against that.
func (d *dir) head(ctx context.Context, name string) (head, error) {
	data, size, err := d.start(ctx, name, int64(len(magic))+66+maxHead)
	if err != nil {
		return head{}, err
	}
	of, before, err := readHead(data)
	if err == nil && size != int64(before)+of.Packed {
		err = fmt.Errorf("it has %d bytes, and should have %d", size, int64(before)+of.Packed)
	}
	if err != nil {
		return head{}, d.damaged(name, err)
	}
	return of, nil
}

func (d *dir) read(ctx context.Context, name string) (head, []byte, error) {
	const most = maxPacked + maxHead + 100
	data, size, err := d.start(ctx, name, most)
	if err != nil {
		return head{}, nil, err
	}
	if size > most {
		return head{}, nil, d.damaged(name, fmt.Errorf("it has %d bytes, which is more than is kept", size))
	}
	of, document, err := unpack(data)
	if err != nil {
		return head{}, nil, d.damaged(name, err)
	}
	return of, document, nil
}

func (d *dir) damaged(name string, err error) error {
	return fmt.Errorf("%w: %s in %s is damaged: %w", ErrDamaged, name, d, err)
}
