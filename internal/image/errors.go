package image

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"syscall"
)

// The reasons for which an image cannot be opened, for errors.Is. The messages
// around them say what, where, and what to do next. A file or directory that
// does not exist is fs.ErrNotExist instead, and a cancelled run is the
// context's error.
var (
	// ErrReference: the text does not name an image.
	ErrReference = errors.New("invalid image reference")
	// ErrNotFound: the source answers and has no such image.
	ErrNotFound = errors.New("image not found")
	// ErrCorrupt: the image is damaged or not what its name says.
	ErrCorrupt = errors.New("image is corrupt")
	// ErrAuth: the registry refuses to hand the image out.
	ErrAuth = errors.New("access denied")
	// ErrUnsupported: the image, or this form of it, is nothing that gate can read.
	ErrUnsupported = errors.New("unsupported image")
	// ErrPlatform: the image is not made for the platform that was asked for.
	ErrPlatform = errors.New("platform mismatch")
	// ErrUnreachable: the Docker Engine or the registry does not answer.
	ErrUnreachable = errors.New("source does not answer")
	// ErrLimited: the registry answers, and wants to be asked less often. It is
	// one kind of ErrUnreachable.
	ErrLimited = fmt.Errorf("%w: too many requests", ErrUnreachable)
)

// classifyRead gives an error of reading layers its reason: what is neither the
// context, nor the disk, nor already named, is a fault of the image.
func classifyRead(ctx context.Context, tempDir string, err error) error {
	if ctxErr := context.Cause(ctx); ctxErr != nil {
		return ctxErr
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("no space left to unpack the image in %s; free some, or set TMPDIR to a larger disk: %w", tempDir, err)
	}
	if explained(err) {
		return err
	}
	return fmt.Errorf("%w: its layers cannot be read; make or fetch it again: %w", ErrCorrupt, err)
}

// explained reports whether an error already says its reason.
func explained(err error) bool {
	for _, reason := range []error{ErrCorrupt, ErrAuth, ErrNotFound, ErrUnsupported, ErrUnreachable} {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

// withoutQuery removes the query of the URL that an HTTP error names: the
// addresses that registries redirect to carry signatures.
func withoutQuery(err error) error {
	var failed *url.Error
	if !errors.As(err, &failed) {
		return err
	}
	address, parseErr := url.Parse(failed.URL)
	if parseErr != nil {
		return fmt.Errorf("%s: %w", failed.Op, failed.Err)
	}
	address.RawQuery, address.User, address.Fragment = "", nil, ""
	return fmt.Errorf("%s %s: %w", failed.Op, address, failed.Err)
}
