package gate

// Location says where a finding is: a place in a file of the repository and,
// for what was found inside an image, the layer that brought it in. The zero
// value means that the place is not known.
type Location struct {
	// Path is the file, relative to the repository's root where it is inside
	// it, with forward slashes; for lint it is the path as the user gave it.
	Path string `json:"path,omitempty"`
	// Line and Column are 1-based; 0 means not known. Columns count
	// characters (Unicode code points), not bytes.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// EndLine is the last line, inclusive; EndColumn is one past the last character.
	EndLine   int `json:"endLine,omitempty"`
	EndColumn int `json:"endColumn,omitempty"`
	// Instruction is the text of the Dockerfile instruction at the location,
	// joined to one line and shortened, as an aid for readers.
	Instruction string `json:"instruction,omitempty"`
	// Layer is the diff id (sha256:…) of the image layer, when the finding is
	// inside an image.
	Layer string `json:"layer,omitempty"`
	// Base is true when the layer belongs to the base image of FROM rather
	// than to an instruction of this Dockerfile.
	Base bool `json:"base,omitempty"`
}

// Known reports whether the location names a line of a file.
func (l Location) Known() bool { return l.Path != "" && l.Line > 0 }
