package advise

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// site is a place in which versions are changed.
type site struct {
	kind              ManifestKind
	image, path       string
	line              int
	baseImage, distro string
}

func (s site) manifest() Manifest {
	return Manifest{Kind: s.kind, Image: s.image, Path: s.path, Line: s.line, BaseImage: s.baseImage, Distro: s.distro}
}

// subject is a package at the version it has.
type subject struct{ name, version string }

func subjectOf(f gate.Finding) subject {
	return subject{name: f.Package.Type + " " + gate.KeyOf(f).Subject, version: f.Package.Version}
}

// declaration is a file that declares a package, and the line; 0 is not known.
type declaration struct {
	path string
	line int
}

// declarations are the files of the context that declare packages, by image.
type declarations map[string]map[subject][]declaration

// declared reads from the findings of the context which files declare what.
func declared(decisions []gate.Decision) declarations {
	out := declarations{}
	for _, d := range decisions {
		f := d.Change.Finding
		if f.Source != gate.SourceContext || f.Package == nil || d.Change.Status == gate.StatusFixed {
			continue
		}
		if out[f.Image] == nil {
			out[f.Image] = map[subject][]declaration{}
		}
		id := subjectOf(f)
		out[f.Image][id] = append(out[f.Image][id], declarationsOf(f)...)
	}
	return out
}

// declarationsOf are the files that a finding of the context names. Only of the
// first one is the line known.
func declarationsOf(f gate.Finding) []declaration {
	all := []declaration{}
	for _, path := range f.Paths {
		if path != f.Location.Path {
			all = append(all, declaration{path: path})
		}
	}
	if f.Location.Path != "" {
		all = append(all, declaration{f.Location.Path, f.Location.Line})
	}
	return all
}

// sites says where the version of a finding's package is changed, and on which
// line each names it.
func (d declarations) sites(f gate.Finding) map[site]int {
	out := map[site]int{}
	// What the base image has no file of this repository brought.
	if f.Distro == "" && !f.Location.Base {
		for _, file := range d[f.Image][subjectOf(f)] {
			at := site{kind: ManifestFile, image: f.Image, path: file.path}
			out[at] = max(out[at], file.line)
		}
	}
	if len(out) > 0 {
		return out
	}
	l := f.Location
	switch {
	case f.Distro != "":
		out[site{kind: ManifestSystem, image: f.Image, distro: f.Distro}] = l.Line
	case l.Base:
		out[site{kind: ManifestBase, image: f.Image, path: l.Path, line: l.Line, baseImage: l.BaseImage}] = l.Line
	case l.Known():
		out[site{kind: ManifestInstruction, image: f.Image, path: l.Path, line: l.Line}] = l.Line
	default:
		out[site{kind: ManifestImage, image: f.Image}] = 0
	}
	return out
}

// groupBySite gathers what blocks, by place and package.
func groupBySite(decisions []gate.Decision) map[site]map[subject]*affected {
	files := declared(decisions)
	groups := map[site]map[subject]*affected{}
	for _, d := range decisions {
		f := d.Change.Finding
		if !blocks(d) || f.Analyzer != gate.AnalyzerScan || f.Package == nil {
			continue
		}
		id := subjectOf(f)
		for at, line := range files.sites(f) {
			if groups[at] == nil {
				groups[at] = map[subject]*affected{}
			}
			if groups[at][id] == nil {
				groups[at][id] = &affected{}
			}
			p := groups[at][id]
			p.findings = append(p.findings, f)
			p.note(line)
		}
	}
	return groups
}

func sortedSites(groups map[site]map[subject]*affected) []site {
	return slices.SortedFunc(maps.Keys(groups), func(a, b site) int { return compareManifests(a.manifest(), b.manifest()) })
}

func sortedSubjects(packages map[subject]*affected) []subject {
	return slices.SortedFunc(maps.Keys(packages), func(a, b subject) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.version, b.version))
	})
}

// withVersion is a package URL with another version.
func withVersion(purl, from, to string) string {
	end := len(purl)
	for _, mark := range "?#" {
		if at := strings.IndexRune(purl, mark); at >= 0 {
			end = min(end, at)
		}
	}
	at := strings.LastIndexByte(purl[:end], '@')
	if at <= strings.LastIndexByte(purl[:end], '/') || from == to {
		return purl
	}
	return purl[:at+1] + escape(to) + purl[end:]
}

// escape writes a version as package URLs do.
func escape(version string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(version) {
		plain := c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(".-_~:", c) >= 0
		if plain {
			b.WriteByte(c)
			continue
		}
		b.WriteString(string([]byte{'%', hex[c>>4], hex[c&0xF]}))
	}
	return b.String()
}
