package gate

import "strings"

// BaselineKind is a way to know what was there before a change.
type BaselineKind string

// The kinds there are.
const (
	// BaselineKept is what an earlier run of the base commit left: its packages
	// are matched again.
	BaselineKept BaselineKind = "kept"
	// BaselineSBOM is a bill of materials, which is matched again.
	BaselineSBOM BaselineKind = "sbom"
	// BaselineImage is an image of a registry or an Engine, which is scanned.
	BaselineImage BaselineKind = "image"
	// BaselineReport is gate's JSON report of an earlier run, taken as it is.
	BaselineReport BaselineKind = "report"
	// BaselineBuild builds the base commit's files, and scans what comes of it.
	BaselineBuild BaselineKind = "build"
	// BaselineFile is a file in the repository that lists what is known.
	BaselineFile BaselineKind = "file"
)

// Placed reports whether a kind needs to be told where the baseline is.
func (k BaselineKind) Placed() bool {
	return k == BaselineSBOM || k == BaselineImage || k == BaselineReport || k == BaselineFile
}

// BaselineCandidate is a baseline that may hold, or not.
type BaselineCandidate struct {
	Kind BaselineKind `json:"kind"`
	// Place is a path, or the reference of an image. {image} and {platform}
	// stand for those that are compared.
	Place string `json:"place,omitempty"`
}

// For returns the candidate's place for one image and platform. In a path,
// slashes of a platform become hyphens.
func (c BaselineCandidate) For(image, platform string) string {
	if c.Kind != BaselineImage {
		platform = strings.ReplaceAll(platform, "/", "-")
	}
	return strings.NewReplacer("{image}", image, "{platform}", platform).Replace(c.Place)
}

// String is the candidate as it is written in a policy file.
func (c BaselineCandidate) String() string {
	if c.Place == "" {
		return string(c.Kind)
	}
	return string(c.Kind) + ":" + c.Place
}

// BaselinePlan says with what the findings are compared. The zero value
// compares with nothing, and everything is new.
type BaselinePlan struct {
	// Auto tries what was kept and then a build, where Commit is known.
	Auto bool
	// Candidates are tried in order, and the first that holds is used.
	Candidates []BaselineCandidate
	// Required makes it a gap that none holds; otherwise everything is then new.
	Required bool
	// Revision is what the user calls the base, and Commit its full id; both
	// are empty where nothing is known of it.
	Revision string
	Commit   string
	// Head is the full id of the commit that is examined; empty where it is not
	// known, or where the files are not those of the commit.
	Head string
	// Unknown says why Commit is not known though it should be.
	Unknown string
	// Images are what the base's own policy has examined, and under those names;
	// nil takes the plan's.
	Images []ImagePlan
	// Keep is where what later runs compare with is written; empty is nowhere.
	Keep string
}

// Wanted are the candidates to try, in order.
func (p BaselinePlan) Wanted() []BaselineCandidate {
	if !p.Auto {
		return p.Candidates
	}
	if p.Commit == "" && p.Unknown == "" {
		return nil
	}
	return []BaselineCandidate{{Kind: BaselineKept}, {Kind: BaselineBuild}}
}

// Image is an image as the base has it; false when it has none of that name.
func (p BaselinePlan) Image(image ImagePlan) (ImagePlan, bool) {
	if p.Images == nil {
		return image, true
	}
	for _, i := range p.Images {
		if i.Name == image.Name {
			return i, true
		}
	}
	return ImagePlan{}, false
}

// Files are the lists of what is accepted that the candidates name.
func (p BaselinePlan) Files() []string {
	var files []string
	for _, c := range p.Candidates {
		if c.Kind == BaselineFile {
			files = append(files, c.Place)
		}
	}
	return files
}
