package advisories

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// maxDatabase is the size in bytes above which an unpacked database is taken
// for an attack on the disk. Anchore's is near one gigabyte.
const maxDatabase = 32 << 30

// unpack writes the vulnerability.db of a tar archive (zstd, gzip, xz or plain,
// told apart by content) into dir. Everything else in the archive is passed over.
func unpack(ctx context.Context, archive, dir string) error {
	f, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("open vulnerability database archive: %w", err)
	}
	defer func() { _ = f.Close() }()
	plain, closeStream, err := decompress(contextReader{ctx, f})
	if err != nil {
		return fmt.Errorf("%s: %w: %w", archive, ErrCorrupt, err)
	}
	defer closeStream()

	entries := tar.NewReader(plain)
	for {
		header, err := entries.Next()
		if ctx.Err() != nil {
			return fmt.Errorf("unpack vulnerability database: %w", ctx.Err())
		}
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s: %w: the archive holds no %s", archive, ErrCorrupt, v6.VulnerabilityDBFileName)
		}
		if err != nil {
			return fmt.Errorf("%s: %w: not a .tar.zst, .tar.gz or .tar.xz archive, or cut short: %w", archive, ErrCorrupt, err)
		}
		if header.Typeflag == tar.TypeReg && path.Base(header.Name) == v6.VulnerabilityDBFileName {
			return writeDatabase(ctx, entries, filepath.Join(dir, v6.VulnerabilityDBFileName), archive)
		}
	}
}

func writeDatabase(ctx context.Context, from io.Reader, file, archive string) error {
	out, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("unpack vulnerability database: %w", err)
	}
	n, err := io.Copy(out, io.LimitReader(from, maxDatabase+1))
	if cerr := out.Close(); err == nil && cerr != nil {
		return fmt.Errorf("unpack vulnerability database: %w", cerr)
	}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("unpack vulnerability database: %w", ctx.Err())
	case isPathError(err):
		return fmt.Errorf("unpack vulnerability database: %w", err)
	case err != nil:
		return fmt.Errorf("%s: %w: %w", archive, ErrCorrupt, err)
	case n > maxDatabase:
		return fmt.Errorf("%s: %w: it unpacks to more than %d bytes", archive, ErrCorrupt, int64(maxDatabase))
	}
	return nil
}

// isPathError tells a failure of the disk (no space) from one of the archive.
func isPathError(err error) bool {
	var pathError *os.PathError
	return errors.As(err, &pathError)
}

func decompress(r io.Reader) (io.Reader, func(), error) {
	buffered := bufio.NewReaderSize(r, 1<<20)
	magic, err := buffered.Peek(6)
	if err != nil {
		return nil, nil, errors.New("the file is too short for an archive")
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(buffered)
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(buffered)
		return z, func() {}, err
	case bytes.Equal(magic, []byte{0xfd, '7', 'z', 'X', 'Z', 0}):
		z, err := xz.NewReader(buffered)
		return z, func() {}, err
	}
	return buffered, func() {}, nil
}

// contextReader ends a long copy when the run is cancelled.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// digestFile is the SHA-256 of a file in hexadecimal.
func digestFile(ctx context.Context, file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("read vulnerability database: %w", err)
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, contextReader{ctx, f}); err != nil {
		return "", fmt.Errorf("read vulnerability database: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
