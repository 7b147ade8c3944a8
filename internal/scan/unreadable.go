package scan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/syft/syft/file"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// isType makes a test for packages of one type.
func isType(kind syftpkg.Type) func(pkg.Package) bool {
	return func(p pkg.Package) bool { return p.Type == kind }
}

// trouble are the files that list packages and could not be read.
type trouble struct {
	// nothing are package databases of which nothing at all could be read.
	nothing []string
	// partly are all other files; why says what is wrong with each.
	partly []string
	why    map[string]string
}

func (t *trouble) add(file, why string) {
	if _, known := t.why[file]; !known {
		t.why[file] = why
		t.partly = append(t.partly, file)
	}
}

// unreadableFiles finds the files of the source that list packages but whose
// packages are not, or not all, in the catalogue.
func (c catalogue) unreadableFiles(owners *ownership) (*trouble, error) {
	t := &trouble{why: map[string]string{}}
	nothing, err := c.emptyDatabases()
	if err != nil {
		return nil, err
	}
	t.nothing = nothing
	seen := c.locations()
	if c.files != nil {
		checks := []func(*trouble, map[string][]syftpkg.Package, *ownership) error{
			c.checkDatabases, c.checkInstalledLists, c.checkAnnounced, c.checkArchives, c.checkRPM, c.checkLocks,
		}
		for _, check := range checks {
			if err := check(t, seen, owners); err != nil {
				return nil, err
			}
		}
	}
	for name, reasons := range c.unreadable() {
		if !slices.Contains(nothing, name) && !owners.explains(name) && !foundByOthers(seen[name], reasons) {
			t.add(name, "it is damaged, or not what its name says")
		}
	}
	t.nothing = sortedSet(append(t.nothing, c.withoutAnyPackage(t.partly)...))
	t.partly = slices.DeleteFunc(sortedSet(t.partly), func(name string) bool { return slices.Contains(t.nothing, name) })
	return t, nil
}

// systemDatabases are what package databases of distributions have in their
// paths.
var systemDatabases = []string{
	"/lib/dpkg/status", "/lib/apk/db/installed", "/lib/rpm/", "/lib/sysimage/rpm/", "/share/rpm/", "/lib/pacman/local/",
}

// withoutAnyPackage are, of files with trouble, the package databases of a
// distribution that are there, where no distribution's package was found at
// all: an image whose database was emptied, which must not pass as one file of
// many. A database that is gone altogether is the no-packages guard's.
func (c catalogue) withoutAnyPackage(files []string) []string {
	system := func(p pkg.Package) bool {
		return slices.Contains([]syftpkg.Type{syftpkg.DebPkg, syftpkg.ApkPkg, syftpkg.RpmPkg, syftpkg.AlpmPkg}, p.Type)
	}
	if slices.ContainsFunc(c.packages, system) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(files), func(name string) bool {
		return c.files == nil || !c.files.HasPath(name) || !slices.ContainsFunc(systemDatabases, func(part string) bool { return strings.Contains(name, part) })
	})
}

// locations are the packages by the files that show them.
func (c catalogue) locations() map[string][]syftpkg.Package {
	out := map[string][]syftpkg.Package{}
	for p := range c.all() {
		for _, l := range p.Locations.ToUnorderedSlice() {
			out[l.RealPath] = append(out[l.RealPath], p)
		}
	}
	return out
}

// packageDatabases are the text files that list installed packages.
func packageDatabases() map[string]syftpkg.Type {
	return map[string]syftpkg.Type{
		"/var/lib/dpkg/status":      syftpkg.DebPkg,
		"/lib/apk/db/installed":     syftpkg.ApkPkg,
		"/usr/lib/apk/db/installed": syftpkg.ApkPkg,
	}
}

// emptyDatabases are package databases of the source that hold something, but
// no package that was found.
func (c catalogue) emptyDatabases() ([]string, error) {
	if c.files == nil {
		return nil, nil
	}
	var out []string
	for name, kind := range packageDatabases() {
		if slices.ContainsFunc(c.packages, isType(kind)) {
			continue
		}
		found, err := c.holding(name)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return sortedSet(out), nil
}

// holding are the files at a path or pattern that are not empty.
func (c catalogue) holding(patterns ...string) ([]string, error) {
	locations, err := c.files.FilesByGlob(patterns...)
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", strings.Join(patterns, ", "), err)
	}
	var out []string
	for _, l := range locations {
		m, err := c.files.FileMetadataByLocation(l)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", l.RealPath, err)
		}
		if m.FileInfo != nil && !m.IsDir() && m.Size() > 0 {
			out = append(out, l.RealPath)
		}
	}
	return sortedSet(out), nil
}

// unreadable are the files of which syft says that it could not read them, with
// what each of its cataloguers says.
func (c catalogue) unreadable() map[string][]string {
	out := map[string][]string{}
	if c.sbom == nil {
		return out
	}
	for at, reasons := range c.sbom.Artifacts.Unknowns {
		if !notADescription(at.RealPath) {
			out[at.RealPath] = append(out[at.RealPath], reasons...)
		}
	}
	return out
}

// foundByOthers reports whether all cataloguers that failed on a file only
// guessed what it is: others found packages in it. A Go program that holds the
// mark of a .NET bundle among its data is such a file.
func foundByOthers(packages []syftpkg.Package, reasons []string) bool {
	for _, reason := range reasons {
		cataloguer, _, _ := strings.Cut(reason, ":")
		if slices.ContainsFunc(packages, func(p syftpkg.Package) bool { return p.FoundBy == cataloguer }) {
			return false
		}
	}
	return len(packages) > 0
}

// notADescription: the lists of checksums beside distroless package
// descriptions are tried as descriptions, which they are not.
func notADescription(name string) bool {
	return strings.Contains(name, "/status.d/") && strings.HasSuffix(name, ".md5sums")
}

// announcements are files each of which is one package. Nobody says so when
// such a file makes none, because its name or version can't be found.
func announcements() []string {
	return []string{
		"**/*.dist-info/METADATA", "**/*.egg-info/PKG-INFO", "**/specifications/**/*.gemspec",
		"**/lib/dpkg/status.d/*", "**/var/lib/pacman/local/*/desc",
	}
}

func (c catalogue) checkAnnounced(t *trouble, seen map[string][]syftpkg.Package, owners *ownership) error {
	found, err := c.files.FilesByGlob(announcements()...)
	if err != nil {
		return fmt.Errorf("look for descriptions of packages: %w", err)
	}
	for _, l := range found {
		name := l.RealPath
		if len(seen[name]) > 0 || len(seen[l.AccessPath]) > 0 || notADescription(name) || owners.explains(name) || ofPythonItself(name) {
			continue
		}
		t.add(name, "it gives no name and version")
	}
	return nil
}

// ofPythonItself: the interpreter describes itself as if it were a package.
func ofPythonItself(name string) bool {
	return strings.HasPrefix(path.Base(path.Dir(name)), "Python-")
}

// checkRPM looks for databases of RPM from which no package came.
func (c catalogue) checkRPM(t *trouble, seen map[string][]syftpkg.Package, _ *ownership) error {
	var files []string
	for _, dir := range []string{"/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm"} {
		for _, name := range []string{"Packages", "Packages.db", "rpmdb.sqlite", "data.mdb"} {
			files = append(files, path.Join(dir, name))
		}
	}
	found, err := c.holding(files...)
	if err != nil {
		return err
	}
	read := map[string]bool{}
	for name := range seen {
		read[path.Dir(name)] = true
	}
	for _, name := range found {
		if !read[path.Dir(name)] {
			t.add(name, "no package could be read from it")
		}
	}
	return nil
}

// open opens a file of the source.
func (c catalogue) open(l file.Location) (file.LocationReadCloser, error) {
	content, err := c.files.FileContentsByLocation(l)
	if err != nil {
		return file.LocationReadCloser{}, fmt.Errorf("read %s: %w", l.RealPath, err)
	}
	return file.NewLocationReadCloser(l, content), nil
}
