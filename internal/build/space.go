package build

import (
	"errors"
	"os"
	"strings"
	"syscall"
)

// spaceError says what could not be done, and names a full disk as such.
func spaceError(what string, err error) error {
	if isFull(err) {
		return kindErrorf(ErrNoSpace, "%s: %w; free some space in %s, or set TMPDIR to a disk that has it", what, err, os.TempDir())
	}
	return kindErrorf(ErrFailed, "%s: %w", what, err)
}

// isFull also reads the text, since a builder's error comes as text.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "no space left on device")
}
