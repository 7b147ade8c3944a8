package rescan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan/store"
)

// schema is the version of the documents that a rescan keeps. One of another
// version is made again.
const schema = 1

// found is what one database finds in one image. It is kept under the image's
// digest, so that several references to one image share it.
type found struct {
	Schema int `json:"schema"`
	// Tool, Database and Day are by what and when it was found: with equal ones
	// the same would be found again. The day counts because the end of a
	// distribution's support does.
	Tool     gate.Tool `json:"tool"`
	Database string    `json:"database"`
	Day      string    `json:"day"`
	Digest   string    `json:"digest"`
	// Bill says where the packages were read, in the words of gate.Release.
	Bill string `json:"bill"`
	// Foreign is true where somebody else than gate made that bill of materials.
	Foreign bool     `json:"foreign,omitempty"`
	Notes   []string `json:"notes,omitempty"`
	// Created is when the image says that it was made, and Base the image that it
	// says it was built on.
	Created time.Time         `json:"created,omitzero"`
	Base    *gate.ReleaseBase `json:"base,omitempty"`
	Seen    check.Seen        `json:"seen"`
}

// Places where packages are read, in the words of gate.Release.
const (
	billKept     = "kept"
	billAttached = "attached"
	billReleased = "released"
	billImage    = "image"
)

func nameOfFound(digest string) string { return "found " + digest }

// dayOf is a moment's day in UTC.
func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// fits reports whether the same would be found again.
func (f found) fits(w *World, database, digest string) bool {
	return f.Schema == schema && f.Tool == w.Tool && f.Database == database && f.Day == dayOf(w.Now) && f.Digest == digest &&
		(w.Trust || !f.Foreign)
}

// readFound reads what is kept of an image, and the version of the document. What
// can't be read is as good as nothing: it is found again.
func readFound(ctx context.Context, from store.Store, digest string) (found, string) {
	state, err := from.State(ctx, nameOfFound(digest))
	if err != nil {
		return found{}, ""
	}
	var f found
	if json.Unmarshal(state.Data, &f) != nil {
		return found{}, state.Version
	}
	return f, state.Version
}

// writeFound keeps what was found. Another run that keeps something of the same
// image meanwhile has found the same.
func writeFound(ctx context.Context, to store.Store, f found, version string) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = to.PutState(ctx, store.State{Name: nameOfFound(f.Digest), Data: text, Version: version})
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keep what was found in %s: %w", short(f.Digest), err)
	}
	return nil
}

// of is what was found as it is about one target.
func (f found) of(t Target) check.Seen {
	seen := f.Seen
	seen.Findings = append([]gate.Finding(nil), f.Seen.Findings...)
	for i := range seen.Findings {
		seen.Findings[i].Image, seen.Findings[i].Platform = t.Released.Name, t.Platform
	}
	seen.Gaps = append([]gate.Gap(nil), f.Seen.Gaps...)
	for i := range seen.Gaps {
		seen.Gaps[i].Image, seen.Gaps[i].Platform = t.Released.Name, t.Platform
	}
	return seen
}
