package scan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/syft/syft"
	"github.com/anchore/syft/syft/artifact"
	"github.com/anchore/syft/syft/cataloging"
	"github.com/anchore/syft/syft/file"
	"github.com/anchore/syft/syft/source"
	"github.com/anchore/syft/syft/source/directorysource"

	"github.com/containergate/gate/internal/gate"
)

// declaredInContext is what the lock files of the build context declare.
type declaredInContext struct {
	files *lockFiles
	found catalogue
	// base is the context as reports write it.
	base string
	// err says why nothing, or not all, is known.
	err error
}

// close removes the copies.
func (c *declaredInContext) close() error {
	if c == nil || c.files == nil || c.files.dir == "" {
		return nil
	}
	return os.RemoveAll(c.files.dir)
}

// contextOf catalogues the lock files of the build context. Errors are kept in
// the result: what the image shows holds without them.
func (s *Scanner) contextOf(ctx context.Context, in Input) *declaredInContext {
	out := &declaredInContext{base: contextBase(in.Context)}
	if out.files, out.err = copyLockFiles(ctx, in.Context); out.files.dir == "" || out.files.count == 0 {
		return out
	}
	found, err := s.catalogueLocks(ctx, out.files.dir)
	out.found, out.err = found, errors.Join(out.err, err)
	return out
}

func (s *Scanner) catalogueLocks(ctx context.Context, dir string) (catalogue, error) {
	src, err := directorysource.New(directorysource.Config{Path: dir, Base: dir})
	if err != nil {
		return catalogue{}, err
	}
	ctx, err = s.opts.Licenses.in(ctx)
	if err != nil {
		return catalogue{}, errors.Join(err, src.Close())
	}
	cfg := s.settings(Input{})
	cfg.Files.Selection = file.NoFilesSelection
	cfg = cfg.WithCatalogerSelection(cataloging.NewSelectionRequest().WithDefaults("directory").WithSubSelections("declared", "dotnet"))
	bill, err := syft.CreateSBOM(ctx, src, cfg)
	if err != nil {
		return catalogue{}, errors.Join(err, src.Close())
	}
	found := describe(bill)
	found.declares = true
	found.files, err = src.FileResolver(source.SquashedScope)
	return found, errors.Join(err, src.Close())
}

// contextBase is the context directory relative to the working directory, or
// as it was given when it lies outside.
func contextBase(dir string) string {
	if filepath.IsAbs(dir) {
		if here, err := os.Getwd(); err == nil {
			if inside, err := filepath.Rel(here, dir); err == nil && filepath.IsLocal(inside) {
				dir = inside
			}
		}
	}
	return filepath.ToSlash(filepath.Clean(dir))
}

// without drops what the image shows too, so that nothing is counted twice.
func (c *declaredInContext) without(image catalogue) {
	if c.found.sbom == nil {
		return
	}
	shown := map[string]bool{}
	for p := range image.all() {
		shown[plainPURL(p.PURL)] = true
	}
	delete(shown, "")
	c.found.packages = slices.DeleteFunc(c.found.packages, func(p pkg.Package) bool { return shown[plainPURL(p.PURL)] })
	// The collection is locked while it is walked.
	var twice []artifact.ID
	collection := c.found.sbom.Artifacts.Packages
	for p := range collection.Enumerate() {
		if shown[plainPURL(p.PURL)] {
			twice = append(twice, p.ID())
		}
	}
	collection.Delete(twice...)
}

// notes tell what was taken from the context and what was left out.
func (c *declaredInContext) notes() []string {
	var notes []string
	if n := c.found.count(); n > 0 {
		notes = append(notes, fmt.Sprintf("The build context declares %d %s in %d %s that are not seen in the image.", n, noun(n, "package"), c.files.count, noun(c.files.count, "file")))
	} else if c.err == nil {
		notes = append(notes, "The build context declares no packages that the image does not show.")
	}
	if skipped := c.files.skipped; len(skipped) > 0 {
		notes = append(notes, fmt.Sprintf("Lock files in these directories of the build context were left out: %s.", some(sortedSet(slices.Clone(skipped)))))
	}
	return notes
}

// gaps say what of the context is not known.
func (c *declaredInContext) gaps() []gate.Gap {
	var gaps []gate.Gap
	if c.err != nil {
		gaps = append(gaps, gate.Gap{
			Guard: gate.GuardAnalyzerError, Message: fmt.Sprintf("The lock files of the build context %s could not all be read: %v.", c.base, c.err),
			Next: "Give a smaller context, mend what is said, or switch the scan of the context off.",
		})
	}
	t := &trouble{why: map[string]string{}}
	for name := range c.found.unreadable() {
		t.add(name, "it is not what its name says, or cut short")
	}
	if err := c.found.checkLocks(t, nil, nil); err != nil {
		t.add(".", err.Error())
	}
	for name, reason := range c.files.unreadable {
		t.add(name, reason)
	}
	why := map[string]string{}
	for name, reason := range t.why {
		why[path.Join(c.base, name)] = reason
	}
	if len(why) == 0 {
		return gaps
	}
	paths := slices.Sorted(maps.Keys(why))
	told := make([]string, len(paths))
	for i, name := range paths {
		told[i] = name + " (" + why[name] + ")"
	}
	return append(gaps, gate.Gap{
		Guard: gate.GuardUnreadable, Paths: paths,
		Message: "Files of the build context that list packages could not be read: " + some(told) + ".",
		Next:    "Mend or remove them, or allow unreadable-file for their paths.",
	})
}

// inventory describes the packages that only the context has.
func (c *declaredInContext) inventory(in Input, platform string) *inventory {
	in.Locate = nil
	v := &inventory{
		in: in, platform: platform, source: gate.SourceContext,
		relations: newRelations(c.files.read), places: newPlaces(c.base, c.files.read),
	}
	v.take(c.found)
	return v
}
