package baseline

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// Schema is the version of the document that Write makes and Read takes.
const Schema = 2

// Kept is what the default branch keeps of one image for later pull requests:
// enough to match its packages with a later database and to lint its Dockerfile
// with later rules. It holds no findings, only what was known of them.
type Kept struct {
	// Tool made the document.
	Tool gate.Tool `json:"tool"`
	// Image is the logical name in the plan; Platform is os/arch, with a
	// variant where it has one.
	Image    string `json:"image"`
	Platform string `json:"platform"`
	// Digest is the image's (sha256:…), where it is known.
	Digest string `json:"digest,omitempty"`
	// Commit is the source that the image was made from, 40 hexadecimal digits.
	Commit string `json:"commit"`
	// Created is when the document was made; Captured when the data of the
	// database that Known rests on was taken, zero where it did not say.
	// Both are in UTC.
	Created  time.Time `json:"created"`
	Captured time.Time `json:"captured,omitzero"`
	// Complete is true when the run left no gap open for this image. A
	// document of an incomplete run is neither written nor read.
	Complete bool `json:"complete"`
	// Dockerfile is nil for an image that was not built here.
	Dockerfile *Dockerfile `json:"dockerfile,omitempty"`
	// Known are sorted, as KnownOf gives them.
	Known []Known `json:"known"`
	// SBOM is the image's syft JSON; ContextSBOM that of the build context,
	// where it was scanned.
	SBOM        json.RawMessage `json:"sbom"`
	ContextSBOM json.RawMessage `json:"contextSBOM,omitempty"`
}

// Dockerfile is the text that an image was built from.
type Dockerfile struct {
	// Path is relative to the repository's root, with forward slashes.
	Path string `json:"path"`
	Text string `json:"text"`
}

// Want is what a kept baseline has to be for a run.
type Want struct {
	Image, Platform string
	// Commit is the base commit; empty when any commit will do.
	Commit string
	Now    time.Time
}

// maxAhead is how far the clock of another runner may be ahead of this one.
const maxAhead = 5 * time.Minute

// Fits says in one sentence why the document is no baseline for a run; nil when
// it is one.
func (k Kept) Fits(want Want) error {
	if err := k.check(); err != nil {
		return err
	}
	switch {
	case k.Image != want.Image:
		return fmt.Errorf("the kept baseline is of the image %.80q, not of %.80q", k.Image, want.Image)
	case k.Platform != want.Platform:
		return fmt.Errorf("the kept baseline of %.80q is for the platform %.80q, not for %.80q", k.Image, k.Platform, want.Platform)
	case k.Created.After(want.Now.Add(maxAhead)):
		return fmt.Errorf("the kept baseline of %.80q is from the future: it says that it was made at %s, and now it is %s",
			k.Image, k.Created.UTC().Format(time.RFC3339), want.Now.UTC().Format(time.RFC3339))
	case want.Commit != "" && k.Commit != want.Commit:
		return fmt.Errorf("the kept baseline of %.80q is of commit %s, not of %.40q", k.Image, k.Commit, want.Commit)
	}
	return nil
}

// check says what is wrong with a document in itself.
func (k Kept) check() error {
	switch {
	case !k.Complete:
		return fmt.Errorf("the kept baseline of %.80q is from an incomplete run, so it may lack findings that the base has", k.Image)
	case len(k.Commit) != 40 || strings.Trim(k.Commit, "0123456789abcdef") != "":
		return fmt.Errorf("the kept baseline of %.80q names no commit: want 40 hexadecimal digits, and it has %.50q", k.Image, k.Commit)
	case k.Created.IsZero():
		return fmt.Errorf("the kept baseline of %.80q does not say when it was made", k.Image)
	case len(k.SBOM) == 0 || string(k.SBOM) == "null":
		return fmt.Errorf("the kept baseline of %.80q holds no SBOM", k.Image)
	}
	return nil
}
