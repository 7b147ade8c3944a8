// Package provenance is what a builder tells of the steps that made an image:
// which instruction each of them is, what it started from and what it copied. It
// holds no values of build arguments and no text of the build.
package provenance

import "errors"

// None stands where there is no step.
const None = -1

// ErrUnavailable is the error of Files when the builder does not keep, or does
// not tell, what a step left behind.
var ErrUnavailable = errors.New("the builder does not show the files of the step")

// Record tells of one image. It is never changed after it was made.
type Record struct {
	// Steps are all that the image was made of, those of earlier stages
	// included, in no order. No step leads back to itself.
	Steps []Step
	// Layers are the steps of the image's own layers, oldest first. The layers
	// before them came with the base image.
	Layers []int
	// BaseLayers is how many layers the base image has; -1 when that is not known.
	BaseLayers int
	// Base is the image that the first own layer stands on; the zero value for
	// scratch and where it is not known.
	Base Image
	// Files shows what steps left behind; nil when the builder cannot.
	Files Files
}

// Image is an image as the builder resolved it.
type Image struct {
	// Name is the name in full; empty for an image that came as a layout.
	Name string
	// Digest is the digest (sha256:…) of its manifest or index, if known.
	Digest string
}

// Step is one step of a build that makes files, or an image that was pulled.
type Step struct {
	// Pulled is true for an image, which Image tells of as far as it is known.
	// It has no lines, no parent and no copies.
	Pulled bool
	Image  Image
	// Line and EndLine are the instruction's place in the Dockerfile, 1-based; 0
	// when the builder does not say. A trigger (ONBUILD) of the base image has
	// the lines of the FROM that brought it.
	Line, EndLine int
	// Trigger is true for an instruction that the base image's ONBUILD added.
	Trigger bool
	// Parent is the step whose files this one started with; None for scratch.
	Parent int
	// Copies say what it took from elsewhere than the build context.
	Copies []Copy
}

// Copy is one source of COPY --from.
type Copy struct {
	// From is the step whose files were copied.
	From int
	// Source may have wildcards in its last part. Target is a directory when it
	// ends with a slash; both are absolute.
	Source, Target string
}

// Files shows files as a step left them. A method may be called by several
// goroutines, and waits for the builder.
type Files interface {
	// Stamp is a text that changes when the file at an absolute path does. It is
	// empty when the step has no such file.
	Stamp(step int, path string) (string, error)
	// Read gives the content of a regular file, and nil when there is none.
	Read(step int, path string) ([]byte, error)
}
