package rescan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Target is one platform of one released reference.
type Target struct {
	Released gate.Released `json:"released"`
	// Repository is that of the reference, in full: ghcr.io/acme/api.
	Repository string `json:"repository"`
	// Platform is like linux/arm64. Digest is that of its manifest; Index that of
	// the index it stands in, or the same where there is none.
	Platform string `json:"platform,omitempty"`
	Digest   string `json:"digest,omitempty"`
	Index    string `json:"index,omitempty"`
	ConfigID string `json:"configID,omitempty"`
	// Size is what the image takes to download, in bytes.
	Size int64 `json:"size,omitempty"`
	// Kept is true where its bill of materials was kept already when the rescan
	// was prepared, so that it costs little.
	Kept bool `json:"kept,omitempty"`
	// Notes are for the reader: that a tag has moved.
	Notes []string `json:"notes,omitempty"`
	// Gap is why the reference could not be resolved; Digest is empty then.
	Gap *gate.Gap `json:"gap,omitempty"`
}

// key names the target in a store over time: whatever the tag stands for.
func (t Target) key() string { return t.Released.Reference + " " + t.Platform }

// at is the reference of exactly this image.
func (t Target) at() string { return t.Repository + "@" + t.Digest }

func compareTargets(a, b Target) int {
	return cmp.Or(
		cmp.Compare(a.Released.Name, b.Released.Name), cmp.Compare(a.Released.Reference, b.Released.Reference),
		cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Digest, b.Digest),
	)
}

func sortTargets(targets []Target) { slices.SortFunc(targets, compareTargets) }

// splitReference divides a complete reference into its repository, and a tag or
// digest, of which the digest counts where both are there.
func splitReference(reference string) (repository, tag, digest string) {
	repository, digest, _ = strings.Cut(reference, "@")
	if colon := strings.LastIndexByte(repository, ':'); colon > strings.LastIndexByte(repository, '/') {
		repository, tag = repository[:colon], repository[colon+1:]
	}
	if tag == "" && digest == "" {
		tag = "latest"
	}
	return repository, tag, digest
}
