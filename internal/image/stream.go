package image

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// unpack gives the plain bytes of a stream that is packed with gzip, zstd or
// nothing, judged by its first bytes and not by what it is called.
func unpack(packed io.Reader) (io.ReadCloser, error) {
	buffered := bufio.NewReaderSize(packed, 1<<16)
	head, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case len(head) < 4 || !packedHead(head):
		return io.NopCloser(buffered), nil
	case head[0] == 0x1f:
		return gzip.NewReader(buffered)
	default:
		plain, err := zstd.NewReader(buffered)
		if err != nil {
			return nil, err
		}
		return plain.IOReadCloser(), nil
	}
}

// layerReader reads a layer, stops when the context is cancelled, and says at
// the end whether the bytes were the right ones.
type layerReader struct {
	ctx    context.Context // io.Reader takes none as an argument
	plain  io.Reader
	atEnd  func() error
	close  func() error
	number int
	diffID v1.Hash
}

// Read implements io.Reader.
func (r *layerReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.plain.Read(p)
	if errors.Is(err, io.EOF) {
		if err = r.atEnd(); err == nil {
			return n, io.EOF
		}
	}
	switch {
	case err == nil:
		return n, nil
	case r.ctx.Err() != nil:
		return n, r.ctx.Err()
	case errors.Is(err, syscall.EIO), explained(err):
		return n, fmt.Errorf("layer %d (%s): %w", r.number, r.diffID, err)
	default:
		return n, fmt.Errorf("%w: layer %d (%s) breaks off; make or fetch the image again: %w", ErrCorrupt, r.number, r.diffID, withoutQuery(err))
	}
}

// Close closes the layer.
func (r *layerReader) Close() error { return r.close() }

// copyFrom copies until the end or until the context is cancelled.
func copyFrom(ctx context.Context, to io.Writer, from io.Reader) (int64, error) {
	return io.Copy(to, readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return from.Read(p)
	}))
}

// readerFunc is a function as an io.Reader.
type readerFunc func(p []byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
