package build

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/moby/buildkit/client"
)

// newLayoutTarget has the image sent here as an OCI layout, into a new
// directory below temp.
func newLayoutTarget(temp string) (target, error) {
	dir, err := os.MkdirTemp(temp, "gate-image-")
	if err != nil {
		return target{}, spaceError("make room for the image", err)
	}
	layout := filepath.Join(dir, "layout")
	var running *unpacker
	receive := func(map[string]string) (io.WriteCloser, error) {
		var err error
		running, err = newUnpacker(layout)
		return running, err
	}
	release := func() error { return os.RemoveAll(dir) }
	return target{
		export: client.ExportEntry{
			Type: client.ExporterOCI,
			// The layers are read once, right here: packing them is a waste.
			Attrs:  map[string]string{"compression": "uncompressed"},
			Output: receive,
		},
		result: func(context.Context, *client.SolveResponse) (Result, error) {
			result, err := layoutImage(layout)
			if err != nil {
				return Result{}, fmt.Errorf("the build ended without an image: %w", err)
			}
			result.Release = release
			return result, nil
		},
		discard: func() error {
			// Only a file that nobody writes any more stays removed.
			if running != nil {
				running.abandon()
			}
			return release()
		},
	}, nil
}
