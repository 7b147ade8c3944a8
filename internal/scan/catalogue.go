package scan

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/syft/syft"
	"github.com/anchore/syft/syft/cataloging"
	"github.com/anchore/syft/syft/file"
	"github.com/anchore/syft/syft/sbom"
	"github.com/anchore/syft/syft/source"
	"github.com/anchore/syft/syft/source/directorysource"
	"github.com/anchore/syft/syft/source/stereoscopesource"
)

// catalogue is what was found in an input, in syft's words and in the matcher's.
type catalogue struct {
	sbom     *sbom.SBOM
	packages []pkg.Package
	context  pkg.Context
	// files looks into the finished image; nil for other inputs.
	files file.Resolver
}

// distro is the distribution of the whole, or nil.
func (c catalogue) distro() *distro.Distro { return c.context.Distro }

// count is the number of packages.
func (c catalogue) count() int {
	if c.sbom == nil || c.sbom.Artifacts.Packages == nil {
		return 0
	}
	return c.sbom.Artifacts.Packages.PackageCount()
}

func (s *Scanner) catalogue(ctx context.Context, in Input) (catalogue, error) {
	switch {
	case in.Image != nil:
		src := stereoscopesource.New(in.Image.Stereoscope(), stereoscopesource.ImageConfig{Reference: in.Image.Ref()})
		found, err := s.read(ctx, src, in)
		if err != nil {
			return catalogue{}, err
		}
		found.files, err = src.FileResolver(source.SquashedScope)
		return found, err
	case in.Dir != "":
		src, err := directorysource.New(directorysource.Config{Path: in.Dir, Base: in.Dir})
		if err != nil {
			return catalogue{}, err
		}
		found, err := s.read(ctx, src, in)
		return found, errors.Join(err, src.Close())
	case in.SBOM != "":
		return readSBOM(in.SBOM)
	}
	return catalogue{}, errNoInput
}

// read catalogues a source with syft.
func (s *Scanner) read(ctx context.Context, src source.Source, in Input) (catalogue, error) {
	ctx, err := s.opts.Licenses.in(ctx)
	if err != nil {
		return catalogue{}, err
	}
	bill, err := syft.CreateSBOM(ctx, src, s.settings(in))
	if ctx.Err() != nil {
		return catalogue{}, ctx.Err()
	}
	if err != nil {
		return catalogue{}, err
	}
	return describe(bill), nil
}

// settings are those of Grype's command line: functions of Go programs are
// collected, which keeps out advisories for code that is not in them, and a
// package without a version is dropped. Digests of files are for the bill of
// materials alone.
func (s *Scanner) settings(in Input) *syft.CreateSBOMConfig {
	cfg := syft.DefaultCreateSBOMConfig()
	cfg.Packages.Golang = cfg.Packages.Golang.WithCaptureSymbols(cataloging.SymbolScopeAll)
	cfg.Compliance.MissingVersion = cataloging.ComplianceActionDrop
	if in.SBOMPath == "" {
		cfg.Files.Selection = file.NoFilesSelection
	}
	return cfg.WithTool("gate", s.opts.Version)
}

// synthesis is the part of Grype's settings that concerns packages.
func synthesis() pkg.SynthesisConfig {
	return pkg.SynthesisConfig{Distro: pkg.DistroConfig{FixChannels: distro.DefaultFixChannels()}}
}

// readSBOM takes the packages from a document.
func readSBOM(path string) (catalogue, error) {
	f, err := os.Open(path)
	if err != nil {
		return catalogue{}, fmt.Errorf("open bill of materials: %w", err)
	}
	packages, about, bill, err := pkg.ProvideFromReader(f, pkg.ProviderConfig{SynthesisConfig: synthesis()})
	if err := errors.Join(err, f.Close()); err != nil {
		return catalogue{}, fmt.Errorf("%w: give syft JSON, CycloneDX or SPDX", err)
	}
	return catalogue{sbom: bill, packages: packages, context: about}, nil
}
