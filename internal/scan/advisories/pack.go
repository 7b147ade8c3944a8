package advisories

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/klauspost/compress/zstd"

	"github.com/containergate/gate/internal/wholefile"
)

// pack writes an archive with the database in it, in one step.
func pack(ctx context.Context, file, out string) error {
	err := wholefile.Write(out, 0o600, func(w io.Writer) error { return packInto(ctx, w, file, strings.HasSuffix(out, ".zst")) })
	if err != nil {
		return fmt.Errorf("pack vulnerability database: %w", err)
	}
	return nil
}

func packInto(ctx context.Context, target io.Writer, file string, zstandard bool) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	var compressed io.WriteCloser = gzip.NewWriter(target)
	if zstandard {
		if compressed, err = zstd.NewWriter(target, zstd.WithEncoderConcurrency(1)); err != nil {
			return err
		}
	}
	archive := tar.NewWriter(compressed)
	header := &tar.Header{Name: v6.VulnerabilityDBFileName, Mode: 0o644, Size: info.Size(), Format: tar.FormatUSTAR}
	err = archive.WriteHeader(header)
	if err == nil {
		_, err = io.Copy(archive, contextReader{ctx, in})
	}
	return errors.Join(err, archive.Close(), compressed.Close())
}
