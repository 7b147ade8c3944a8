package scan

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/anchore/grype/grype/pkg"

	"github.com/containergate/gate/internal/image"
)

// maxSBOM is the largest bill of materials that is read, in bytes.
const maxSBOM = 1 << 30

// DocumentError is a bill of materials that can't be read, which is for the
// user to correct.
type DocumentError struct {
	Path string
	Err  error
}

// Error says which document, why, and what to give instead.
func (e *DocumentError) Error() string {
	return fmt.Sprintf("read bill of materials %s: %v: give a whole document in syft JSON, CycloneDX or SPDX", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *DocumentError) Unwrap() error { return e.Err }

// Is makes it one of the inputs that gate can't read, like an image of a kind
// that is not supported.
func (e *DocumentError) Is(target error) bool { return target == image.ErrUnsupported }

// readSBOM takes the packages from a document.
func readSBOM(path string) (catalogue, error) {
	f, err := os.Open(path)
	if err != nil {
		return catalogue{}, fmt.Errorf("open bill of materials: %w", err)
	}
	found, err := decodeFile(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return catalogue{}, &DocumentError{Path: path, Err: err}
	}
	return found, nil
}

func decodeFile(f *os.File) (catalogue, error) {
	info, err := f.Stat()
	if err != nil {
		return catalogue{}, err
	}
	if !info.Mode().IsRegular() {
		return catalogue{}, errors.New("it is no regular file")
	}
	if info.Size() > maxSBOM {
		return catalogue{}, fmt.Errorf("it is larger than %d MB", maxSBOM>>20)
	}
	return decodeSBOM(f)
}

// decodeSBOM reads a document of any of the formats. The decoders are made for
// documents of friends: one that breaks a decoder is an error like any other.
func decodeSBOM(text io.ReadSeeker) (found catalogue, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			found, err = catalogue{}, fmt.Errorf("it breaks the decoder: %v", broken)
		}
	}()
	packages, about, bill, err := pkg.ProvideFromReader(text, pkg.ProviderConfig{SynthesisConfig: synthesis()})
	if err != nil {
		return catalogue{}, err
	}
	return catalogue{sbom: bill, packages: packages, context: about}, nil
}
