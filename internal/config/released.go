package config

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// mostLast is the largest number of versions that can be asked for.
const mostLast = 10_000

// releasedLines are the words of lines.
var releasedLines = []string{"major", "minor"}

// releasedKinds are the keys of which an entry of released has exactly one.
func releasedKinds() []string {
	return plain([]gate.ReleasedKind{
		gate.ReleasedImages, gate.ReleasedRegistry, gate.ReleasedReleases, gate.ReleasedPackages, gate.ReleasedManifests, gate.ReleasedFile,
	})
}

func releasedFields() []field[gate.ReleasedSource] {
	type source = gate.ReleasedSource
	return []field[source]{
		imagesField(),
		placeField(gate.ReleasedRegistry, "repository of a registry, whose tags are listed: ghcr.io/acme/api", checkLineOf(300)),
		placeField(gate.ReleasedReleases, "owner/repository of GitHub whose releases name images; or this, for the repository of the run", checkOwned),
		placeField(gate.ReleasedPackages, "owner/package of GitHub's container registry; or this, for the package named like the repository", checkOwned),
		placeField(gate.ReleasedManifests, "folder with Kubernetes manifests, Compose files or Helm values", checkLineOf(1000)),
		placeField(gate.ReleasedFile, "file with one reference in each line", checkLineOf(1000)),
		textField("name", "logical name of the images found here; by default that of each image's repository", func(s *source) *string { return &s.Name }, checkName),
		textsField("tags", "patterns of which a tag, a release or a manifest's path must match one", func(s *source) *[]string { return &s.Tags }, checkTagPattern),
		textsField("except", "patterns of which it must match none", func(s *source) *[]string { return &s.Except }, checkTagPattern),
		textField("versions", "range of versions: >=1.4 <3", func(s *source) *string { return &s.Versions }, checkVersions),
		wordField("lines", "keep only the newest version of each line", releasedLines, func(s *source) *string { return &s.Lines }),
		{
			name: "last", usage: "keep only the newest so many", shape: numberShape(mostLast),
			read: func(d *document, into *source, value *yaml.Node) { into.Last, _ = d.number(value, "last", mostLast) },
			write: func(from *source) *yaml.Node {
				if from.Last == 0 {
					return nil
				}
				return numberNode(from.Last)
			},
		},
		boolField("prereleases", "whether versions such as 1.2.0-rc.1 count", func(s *source) *bool { return &s.Prereleases }),
		textsField("platforms", "platforms that are scanned; by default all that an image has", func(s *source) *[]string { return &s.Platforms }, checkPlatform),
	}
}

// ownRepository stands for the repository of the run.
const ownRepository = "this"

// placeField is the key of one kind of source, whose value says where that is.
func placeField(kind gate.ReleasedKind, usage string, check func(string) error) field[gate.ReleasedSource] {
	return field[gate.ReleasedSource]{
		name: string(kind), usage: usage, shape: textShape(),
		read: func(d *document, into *gate.ReleasedSource, value *yaml.Node) {
			if text, ok := d.checked(value, string(kind), check); ok && setKind(d, value, into, kind) {
				into.Place = strings.TrimSuffix(text, "/")
			}
		},
		write: func(from *gate.ReleasedSource) *yaml.Node {
			if from.Kind != kind {
				return nil
			}
			return textNode(cmp.Or(from.Place, ownRepository))
		},
	}
}

func imagesField() field[gate.ReleasedSource] {
	return field[gate.ReleasedSource]{
		name: string(gate.ReleasedImages), usage: "references of images", shape: oneOrMany(textShape()),
		read: func(d *document, into *gate.ReleasedSource, value *yaml.Node) {
			if !setKind(d, value, into, gate.ReleasedImages) {
				return
			}
			for _, item := range d.some(value, "images") {
				if text, ok := d.checked(item, "images", checkLineOf(1000)); ok {
					into.Images = append(into.Images, text)
				}
			}
		},
		write: func(from *gate.ReleasedSource) *yaml.Node { return textsNode(from.Images) },
	}
}

// setKind notes what kind of source an entry is; it can be of one only.
func setKind(d *document, value *yaml.Node, into *gate.ReleasedSource, kind gate.ReleasedKind) bool {
	if into.Kind != "" {
		d.fail(value, "an entry of released is one list: %s and %s need an entry each", into.Kind, kind)
		return false
	}
	into.Kind = kind
	return true
}

// release reads one entry of released: a reference, or a mapping.
func (f *policyFile) release(d *document, item *yaml.Node) {
	source := gate.ReleasedSource{Origin: d.origin(item)}
	if item.Kind == yaml.ScalarNode {
		text, ok := d.checked(item, "released", checkLineOf(1000))
		if !ok {
			return
		}
		source.Kind, source.Images = gate.ReleasedImages, []string{text}
		f.released = append(f.released, source)
		return
	}
	if !fill(d, item, "an entry of released", releasedFields(), &source) {
		return
	}
	if source.Kind == "" {
		d.fail(item, "an entry of released needs one of %s", strings.Join(releasedKinds(), ", "))
		return
	}
	if reason := unfit(source); reason != "" {
		d.fail(item, "%s", reason)
		return
	}
	if source.Place == ownRepository && (source.Kind == gate.ReleasedReleases || source.Kind == gate.ReleasedPackages) {
		source.Place = ""
	}
	f.released = append(f.released, source)
}

// unfit says what an entry can't have by its kind; empty where it fits.
func unfit(s gate.ReleasedSource) string {
	listsTags := slices.Contains([]gate.ReleasedKind{gate.ReleasedRegistry, gate.ReleasedReleases, gate.ReleasedPackages}, s.Kind)
	if !listsTags && (s.Versions != "" || s.Lines != "" || s.Last != 0 || s.Prereleases) {
		return fmt.Sprintf("versions, lines, last and prereleases choose among tags, and %s lists none", s.Kind)
	}
	if s.Kind != gate.ReleasedManifests && !listsTags && len(s.Tags)+len(s.Except) > 0 {
		return fmt.Sprintf("tags and except choose among tags or files, and %s lists neither", s.Kind)
	}
	return ""
}

// releasedShape takes references, and mappings with exactly one kind of source.
func releasedShape() shape {
	entry := objectShape(releasedFields())
	var one []shape
	for _, kind := range releasedKinds() {
		one = append(one, shape{"required": []string{kind}})
	}
	entry["oneOf"] = one
	return listOf(anyOf(textShape(), entry))
}

func checkLineOf(most int) func(string) error {
	return func(text string) error { return checkLine(text, most) }
}

func checkTagPattern(pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("%q is no pattern: write it like v1.*", pattern)
	}
	return nil
}

func checkVersions(text string) error {
	if _, err := semver.NewConstraint(text); err != nil {
		return fmt.Errorf("%q is no range of versions: write it like >=1.4 <3", text)
	}
	return nil
}

func checkPlatform(text string) error {
	parts := strings.Split(text, "/")
	if len(parts) < 2 || len(parts) > 3 || slices.Contains(parts, "") {
		return fmt.Errorf("%q is no platform: write it like linux/amd64 or linux/arm/v7", text)
	}
	return nil
}

func checkOwned(text string) error {
	owner, name, found := strings.Cut(text, "/")
	if text != ownRepository && (!found || owner == "" || name == "" || strings.ContainsAny(text, " :@?#")) {
		return fmt.Errorf("%q is neither owner/name nor %s", text, ownRepository)
	}
	return nil
}
