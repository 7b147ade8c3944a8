package advisories

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v6 "github.com/anchore/grype/grype/db/v6"
)

// adopt makes file, an archive or a bare database, a ready database of the
// cache under digest, unless it is there already. The file is only read.
func (c cache) adopt(ctx context.Context, file, digest, source string) error {
	if c.has(digest) {
		return nil
	}
	work, err := c.workspace()
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if isDatabase(file) {
		err = copyFile(ctx, file, filepath.Join(work, v6.VulnerabilityDBFileName))
	} else {
		err = unpack(ctx, file, work)
	}
	if err != nil {
		return err
	}
	if _, err := inspect(ctx, filepath.Join(work, v6.VulnerabilityDBFileName)); err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("import vulnerability database: %w", err)
	}
	return c.install(work, digest, source)
}

// isDatabase tells a bare database from an archive, by its first bytes.
func isDatabase(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	magic := make([]byte, len(headerMagic))
	_, err = io.ReadFull(f, magic)
	return err == nil && bytes.Equal(magic, []byte(headerMagic))
}

func copyFile(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("copy vulnerability database: %w", err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("copy vulnerability database: %w", err)
	}
	_, err = io.Copy(out, contextReader{ctx, in})
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("copy vulnerability database: %w", err)
	}
	return nil
}
