package scan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/anchore/grype/grype/pkg"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// isType makes a test for packages of one type.
func isType(kind syftpkg.Type) func(pkg.Package) bool {
	return func(p pkg.Package) bool { return p.Type == kind }
}

// brokenDatabases are the files of package databases that a cataloguer could
// not read, or in which it found no package, sorted.
func (c catalogue) brokenDatabases() ([]string, error) {
	var out []string
	for _, path := range c.unreadable() {
		for _, dir := range []string{
			"/var/lib/dpkg/", "/var/lib/rpm/", "/usr/lib/sysimage/rpm/", "/usr/share/rpm/",
			"/lib/apk/db/", "/usr/lib/apk/db/", "/var/lib/pacman/",
		} {
			if strings.Contains(path, dir) {
				out = append(out, path)
				break
			}
		}
	}
	empty, err := c.emptyDatabases()
	return sortedSet(append(out, empty...)), err
}

// packageDatabases are the text files that list installed packages.
func packageDatabases() map[string]syftpkg.Type {
	return map[string]syftpkg.Type{
		"/var/lib/dpkg/status":      syftpkg.DebPkg,
		"/lib/apk/db/installed":     syftpkg.ApkPkg,
		"/usr/lib/apk/db/installed": syftpkg.ApkPkg,
	}
}

// emptyDatabases are package databases of the image that hold something, but
// no package that was found.
func (c catalogue) emptyDatabases() ([]string, error) {
	if c.files == nil {
		return nil, nil
	}
	var out []string
	for path, kind := range packageDatabases() {
		if slices.ContainsFunc(c.packages, isType(kind)) {
			continue
		}
		locations, err := c.files.FilesByPath(path)
		if err != nil {
			return nil, fmt.Errorf("look for %s in the image: %w", path, err)
		}
		for _, l := range locations {
			m, err := c.files.FileMetadataByLocation(l)
			if err != nil {
				return nil, fmt.Errorf("look at %s in the image: %w", path, err)
			}
			if m.FileInfo != nil && m.Size() > 0 {
				out = append(out, l.RealPath)
			}
		}
	}
	return out, nil
}

// unreadable are all files that a cataloguer could not read, sorted.
func (c catalogue) unreadable() []string {
	var out []string
	if c.sbom == nil {
		return nil
	}
	for at := range c.sbom.Artifacts.Unknowns {
		// The lists of checksums beside distroless package descriptions are
		// tried as descriptions, which they are not.
		if strings.Contains(at.RealPath, "/status.d/") && strings.HasSuffix(at.RealPath, ".md5sums") {
			continue
		}
		out = append(out, at.RealPath)
	}
	return sortedSet(out)
}

// notes are remarks on the catalogue for the reader.
func (c catalogue) notes() []string {
	var notes []string
	if n := len(c.unreadable()); n > 0 {
		notes = append(notes, fmt.Sprintf("%d files look as if they held packages but could not be read: %s.", n, some(c.unreadable())))
	}
	if c.context.DistroDetectionFailed {
		notes = append(notes, "The image says of which distribution it is, but in words that are not known.")
	}
	if c.withoutSymbols() {
		notes = append(notes, "No Go program says which functions are in it: whole modules were matched, which may find too much.")
	}
	return notes
}

// withoutSymbols reports whether there are Go programs and none of them lists
// its functions.
func (c catalogue) withoutSymbols() bool {
	programs := false
	for _, p := range c.packages {
		m, ok := p.Metadata.(pkg.GolangBinMetadata)
		if !ok {
			continue
		}
		if len(m.Symbols) > 0 {
			return false
		}
		programs = true
	}
	return programs
}
