package scan

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/syft/syft"
	"github.com/anchore/syft/syft/cataloging"
	"github.com/anchore/syft/syft/file"
	syftpkg "github.com/anchore/syft/syft/pkg"
	"github.com/anchore/syft/syft/sbom"
	"github.com/anchore/syft/syft/source"
	"github.com/anchore/syft/syft/source/directorysource"
	"github.com/anchore/syft/syft/source/stereoscopesource"
)

// catalogue is what was found in an input, in syft's words and in the matcher's.
type catalogue struct {
	sbom *sbom.SBOM
	// listed are syft's packages where the bill has no collection of them.
	listed   []syftpkg.Package
	packages []pkg.Package
	context  pkg.Context
	// leftFunctions is true when functions of Go programs were not read.
	leftFunctions bool
	// files looks into the finished image or the directory; nil for a document.
	files file.Resolver
	// declares is true where lock files count, which is everywhere but in images.
	declares bool
}

// reader returns the files of the source by the paths that the catalogue has
// for them, or nil for one that can't be read.
func (c catalogue) reader(in Input) func(string) []byte {
	if in.Dir != "" {
		return func(name string) []byte { return readInside(in.Dir, name) }
	}
	return func(name string) []byte {
		if c.files == nil {
			return nil
		}
		locations, err := c.files.FilesByPath(name)
		if err != nil || len(locations) == 0 {
			return nil
		}
		content, err := c.open(locations[0])
		if err != nil {
			return nil
		}
		defer func() { _ = content.Close() }()
		text, err := io.ReadAll(io.LimitReader(content, maxLockSize+1))
		if err != nil || len(text) > maxLockSize {
			return nil
		}
		return text
	}
}

// distro is the distribution of the whole, or nil.
func (c catalogue) distro() *distro.Distro { return c.context.Distro }

// count is the number of packages.
func (c catalogue) count() int {
	if c.sbom == nil || c.sbom.Artifacts.Packages == nil {
		return len(c.listed)
	}
	return c.sbom.Artifacts.Packages.PackageCount()
}

// all are the packages in syft's words, in no order.
func (c catalogue) all() iter.Seq[syftpkg.Package] {
	return func(yield func(syftpkg.Package) bool) {
		for _, p := range c.listed {
			if !yield(p) {
				return
			}
		}
		if c.sbom == nil || c.sbom.Artifacts.Packages == nil {
			return
		}
		// The collection's own goroutine ends only after the last one.
		stopped := false
		for p := range c.sbom.Artifacts.Packages.Enumerate() {
			stopped = stopped || !yield(p)
		}
	}
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
		if err == nil {
			found.declares = true
			found.files, err = src.FileResolver(source.SquashedScope)
		}
		return found, errors.Join(err, src.Close())
	case in.SBOM != "":
		// What is written again must have all that was read.
		if in.SBOMPath != "" || in.Keep != "" {
			return readSBOM(ctx, in.SBOM, nil)
		}
		return readSBOM(ctx, in.SBOM, s.db)
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
// materials alone. Two settings differ. A file that could not be read to its
// end is named also when some packages came from it. And Go's own tools are
// never run over what is scanned: they would fetch what a go.mod of others
// names, and the result would depend on whether they are installed.
func (s *Scanner) settings(in Input) *syft.CreateSBOMConfig {
	cfg := syft.DefaultCreateSBOMConfig()
	cfg.Packages.Golang = cfg.Packages.Golang.WithCaptureSymbols(cataloging.SymbolScopeAll).WithUsePackagesLib(false)
	cfg.Compliance.MissingVersion = cataloging.ComplianceActionDrop
	cfg.Unknowns = cataloging.UnknownsConfig{}
	if in.SBOMPath == "" {
		cfg.Files.Selection = file.NoFilesSelection
	}
	return cfg.WithTool("gate", s.opts.Version)
}

// synthesis is the part of Grype's settings that concerns packages.
func synthesis() pkg.SynthesisConfig {
	return pkg.SynthesisConfig{Distro: pkg.DistroConfig{FixChannels: distro.DefaultFixChannels()}}
}
