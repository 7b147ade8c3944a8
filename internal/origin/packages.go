package origin

import (
	"io"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// maxDatabase is the most that is read of one package database, in bytes.
const maxDatabase = 128 << 20

// Package gives the place that brought a package in. Each layer that touches a
// dpkg or apk database holds the whole of it, so the layer in which a scanner
// finds the package is merely the last one to have changed anything; the layer
// since which the package is listed in this version without a break is the one
// that installed it. Other packages came with the layer since which one of their
// files is as it is now. Where neither tells, the place is the layer's.
func (m *Map) Package(pkg gate.Package, layer string, paths []string) gate.Location {
	if read := databaseReader(pkg.Type); read != nil {
		m.once.Do(m.readPackages)
		if found, ok := m.packages[packageKey(pkg.Type, pkg.Name, pkg.Version)]; ok {
			location := m.layers[found.layer]
			location.Earlier = m.tell(found.layer, evidence{path: found.file, read: read, name: pkg.Name, version: pkg.Version})
			return location
		}
		return m.Layer(layer)
	}
	index, ok := m.byID[layer]
	if !ok {
		return m.Layer(layer)
	}
	for _, path := range paths {
		if first, ok := m.introduced(index, path); ok {
			location := m.layers[first]
			location.Earlier = m.tell(first, evidence{path: path})
			return location
		}
	}
	location := m.layers[index]
	location.Earlier = m.tell(index, evidence{})
	return location
}

// listed is where a package of a database comes from.
type listed struct {
	layer int
	// file is the database that lists it.
	file string
}

// reader calls note for every package of a database.
type reader func(from io.Reader, note func(name, version string)) error

// databaseReader is how databases of packages of a type are read; nil for types
// that have none which gate reads.
func databaseReader(kind string) reader {
	switch kind {
	case "deb":
		return readDpkg
	case "apk":
		return readApk
	}
	return nil
}

func packageKey(kind, name, version string) string { return kind + "\x00" + name + "\x00" + version }

// database is one file of a package database, as far as it was read.
type database struct {
	kind string
	// current are the packages that the last layer lists which has the file.
	current map[string]bool
}

// readPackages reads the databases of all layers once, lowest layer first.
func (m *Map) readPackages() {
	m.packages = map[string]listed{}
	files := map[string]*database{}
	for i := range m.layers {
		for name, known := range files {
			if m.removed(i, name) {
				known.current = nil
			}
		}
		for _, name := range m.databases(i) {
			if files[name] == nil {
				files[name] = &database{kind: "deb"}
				if strings.HasSuffix(name, "/installed") {
					files[name].kind = "apk"
				}
			}
			m.readDatabase(i, name, files[name])
		}
	}
}

// databases are the files of package databases that a layer may have.
func (m *Map) databases(layer int) []string {
	names := []string{"/var/lib/dpkg/status", "/lib/apk/db/installed", "/usr/lib/apk/db/installed"}
	for _, name := range m.image.ListInLayer(layer, "/var/lib/dpkg/status.d") {
		if !strings.HasSuffix(name, ".md5sums") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// readDatabase notes the packages that a layer lists and the one below it did
// not. What cannot be read lists nothing: its packages are then attributed to
// the layer that the scanner names.
func (m *Map) readDatabase(layer int, name string, known *database) {
	file, err := m.image.OpenInLayer(layer, name)
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	now := map[string]bool{}
	_ = databaseReader(known.kind)(io.LimitReader(file, maxDatabase), func(pkg, version string) {
		key := packageKey(known.kind, pkg, version)
		if now[key] = true; !known.current[key] {
			m.packages[key] = listed{layer: layer, file: name}
		}
	})
	known.current = now
}
