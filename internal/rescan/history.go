package rescan

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan/store"
)

// history is what the last rescan told of one platform of a reference.
type history struct {
	Schema int `json:"schema"`
	// Digest and Index are what the reference stood for.
	Digest string `json:"digest"`
	Index  string `json:"index"`
	// Database is by which they were found.
	Database string `json:"database"`
	// Findings are what was there, without what only a reader wants to know, and
	// FirstSeen the day on which each was first seen, by its fingerprint.
	Findings  []gate.Finding    `json:"findings"`
	FirstSeen map[string]string `json:"firstSeen"`

	// version is that of the document that was read.
	version string
}

func nameOfHistory(t Target) string { return "release " + t.key() }

// readHistory reads what was told of a target. The note says that it could not
// be read: then everything is new again, which is never less than the truth.
func readHistory(ctx context.Context, from store.Store, t Target) (h history, note string) {
	state, err := from.State(ctx, nameOfHistory(t))
	if missing(err) {
		return history{}, ""
	}
	if err == nil {
		err = json.Unmarshal(state.Data, &h)
	}
	if err != nil {
		return history{version: state.Version}, fmt.Sprintf("What the last rescan told is not known, so that everything counts as new: %v.", err)
	}
	if h.version = state.Version; h.Schema != schema {
		return history{version: state.Version}, "What the last rescan told is in a form of another version of gate, so that everything counts as new."
	}
	return h, ""
}

// bare is a finding as it is remembered.
func bare(f gate.Finding) gate.Finding {
	kept := gate.Finding{
		Rule: f.Rule, Aliases: f.Aliases, Analyzer: f.Analyzer, Severity: f.Severity, Image: f.Image, Platform: f.Platform,
		Distro: f.Distro, Message: f.Message, Paths: f.Paths,
	}
	if f.Package != nil {
		kept.Package = &gate.Package{Name: f.Package.Name, Version: f.Package.Version, Type: f.Package.Type, PURL: f.Package.PURL}
	}
	if f.Fix != nil {
		kept.Fix = &gate.Fix{State: f.Fix.State, Versions: f.Fix.Versions}
	}
	if f.Advisory != nil && f.Advisory.KEV != nil {
		kept.Advisory = &gate.Advisory{KEV: f.Advisory.KEV}
	}
	return kept
}

func bareAll(findings []gate.Finding) []gate.Finding {
	kept := make([]gate.Finding, len(findings))
	for i, f := range findings {
		kept[i] = bare(f)
	}
	return kept
}
