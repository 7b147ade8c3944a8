package scan

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/scan/advisories"
)

// Input is one thing to scan: exactly one of Image, Dir and SBOM is set.
type Input struct {
	// Name is the logical name of the image in the plan.
	Name string
	// Platform is the one that was found; empty takes it from the image.
	Platform string
	// Image is an opened image; the caller closes it.
	Image *image.Image
	// Dir is a directory, whose lock files count as well.
	Dir string
	// SBOM is a bill of materials in syft JSON, CycloneDX or SPDX.
	SBOM string
	// Locate finds the place in the Dockerfile that brought a package in; nil
	// when there is no Dockerfile.
	Locate Locator
	// SBOMPath is where the bill of materials is written; empty means nowhere.
	SBOMPath string
	// Redact takes secrets out of text before it is written. When it is set,
	// the image's raw configuration and labels are left out altogether, because
	// they repeat the values of build arguments.
	Redact func(string) string
}

// Locator says which instruction brought a package into an image.
type Locator interface {
	// Package takes the layer's diff id and the paths that show the package.
	Package(pkg gate.Package, layer string, paths []string) gate.Location
}

// Options are what all scans of a run share.
type Options struct {
	// Licenses is the shared licence scanner; nil makes one at the first scan.
	Licenses *Licenses
	// Version is gate's own, for the bill of materials.
	Version string
	// Now is the time against which a distribution's end of life is held; the
	// zero time leaves that out.
	Now time.Time
}

// Scanner scans with one database. Several goroutines may use it at once.
type Scanner struct {
	db   *advisories.DB
	opts Options
}

// New returns a scanner over an opened database, which the caller closes.
func New(db *advisories.DB, opts Options) *Scanner {
	if opts.Licenses == nil {
		opts.Licenses = newLicenses()
	}
	return &Scanner{db: db, opts: opts}
}

// Scan catalogues and matches one input. The analysis has one finding for each
// match, sorted, and a gap for each reason why it may not be the whole truth.
// The subject has what a scan knows of the input. An error means that there is
// no analysis at all.
func (s *Scanner) Scan(ctx context.Context, in Input) (gate.Analysis, gate.Subject, error) {
	subject := subjectOf(in)
	found, err := s.catalogue(ctx, in)
	if err != nil {
		return gate.Analysis{}, subject, fmt.Errorf("catalogue %s: %w", subject.Source, err)
	}
	subject.Distro = distroName(found.distro())

	analysis := gate.Analysis{
		Analyzer: gate.AnalyzerScan,
		Image:    in.Name,
		Platform: subject.Platform,
		Data:     s.db.Data(),
		Notes:    append(s.db.Notes(), found.notes()...),
		Packages: found.count(),
	}
	if in.SBOMPath != "" {
		artifact, err := writeSBOM(found.sbom, in)
		if err != nil {
			return gate.Analysis{}, subject, err
		}
		analysis.Artifacts = append(analysis.Artifacts, artifact)
	}
	matches, faults, err := s.match(ctx, found)
	if err != nil {
		return gate.Analysis{}, subject, fmt.Errorf("match the packages of %s: %w", subject.Source, err)
	}
	if analysis.Findings, err = s.findings(matches, in, subject.Platform); err != nil {
		return gate.Analysis{}, subject, err
	}
	analysis.Rules = rulesOf(analysis.Findings)
	if err := s.guard(&analysis, in, found, faults); err != nil {
		return gate.Analysis{}, subject, err
	}
	return analysis, subject, nil
}

// subjectOf describes the input before anything is catalogued.
func subjectOf(in Input) gate.Subject {
	subject := gate.Subject{Image: in.Name, Platform: in.Platform}
	switch {
	case in.Image != nil:
		subject.Source = in.Image.Ref()
		subject.ImageID = in.Image.ID()
		subject.Digest = in.Image.Digest()
		subject.Tags = in.Image.Tags()
		subject.Size = in.Image.Size()
		subject.Layers = len(in.Image.Layers())
		if subject.Platform == "" {
			subject.Platform = in.Image.Platform()
		}
	case in.Dir != "":
		subject.Source = "dir:" + in.Dir
	default:
		subject.Source = "sbom:" + in.SBOM
	}
	return subject
}

// errNoInput is a fault of the caller.
var errNoInput = errors.New("nothing to scan: give an image, a directory or a bill of materials")
