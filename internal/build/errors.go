package build

import (
	"errors"
	"fmt"
)

// The kinds of error that a caller tells apart with errors.Is.
var (
	// ErrNoBuilder: none of the builders can be had.
	ErrNoBuilder = errors.New("no builder")
	// ErrInput: the context, the Dockerfile, the target or an option is wrong.
	ErrInput = errors.New("wrong build input")
	// ErrUnsupported: the chosen builder cannot do what an option asks for.
	ErrUnsupported = errors.New("not supported by the builder")
	// ErrNoSpace: a disk is full.
	ErrNoSpace = errors.New("no space left on device")
	// ErrFailed: the build itself failed, for a reason that is not above.
	ErrFailed = errors.New("build failed")
)

// kindError is a message of one of the kinds above. The message stands alone:
// the kind is for errors.Is and is not printed.
type kindError struct {
	kind    error
	message string
	cause   error
}

func (e *kindError) Error() string { return e.message }

func (e *kindError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.kind}
	}
	return []error{e.kind, e.cause}
}

func inputErrorf(format string, args ...any) error { return kindErrorf(ErrInput, format, args...) }

func unsupportedErrorf(format string, args ...any) error {
	return kindErrorf(ErrUnsupported, format, args...)
}

// kindErrorf formats like fmt.Errorf, %w included.
func kindErrorf(kind error, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &kindError{kind: kind, message: err.Error(), cause: err}
}
