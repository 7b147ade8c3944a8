package build

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// layoutName matches the files of an OCI layout; nothing else is unpacked.
const layoutName = `^(?:index\.json|oci-layout|blobs/[a-z0-9]+/[0-9a-f]{32,128})$`

// unpacker is a writer that takes the archive of an OCI layout, as a builder
// sends it, and unpacks it into a directory on the way.
type unpacker struct {
	pipe *io.PipeWriter
	// done is closed when nothing is written any more; err is then the outcome.
	done chan struct{}
	err  error
}

var errAbandoned = errors.New("the build ended before its image was complete")

// newUnpacker unpacks into dir, which it makes.
func newUnpacker(dir string) (*unpacker, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, spaceError("make room for the image", err)
	}
	reader, writer := io.Pipe()
	u := &unpacker{pipe: writer, done: make(chan struct{})}
	go func() {
		defer close(u.done)
		u.err = unpackLayout(reader, dir)
		// The writer must not be left waiting for a reader that gave up.
		_ = reader.CloseWithError(errors.Join(u.err, io.ErrClosedPipe))
	}()
	return u, nil
}

// Write passes a piece of the archive on.
func (u *unpacker) Write(piece []byte) (int, error) { return u.pipe.Write(piece) }

// Close waits until all of the archive is unpacked.
func (u *unpacker) Close() error {
	if err := u.pipe.Close(); err != nil {
		return err
	}
	<-u.done
	return u.err
}

// abandon ends an unpacking whose archive will not be completed.
func (u *unpacker) abandon() {
	_ = u.pipe.CloseWithError(errAbandoned)
	<-u.done
}

func unpackLayout(archive io.Reader, dir string) error {
	name := regexp.MustCompile(layoutName)
	reader := tar.NewReader(archive)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			// What stands after the end of the archive is padding.
			_, err = io.Copy(io.Discard, archive)
			return err
		}
		if err != nil {
			return fmt.Errorf("read the image from the builder: %w", err)
		}
		if header.Typeflag != tar.TypeReg || !name.MatchString(header.Name) {
			continue
		}
		if err := unpackFile(filepath.Join(dir, filepath.FromSlash(header.Name)), reader); err != nil {
			return spaceError("unpack the image from the builder", err)
		}
	}
}

func unpackFile(path string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}
