package origin

import (
	"io"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// maxDatabase is the most that is read of one package database, in bytes.
const maxDatabase = 128 << 20

// Package gives the place that brought a package in. Each layer that touches a
// dpkg or apk database holds the whole of it, so the layer in which a scanner
// finds the package is merely the last one to have changed anything; the first
// layer that lists the package in this version is the one that installed it.
// For other packages, and where no layer lists it, the place is the layer's.
func (m *Map) Package(pkg gate.Package, layer string, _ []string) gate.Location {
	if pkg.Type != "deb" && pkg.Type != "apk" {
		return m.Layer(layer)
	}
	m.once.Do(m.readPackages)
	if first, ok := m.packages[packageKey(pkg.Type, pkg.Name, pkg.Version)]; ok {
		return m.layers[first]
	}
	return m.Layer(layer)
}

func packageKey(kind, name, version string) string { return kind + "\x00" + name + "\x00" + version }

// readPackages reads the databases of all layers once, lowest layer first.
func (m *Map) readPackages() {
	m.packages = map[string]int{}
	for i := range m.layers {
		note := func(kind string) func(name, version string) {
			return func(name, version string) {
				key := packageKey(kind, name, version)
				if _, known := m.packages[key]; !known {
					m.packages[key] = i
				}
			}
		}
		for _, name := range append([]string{"/var/lib/dpkg/status"}, m.image.ListInLayer(i, "/var/lib/dpkg/status.d")...) {
			if !strings.HasSuffix(name, ".md5sums") {
				m.readDatabase(i, name, readDpkg, note("deb"))
			}
		}
		for _, name := range []string{"/lib/apk/db/installed", "/usr/lib/apk/db/installed"} {
			m.readDatabase(i, name, readApk, note("apk"))
		}
	}
}

// readDatabase reads one file of one layer. What cannot be read lists nothing:
// its packages are then attributed to the layer that the scanner names.
func (m *Map) readDatabase(layer int, name string, read func(io.Reader, func(name, version string)) error, note func(name, version string)) {
	file, err := m.image.OpenInLayer(layer, name)
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	_ = read(io.LimitReader(file, maxDatabase), note)
}
