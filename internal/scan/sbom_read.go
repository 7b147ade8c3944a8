package scan

import (
	"bytes"
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

// readSBOM takes the packages from a document. known reports whether the database
// has something about a Go module; nil reads all that the document says, whether
// or not matching needs it.
func readSBOM(path string, known func(module string) (bool, error)) (catalogue, error) {
	f, err := os.Open(path)
	if err != nil {
		return catalogue{}, fmt.Errorf("open bill of materials: %w", err)
	}
	found, err := decodeFile(f, known)
	if err := errors.Join(err, f.Close()); err != nil {
		return catalogue{}, &DocumentError{Path: path, Err: err}
	}
	return found, nil
}

func decodeFile(f *os.File, known func(string) (bool, error)) (catalogue, error) {
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
	if known != nil {
		text, err := io.ReadAll(io.LimitReader(f, maxSBOM))
		if err != nil {
			return catalogue{}, err
		}
		if found, ok := decodePlain(text, known); ok {
			return found, nil
		}
		return decodeSBOM(bytes.NewReader(text))
	}
	return decodeSBOM(f)
}

// decodePlain reads a document of today's syft without the library; false when
// the library must read it.
func decodePlain(text []byte, known func(string) (bool, error)) (found catalogue, ok bool) {
	defer func() {
		if broken := recover(); broken != nil {
			found, ok = catalogue{}, false
		}
	}()
	read := &functions{known: known}
	bill, packages, err := plainSBOM(text, read)
	if err != nil {
		return catalogue{}, false
	}
	found = describeAs(bill, pkg.FromPackages(packages, bill.Relationships, synthesis()))
	if found.context.Distro != nil && len(found.context.Distro.Channels) > 0 {
		// Whether such a channel holds is for the library to say.
		return catalogue{}, false
	}
	found.listed, found.leftFunctions = packages, read.left
	return found, true
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
