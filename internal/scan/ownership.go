package scan

import (
	"bufio"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/anchore/syft/syft/file"
	syftpkg "github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/image"
)

// diversions is where dpkg notes that a package's file was moved aside.
const diversions = "/var/lib/dpkg/diversions"

// newOwnership takes in what the packages of a catalogue say of their files.
func newOwnership(found catalogue) (*ownership, error) {
	o := &ownership{
		files:   found.files,
		owned:   map[string]bool{},
		system:  map[string]bool{},
		byBase:  map[string][]string{},
		visited: map[string]string{},
	}
	if found.sbom == nil || found.files == nil {
		return o, nil
	}
	for p := range found.all() {
		o.addPackage(p)
	}
	return o, o.addDiversions()
}

// unidentified lists the executables that no package accounts for, sorted.
func (o *ownership) unidentified(programs []image.Executable) ([]image.Executable, error) {
	var out []image.Executable
	for _, program := range programs {
		known, err := o.knows(program)
		if err != nil {
			return nil, err
		}
		if !known {
			out = append(out, program)
		}
	}
	slices.SortFunc(out, func(a, b image.Executable) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}

// explains reports whether a file that no package comes from is a part of a
// package all the same: one that a distribution's package installed, or one
// deep inside a Node package, such as the faulty examples of its tests.
func (o *ownership) explains(name string) bool {
	if o.system[name] {
		return true
	}
	if path.Base(name) != "package.json" || !slices.ContainsFunc(o.dirs, func(dir string) bool { return strings.HasPrefix(name, dir+"/") }) {
		return false
	}
	above := path.Dir(path.Dir(name))
	if strings.HasPrefix(path.Base(above), "@") {
		above = path.Dir(above)
	}
	return path.Base(above) != "node_modules"
}

// ownership knows which files of an image belong to packages.
type ownership struct {
	files file.Resolver
	// owned are the paths as the packages spell them.
	owned map[string]bool
	// system are those that packages of a distribution installed.
	system map[string]bool
	// byBase lists them by their last element, for those that are spelled
	// through a linked directory.
	byBase map[string][]string
	// dirs are directories all of whose contents belong to a package.
	dirs []string
	// visited remembers where a spelling leads.
	visited map[string]string
}

func (o *ownership) add(name string) {
	name = path.Join("/", name)
	if !o.owned[name] {
		o.owned[name] = true
		o.byBase[path.Base(name)] = append(o.byBase[path.Base(name)], name)
	}
}

// addPackage takes over what a package says it installed, and the files that
// are packages themselves, such as Go programs.
func (o *ownership) addPackage(p syftpkg.Package) {
	for _, l := range p.Locations.ToUnorderedSlice() {
		o.add(l.RealPath)
		o.add(l.AccessPath)
		if dir, ok := packageDir(p.Type, l.RealPath); ok {
			o.dirs = append(o.dirs, dir)
		}
	}
	owner, ok := p.Metadata.(syftpkg.FileOwner)
	if !ok {
		return
	}
	base := "/"
	if python, ok := p.Metadata.(syftpkg.PythonPackage); ok {
		base = python.SitePackagesRootPath
	}
	for _, name := range owner.OwnedFiles() {
		if !path.IsAbs(name) {
			name = path.Join(base, name)
		}
		o.add(name)
		if ofSystem(p.Type) {
			o.system[path.Join("/", name)] = true
		}
	}
}

// packageDir is the directory that a package has to itself, by the file that
// announces it. A package.json outside node_modules announces an application,
// whose directory may hold anything.
func packageDir(kind syftpkg.Type, announced string) (string, bool) {
	dir := path.Dir(announced)
	switch kind {
	case syftpkg.NpmPkg:
		return dir, path.Base(announced) == "package.json" && strings.Contains(dir+"/", "/node_modules/")
	case syftpkg.GemPkg:
		if path.Base(dir) != "specifications" || path.Ext(announced) != ".gemspec" {
			return "", false
		}
		name := strings.TrimSuffix(path.Base(announced), ".gemspec")
		return path.Join(path.Dir(dir), "gems", name), true
	}
	return "", false
}

// addDiversions takes over files that dpkg moved aside for another package.
// The notes are groups of three lines: the name, the new name, the diverter.
func (o *ownership) addDiversions() error {
	locations, err := o.files.FilesByPath(diversions)
	if err != nil || len(locations) == 0 {
		return err
	}
	content, err := o.files.FileContentsByLocation(locations[0])
	if err != nil {
		return fmt.Errorf("read %s: %w", diversions, err)
	}
	lines := bufio.NewScanner(content)
	for lines.Scan() {
		name := lines.Text()
		if !lines.Scan() {
			break
		}
		if o.owned[name] {
			o.add(lines.Text())
		}
		lines.Scan()
	}
	if err := errors.Join(lines.Err(), content.Close()); err != nil {
		return fmt.Errorf("read %s: %w", diversions, err)
	}
	return nil
}

// knows reports whether some package accounts for an executable under one of
// its names.
func (o *ownership) knows(program image.Executable) (bool, error) {
	names := append([]string{program.Path}, program.Links...)
	for _, name := range names {
		if o.owned[name] || slices.ContainsFunc(o.dirs, func(dir string) bool { return strings.HasPrefix(name, dir+"/") }) {
			return true, nil
		}
	}
	// A package may spell /bin what is really in /usr/bin, or name a link.
	for _, name := range names {
		for _, spelling := range o.byBase[path.Base(name)] {
			target, err := o.follow(spelling)
			if err != nil {
				return false, err
			}
			if slices.Contains(names, target) {
				return true, nil
			}
		}
	}
	return false, nil
}

// follow says where a spelling leads in the image; empty when nowhere.
func (o *ownership) follow(spelling string) (string, error) {
	if target, ok := o.visited[spelling]; ok {
		return target, nil
	}
	locations, err := o.files.FilesByPath(spelling)
	if err != nil {
		return "", fmt.Errorf("look for %s in the image: %w", spelling, err)
	}
	target := ""
	if len(locations) > 0 {
		target = locations[0].RealPath
	}
	o.visited[spelling] = target
	return target, nil
}
