package check

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/build"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// InputError is a plan that can't be carried out as it stands and that the
// user must correct: exit code 2.
type InputError struct {
	Message string
	Err     error
}

// Error returns the message and its cause.
func (e *InputError) Error() string {
	switch {
	case e.Err == nil:
		return e.Message
	case e.Message == "":
		return e.Err.Error()
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// isBuildInput reports whether a builder's error is about the plan: a context,
// a target, an option. An instruction that failed is about the Dockerfile, and
// belongs into the report beside what lint says of it.
func isBuildInput(err error) bool {
	var failure *build.Failure
	if errors.As(err, &failure) {
		return false
	}
	return errors.Is(err, build.ErrInput) || errors.Is(err, build.ErrUnsupported)
}

// isReadInput reports whether an error of opening or scanning is the user's to
// mend: a reference that says nothing, or a file that is not there. A socket
// that is not there is the machine's fault.
func isReadInput(err error) bool {
	if errors.Is(err, image.ErrUnreachable) {
		return false
	}
	return errors.Is(err, image.ErrReference) || errors.Is(err, image.ErrUnsupported) || errors.Is(err, fs.ErrNotExist)
}

// redactor replaces the values of build arguments wherever they might be repeated.
func redactor(spec *gate.BuildSpec) func(string) string {
	// Values shorter than this would take ordinary words out of the text.
	const shortest = 4
	var pairs []string
	if spec != nil {
		for _, value := range longestFirst(spec.Args) {
			if len(value) >= shortest {
				pairs = append(pairs, value, "***")
			}
		}
	}
	if len(pairs) == 0 {
		return func(text string) string { return text }
	}
	return strings.NewReplacer(pairs...).Replace
}

// longestFirst orders the values so that one which begins with another is
// replaced whole.
func longestFirst(args map[string]string) []string {
	return slices.SortedFunc(maps.Values(args), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
}
