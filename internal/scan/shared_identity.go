package scan

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"

	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/match"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/syft/syft/cpe"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// identity is a sum over all that matchers read of a package: packages with
// equal ones have equal matches.
type identity [sha256.Size]byte

// identityOf sums up what the matcher reads; false for a package with metadata
// of a kind that is not known here. Where a package lies, its licences and what
// it is related to are read by no matcher: the engine does that, for each image.
func identityOf(by match.MatcherType, p pkg.Package) (identity, bool) {
	text := make(written, 0, 1024)
	text = text.add(string(by), string(p.Type), string(p.Language), p.Name, p.Version, p.PURL)
	text = text.addDistro(p.Distro)
	text = text.count(len(p.Upstreams))
	for _, u := range p.Upstreams {
		text = text.add(u.Name, u.Version)
	}
	text = text.count(len(p.CPEs))
	for _, c := range p.CPEs {
		text = text.addCPE(c)
	}
	text, ok := text.addMetadata(p)
	return sha256.Sum256(text), ok
}

// readsCPEs reports whether the matcher of a type looks at CPEs, as it is set up
// in matchers: Alpine's does, and the one for all types that have none. For the
// others a package goes without them, which spares working them out.
func readsCPEs(t syftpkg.Type) bool {
	switch t {
	case syftpkg.DebPkg, syftpkg.RpmPkg, syftpkg.AlpmPkg, syftpkg.PortagePkg, syftpkg.BitnamiPkg, syftpkg.KbPkg,
		syftpkg.NpmPkg, syftpkg.PythonPkg, syftpkg.GoModulePkg, syftpkg.JavaPkg, syftpkg.JenkinsPluginPkg,
		syftpkg.GemPkg, syftpkg.RustPkg, syftpkg.DotnetPkg, syftpkg.HexPkg:
		return false
	}
	return true
}

// written is a list of values from which each can be told apart again.
type written []byte

func (w written) count(n int) written { return binary.AppendUvarint(w, uint64(n)) } //nolint:gosec // lengths are not negative

func (w written) add(words ...string) written {
	for _, word := range words {
		w = append(w.count(len(word)), word...)
	}
	return w
}

func (w written) list(words []string) written { return w.count(len(words)).add(words...) }

func (w written) addDistro(d *distro.Distro) written {
	if d == nil {
		return w.add("")
	}
	w = w.add("distro", string(d.Type), d.Version, d.Codename, d.MajorVersion(), d.MinorVersion(), d.RemainingVersion())
	return w.list(d.Channels).list(d.IDLike)
}

func (w written) addCPE(c cpe.CPE) written {
	a := c.Attributes
	return w.add(a.Part, a.Vendor, a.Product, a.Version, a.Update, a.Edition, a.SWEdition, a.TargetSW, a.TargetHW, a.Other, a.Language)
}

// addMetadata adds what qualifiers of advisories and the names of packages
// depend on. Of a Go module's program only whether it is the program's own
// module counts.
func (w written) addMetadata(p pkg.Package) (written, bool) {
	switch m := p.Metadata.(type) {
	case nil:
		return w.add("none"), true
	case pkg.RpmMetadata:
		w = w.add("rpm", m.Arch)
		if m.Epoch != nil {
			w = w.add("epoch", strconv.Itoa(*m.Epoch))
		}
		if m.ModularityLabel != nil {
			w = w.add("module", *m.ModularityLabel)
		}
		return w, true
	case pkg.ApkMetadata:
		return w.add("apk", m.Arch), true
	case pkg.JavaMetadata:
		w = w.add("java", m.PomArtifactID, m.PomGroupID, m.ManifestName)
		for _, d := range m.ArchiveDigests {
			w = w.add(d.Algorithm, d.Value)
		}
		return w, true
	case pkg.JavaVMInstallationMetadata:
		r := m.Release
		return w.add("jvm", r.JavaRuntimeVersion, r.JavaVersion, r.FullVersion, r.SemanticVersion), true
	case pkg.GolangModMetadata:
		return w.add("go.mod"), true
	case pkg.GolangSourceMetadata:
		return w.add("go source"), true
	case pkg.GolangBinMetadata:
		w = w.add("go program", strconv.FormatBool(m.MainModule == p.Name))
		for _, path := range slices.Sorted(maps.Keys(m.Symbols)) {
			w = w.add(path).list(m.Symbols[path])
		}
		return w, true
	}
	return w, false
}
