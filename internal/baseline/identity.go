package baseline

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// File is a file of the repository as an image is made from it.
type File struct {
	// Image is the logical name of the image; Path is relative to the
	// repository's root, with forward slashes.
	Image, Path string
}

// identity is gate.Key with the rule closed over the aliases of both sides.
// Findings are compared as a multiset of identities.
type identity struct {
	analyzer             gate.Analyzer
	image, rule, subject string
}

func (n names) identify(f gate.Finding) identity {
	return identity{analyzer: f.Analyzer, image: valid(f.Image), rule: n.class(f.Analyzer, f.Rule), subject: subjectOf(f)}
}

// subjectOf is the subject of the finding's key as one line of text: the package
// without its version, or the file and a checksum of the place in it.
func subjectOf(f gate.Finding) string {
	subject := valid(gate.KeyOf(f).Subject)
	if f.Package != nil {
		return subject
	}
	file, anchor, _ := strings.Cut(subject, "\x00")
	sum := sha256.Sum256([]byte(anchor))
	return file + "#" + hex.EncodeToString(sum[:8])
}

// moved returns the finding at the place where its file is in the head.
func moved(f gate.Finding, renamed map[File]string) gate.Finding {
	if f.Package != nil || len(renamed) == 0 || f.Location.Path == "" {
		return f
	}
	if to, ok := renamed[File{Image: f.Image, Path: path.Clean(f.Location.Path)}]; ok {
		f.Location.Path = to
	}
	return f
}
