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
	// BaseImage is the image that FROM names, with variables expanded and with
	// its digest where that is known; set where Base is true.
	BaseImage string `json:"baseImage,omitempty"`
	// Stage is the name of the stage, or its index, that the instruction is in.
	Stage string `json:"stage,omitempty"`
	// Earlier tells, as text for readers, which instruction of an earlier stage
	// made what the instruction copies.
	Earlier string `json:"earlier,omitempty"`
}

// Side says whether something came with the base image.
type Side string

// The sides there are. SideUnknown is where nothing tells, as in a squashed image.
const (
	SideBase    Side = "base"
	SideOwn     Side = "own"
	SideUnknown Side = "unknown"
)

// Side says whether the place belongs to the base image or to this build.
func (l Location) Side() Side {
	switch {
	case l.Base:
		return SideBase
	case l.Line > 0 || l.Stage != "" || (l.Path != "" && l.Layer == ""):
		return SideOwn
	default:
		return SideUnknown
	}
}

// Known reports whether the location names a line of a file.
func (l Location) Known() bool { return l.Path != "" && l.Line > 0 }
