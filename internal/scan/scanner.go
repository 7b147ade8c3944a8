package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	// Context is the directory that the image was built from, whose lock files
	// are catalogued too; empty leaves that out.
	Context string
	// Locate finds the place in the Dockerfile that brought a package in; nil
	// when there is no Dockerfile.
	Locate Locator
	// SBOMPath is where the bill of materials is written; empty means nowhere.
	SBOMPath string
	// SBOMFormat is syft-json, spdx-json or cyclonedx-json; empty means syft-json.
	SBOMFormat string
	// Keep is where syft JSON with what matching needs is left for later runs,
	// whatever SBOMFormat is; empty means nowhere.
	Keep string
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
	// Now is the time against which a distribution's end of life is held, and
	// that a bill of materials is dated with; the zero time leaves both out.
	Now time.Time
	// Apart matches every package of every scan anew, one after another. The
	// result is the same; it is there to be compared with.
	Apart bool
}

// Scanner scans with one database. Several goroutines may use it at once. It
// remembers what the database says of a package, so that a process does best
// with one scanner for each database.
type Scanner struct {
	db     *advisories.DB
	opts   Options
	memory *memory
	pool   *pool
}

// New returns a scanner over an opened database, which the caller closes.
func New(db *advisories.DB, opts Options) *Scanner {
	if opts.Licenses == nil {
		opts.Licenses = newLicenses()
	}
	s := &Scanner{db: db, opts: opts, pool: &pool{}}
	if !opts.Apart {
		s.memory = newMemory(mostShared)
	}
	return s
}

// Shared tells how many packages were asked about until now, and of how many of
// them the matches were known already.
func (s *Scanner) Shared() Sharing {
	if s.memory == nil {
		return Sharing{}
	}
	return s.memory.shared()
}

// Result is what a scan gives.
type Result struct {
	// Analysis has one finding for each vulnerability in each package, sorted,
	// and a gap for each reason why it may not be the whole truth.
	Analysis gate.Analysis
	// Subject is what a scan knows of the input.
	Subject gate.Subject
	// Components are all packages that were catalogued, sorted, whether or not
	// something is known against them.
	Components []gate.Component
}

// Scan catalogues and matches one input. An error means that there is no
// analysis at all; the subject is set all the same.
func (s *Scanner) Scan(ctx context.Context, in Input) (Result, error) {
	out := Result{Subject: subjectOf(in)}
	found, declared, err := s.look(ctx, in)
	defer func() { _ = declared.close() }()
	if err != nil {
		return out, fmt.Errorf("catalogue %s: %w", out.Subject.Source, err)
	}
	out.Subject.Distro = distroName(found.distro())

	analysis := gate.Analysis{
		Analyzer: gate.AnalyzerScan,
		Image:    in.Name,
		Platform: out.Subject.Platform,
		Data:     s.db.Data(),
		Notes:    append(s.db.Notes(), found.notes()...),
		Packages: found.count(),
	}
	written := make(chan writing, 1)
	go func() { written <- s.writeSBOMs(found.sbom, in) }()
	stocks, records, faults, err := s.matchAll(ctx, in, out.Subject, found, declared)
	bills := <-written
	if err != nil {
		return out, fmt.Errorf("match the packages of %s: %w", out.Subject.Source, err)
	}
	if bills.err != nil {
		return out, bills.err
	}
	analysis.Artifacts = bills.artifacts
	analysis.Findings = join(records)
	s.pool.settle(analysis.Findings)
	analysis.Rules = rulesOf(analysis.Findings)
	for _, stock := range stocks {
		out.Components = append(out.Components, stock.components()...)
	}
	slices.SortStableFunc(out.Components, compareComponents)
	if err := s.guard(ctx, &analysis, in, found, declared, faults); err != nil {
		return out, err
	}
	out.Analysis = analysis
	return out, nil
}

// look catalogues the input and, beside it, the lock files of its context.
func (s *Scanner) look(ctx context.Context, in Input) (catalogue, *declaredInContext, error) {
	if in.Context == "" {
		found, err := s.catalogue(ctx, in)
		return found, nil, err
	}
	done := make(chan *declaredInContext, 1)
	go func() { done <- s.contextOf(ctx, in) }()
	found, err := s.catalogue(ctx, in)
	declared := <-done
	if err == nil {
		declared.without(found)
	}
	return found, declared, err
}

// matchAll matches the input's packages, and those that only the context declares.
func (s *Scanner) matchAll(ctx context.Context, in Input, subject gate.Subject, found catalogue, declared *declaredInContext) (stocks []*inventory, records []record, faults []string, err error) {
	own := &inventory{in: in, platform: subject.Platform, relations: newRelations(found.reader(in))}
	own.take(found)
	stocks = []*inventory{own}
	catalogues := []catalogue{found}
	if declared != nil && declared.found.sbom != nil {
		stocks, catalogues = append(stocks, declared.inventory(in, subject.Platform)), append(catalogues, declared.found)
	}
	for i, c := range catalogues {
		matches, wrong, err := s.match(ctx, c)
		if err != nil {
			return nil, nil, nil, err
		}
		more, err := s.records(matches, stocks[i])
		if err != nil {
			return nil, nil, nil, err
		}
		records, faults = append(records, more...), append(faults, wrong...)
	}
	return stocks, records, faults, nil
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
