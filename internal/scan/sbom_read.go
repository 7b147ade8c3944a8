package scan

import (
	"bytes"
	"context"
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

// readSBOM takes the packages from a document. by tells which
// functions of Go modules count; nil reads all that the document says, whether or
// not matching needs it.
func readSBOM(ctx context.Context, path string, by records) (catalogue, error) {
	f, err := os.Open(path)
	if err != nil {
		return catalogue{}, fmt.Errorf("open bill of materials: %w", err)
	}
	found, err := decodeFile(ctx, f, by)
	if err := errors.Join(err, f.Close()); err != nil {
		return catalogue{}, &DocumentError{Path: path, Err: err}
	}
	return found, nil
}

func decodeFile(ctx context.Context, f *os.File, by records) (catalogue, error) {
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
	text, err := io.ReadAll(io.LimitReader(f, maxSBOM))
	if err != nil {
		return catalogue{}, err
	}
	if by != nil {
		if found, ok := decodePlain(ctx, text, by); ok {
			return found, nil
		}
	}
	return decodeSBOM(text)
}

// decodePlain reads a document of today's syft without the library; false when
// the library must read it.
func decodePlain(ctx context.Context, text []byte, by records) (found catalogue, ok bool) {
	defer func() {
		if broken := recover(); broken != nil {
			found, ok = catalogue{}, false
		}
	}()
	read := &functions{records: by}
	defer read.unpack.close()
	bill, packages, err := plainSBOM(ctx, text, read)
	if err != nil {
		return catalogue{}, false
	}
	found = describeAs(bill, pkg.FromPackages(packages, bill.Relationships, synthesis()))
	if found.context.Distro != nil && len(found.context.Distro.Channels) > 0 {
		// Whether such a channel holds is for the library to say.
		return catalogue{}, false
	}
	found.listed, found.leftFunctions = packages, read.left.Load()
	return found, true
}

// decodeSBOM reads a document of any of the formats. The decoders are made for
// documents of friends: one that breaks a decoder is an error like any other.
func decodeSBOM(text []byte) (found catalogue, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			found, err = catalogue{}, fmt.Errorf("it breaks the decoder: %v", broken)
		}
	}()
	text, err = unpackedFunctions(text)
	if err != nil {
		return catalogue{}, err
	}
	packages, about, bill, err := pkg.ProvideFromReader(bytes.NewReader(text), pkg.ProviderConfig{SynthesisConfig: synthesis()})
	if err != nil {
		return catalogue{}, err
	}
	return catalogue{sbom: bill, packages: packages, context: about}, nil
}
