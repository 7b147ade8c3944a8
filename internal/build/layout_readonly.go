package build

import (
	"context"
	"fmt"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/errdefs"
	"github.com/opencontainers/go-digest"
)

// readOnly is the part of a content store that writes or lists: it refuses.
type readOnly struct{}

func refused(what string) error {
	return fmt.Errorf("%s in a layout that is offered for reading: %w", what, errdefs.ErrPermissionDenied)
}

// Update refuses.
func (readOnly) Update(context.Context, content.Info, ...string) (content.Info, error) {
	return content.Info{}, refused("update")
}

// Walk refuses.
func (readOnly) Walk(context.Context, content.WalkFunc, ...string) error { return refused("list") }

// Delete refuses.
func (readOnly) Delete(context.Context, digest.Digest) error { return refused("delete") }

// Status refuses.
func (readOnly) Status(context.Context, string) (content.Status, error) {
	return content.Status{}, refused("status")
}

// ListStatuses lists nothing, since nothing is ever being written.
func (readOnly) ListStatuses(context.Context, ...string) ([]content.Status, error) { return nil, nil }

// Abort refuses.
func (readOnly) Abort(context.Context, string) error { return refused("abort") }

// Writer refuses.
func (readOnly) Writer(context.Context, ...content.WriterOpt) (content.Writer, error) {
	return nil, refused("write")
}
