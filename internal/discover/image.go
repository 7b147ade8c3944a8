package discover

import "fmt"

// Kind is the sort of file that defines an image.
type Kind string

// The kinds, in the order in which they win over each other.
const (
	Bake       Kind = "bake"
	Compose    Kind = "compose"
	Dockerfile Kind = "dockerfile"
)

// Place is a place in a file. The path is relative to the root, with forward
// slashes. Line and Column are 1-based; 0 means that they are not known.
type Place struct {
	Path         string
	Line, Column int
}

// String writes the place as file:line:column.
func (p Place) String() string {
	switch {
	case p.Line == 0:
		return p.Path
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.Path, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Column)
}

// Image is an image that the repository builds. Paths are relative to the root,
// with forward slashes; "." is the root itself.
type Image struct {
	// Name is unique among the images of a Find and never holds a tag or digest.
	Name string
	Kind Kind
	// Source is where it is defined.
	Source Place
	// Context is a folder, or a URL that only a builder reads.
	Context string
	// Dockerfile is relative to the root, and to the context where that is a
	// URL. It is empty where Inline has the text.
	Dockerfile string
	// Inline is the text of a Dockerfile that stands in the definition.
	Inline string
	Target string
	// Args may hold values of the repository's .env file.
	Args map[string]string
	// Contexts are named contexts: name → folder, URL, docker-image://…,
	// oci-layout://… or target:NAME for another of the images.
	Contexts map[string]string
	// Needs are the names of the images that Contexts refers to, sorted.
	Needs []string
	// Platforms are as written; none means the builder's own.
	Platforms []string
	Labels    map[string]string
	// Tags are the names that the image is published under, as far as known.
	Tags    []string
	Network string
	// Secrets and SSH are the ids that the build wants. Where their values are
	// is left to the user: a repository must not choose which files and
	// variables of the machine a build gets.
	Secrets []string
	SSH     []string
	// ExtraHosts are name=address.
	ExtraHosts []string
	NoCache    bool
	Pull       bool
	// Intermediate is true for a bake target that is listed only because
	// another image needs it.
	Intermediate bool
	// Unresolved says why the image can't be built as written, a sentence for
	// each reason. What could not be told is left empty in the other fields.
	Unresolved []string
}

// Problem is something in the repository's files that keeps images from being
// known. It is no verdict: which images are affected is in its message.
type Problem struct {
	Where   Place
	Message string
	// Next is what to do about it.
	Next string
}

// String writes the problem as one line.
func (p Problem) String() string {
	return p.Where.String() + ": " + p.Message + "; " + p.Next
}

// Found is what a repository builds.
type Found struct {
	// Images are sorted by name.
	Images []Image
	// Problems are sorted by place. Where there is one, images may be missing.
	Problems []Problem
	// Notes say what was decided or left out, sorted.
	Notes []string
}
