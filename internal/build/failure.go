package build

import (
	"fmt"
	"strings"
)

// Failure is an instruction that failed, as an error. It says where the
// instruction stands and what it printed, with build arguments and secrets
// hidden. Where it could not be found, Line is 0 and Instruction is the
// builder's name for the step.
type Failure struct {
	// Path is the Dockerfile as the user named it.
	Path string
	// Line and EndLine are 1-based and inclusive.
	Line, EndLine int
	// Instruction is its text on one line.
	Instruction string
	// Output are the last lines that it printed, oldest first.
	Output []string
	// Err is the builder's word; errors.Is tells ErrInput from ErrFailed.
	Err error
}

// Error is one line without the output.
func (f *Failure) Error() string {
	place := f.Path
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", f.Path, f.Line)
	}
	if f.Instruction == "" {
		return fmt.Sprintf("%s: %v", place, f.Err)
	}
	return fmt.Sprintf("%s: %s: %v", place, f.Instruction, f.Err)
}

// Unwrap returns the builder's word.
func (f *Failure) Unwrap() error { return f.Err }

// Details is the error with the output below it, for a person.
func (f *Failure) Details() string {
	if len(f.Output) == 0 {
		return f.Error()
	}
	return f.Error() + "\n  | " + strings.Join(f.Output, "\n  | ")
}
