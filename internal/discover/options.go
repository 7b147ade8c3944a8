package discover

import "slices"

// Options say what to look for.
type Options struct {
	// Kinds are the sorts of files to read; none means all.
	Kinds []Kind
	// Dockerfiles are the repository's Dockerfiles, relative to the root, with
	// forward slashes. What a Dockerfile is called is the caller's to say.
	Dockerfiles []string
	// Include and Exclude are patterns for the path of the file that defines an
	// image, relative to the root: those of path.Match, with ** for any number
	// of folders. A pattern that fits a folder fits all below it. No Include
	// means everything; Exclude wins.
	Include, Exclude []string
	// Targets are the bake targets and groups that are built. None means the
	// defaults that the package's documentation describes.
	Targets []string
	// Name is the name of an image whose Dockerfile lies in the root.
	Name string
}

// wants reports whether a kind is asked for.
func (o Options) wants(kind Kind) bool {
	return len(o.Kinds) == 0 || slices.Contains(o.Kinds, kind)
}
