package scan

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/anchore/syft/syft/artifact"
	"github.com/anchore/syft/syft/cpe"
	"github.com/anchore/syft/syft/file"
	"github.com/anchore/syft/syft/format/syftjson/model"
	"github.com/anchore/syft/syft/linux"
	syftpkg "github.com/anchore/syft/syft/pkg"
	"github.com/anchore/syft/syft/sbom"
	"github.com/anchore/syft/syft/source"
	"github.com/go-json-experiment/json/jsontext"
)

// errNotPlain is a document that the library must read.
var errNotPlain = errors.New("it is no plain document of syft")

// plainDocument is a document in syft JSON as today's syft writes it. syft's own
// decoder reads documents of all its versions, every part of one several times,
// and works out each CPE; that is most of what scanning such a document took.
type plainDocument struct {
	Artifacts             []plainPackage       `json:"artifacts"`
	ArtifactRelationships []model.Relationship `json:"artifactRelationships"`
	Files                 []plainFile          `json:"files"`
	Source                model.Source         `json:"source"`
	Distro                model.LinuxRelease   `json:"distro"`
	Schema                model.Schema         `json:"schema"`
	Functions             packedFunctions      `json:"functions"`
}

// plainFile is a file of which only what could not be read in it counts.
type plainFile struct {
	Location file.Coordinates `json:"location"`
	Unknowns []string         `json:"unknowns"`
}

type plainPackage struct {
	ID           artifact.ID      `json:"id"`
	Name         string           `json:"name"`
	Version      string           `json:"version"`
	Type         syftpkg.Type     `json:"type"`
	FoundBy      string           `json:"foundBy"`
	Locations    []file.Location  `json:"locations"`
	Licenses     []model.License  `json:"licenses"`
	Language     syftpkg.Language `json:"language"`
	CPEs         jsontext.Value   `json:"cpes"`
	PURL         string           `json:"purl"`
	MetadataType string           `json:"metadataType"`
	Metadata     jsontext.Value   `json:"metadata"`
}

// plainSBOM reads a document for matching alone: what it gives lacks the CPEs
// that no matcher looks at, functions that it need not know, and most of what is
// said of files. An error means
// only that the library must read the document: it is of another format or
// version, or needs what the library fills in.
func plainSBOM(ctx context.Context, text []byte, f *functions) (*sbom.SBOM, []syftpkg.Package, error) {
	var d plainDocument
	if err := decodeJSON(text, &d); err != nil {
		return nil, nil, err
	}
	if d.Schema.Version == "" || !strings.Contains(d.Schema.URL, "anchore/syft") {
		return nil, nil, errNotPlain
	}
	f.packed = d.Functions
	packages, err := d.packages(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	return &sbom.SBOM{
		Artifacts:     sbom.Artifacts{Unknowns: d.unknowns(), LinuxDistribution: releaseOf(d.Distro)},
		Source:        source.Description{ID: d.Source.ID, Name: d.Source.Name, Version: d.Source.Version, Supplier: d.Source.Supplier, Metadata: d.Source.Metadata},
		Relationships: d.relationships(),
	}, packages, nil
}

// packages reads the packages on all processors.
func (d plainDocument) packages(ctx context.Context, f *functions) ([]syftpkg.Package, error) {
	ids := make(map[artifact.ID]bool, len(d.Artifacts))
	for _, p := range d.Artifacts {
		if p.ID == "" || ids[p.ID] {
			return nil, errNotPlain
		}
		ids[p.ID] = true
	}
	f.expect(ctx, d.Artifacts)
	packages := make([]syftpkg.Package, len(d.Artifacts))
	readers := metadataReaders(f)
	err := inBatches(len(packages), func(i int) (err error) {
		defer func() {
			if broken := recover(); broken != nil {
				err = errNotPlain
			}
		}()
		packages[i], err = d.Artifacts[i].read(readers[d.Artifacts[i].MetadataType])
		return err
	})
	return packages, err
}

// read makes syft's package of it. reader is nil for metadata of a kind that is
// left to the library.
func (p plainPackage) read(reader metadataReader) (syftpkg.Package, error) {
	if reader == nil {
		return syftpkg.Package{}, errNotPlain
	}
	metadata, err := reader(p)
	if err != nil {
		return syftpkg.Package{}, err
	}
	if !p.whole(metadata) {
		return syftpkg.Package{}, errNotPlain
	}
	out := syftpkg.Package{
		Name: p.Name, Version: p.Version, FoundBy: p.FoundBy, Language: p.Language, Type: p.Type, PURL: p.PURL, Metadata: metadata,
		Locations: file.NewLocationSet(p.Locations...),
	}
	if out.Language == "" {
		out.Language = syftpkg.LanguageFromPURL(p.PURL)
	}
	for _, l := range p.Licenses {
		out.Licenses.Add(syftpkg.License{
			Value: l.Value, SPDXExpression: l.SPDXExpression, Type: l.Type, URLs: l.URLs, Contents: l.Contents,
			Locations: file.NewLocationSet(l.Locations...),
		})
	}
	if readsCPEs(p.Type) {
		if out.CPEs, err = p.cpes(); err != nil {
			return syftpkg.Package{}, err
		}
	}
	out.OverrideID(p.ID)
	return out, nil
}

func (p plainPackage) cpes() ([]cpe.CPE, error) {
	if len(p.CPEs) == 0 {
		return nil, nil
	}
	var listed []model.CPE
	if err := decodeJSON(p.CPEs, &listed); err != nil {
		return nil, err
	}
	var out []cpe.CPE
	for _, c := range listed {
		// One that can't be read is left out by the library, too.
		if value, err := cpe.New(c.Value, cpe.Source(c.Source)); err == nil {
			out = append(out, value)
		}
	}
	return out, nil
}

// whole reports whether there is nothing that the library fills in from the
// package URL.
func (p plainPackage) whole(metadata any) bool {
	if p.Name == "" || p.Version == "" || p.Type == "" {
		return false
	}
	qualifiers := strings.ToLower(p.PURL)
	told := func(known bool, qualifier string) bool { return known || !strings.Contains(qualifiers, qualifier+"=") }
	if !told(false, "cpes") || p.Type == syftpkg.RpmPkg && !told(hasEpoch(p.Version), "epoch") {
		return false
	}
	if !ofSystem(p.Type) {
		return metadata != nil || p.Type != syftpkg.JavaPkg
	}
	switch m := metadata.(type) {
	case syftpkg.RpmDBEntry:
		return told(m.Arch != "", "arch") && told(m.ModularityLabel != nil, "rpmmod")
	case syftpkg.DpkgDBEntry:
		return told(m.Architecture != "", "arch")
	case syftpkg.ApkDBEntry:
		return told(m.Architecture != "", "arch")
	}
	return false
}

// hasEpoch reports whether a version of rpm begins with its epoch.
func hasEpoch(version string) bool {
	epoch, _, found := strings.Cut(version, ":")
	return found && epoch != "" && strings.Trim(epoch, "0123456789") == ""
}

// reference is a package that a relationship names.
type reference string

// ID implements artifact.Identifiable.
func (r reference) ID() artifact.ID { return artifact.ID(r) }

// relationships are those that are read: which package lies in which other, and
// which owns the files of which.
func (d plainDocument) relationships() []artifact.Relationship {
	var out []artifact.Relationship
	for _, r := range d.ArtifactRelationships {
		switch kind := artifact.RelationshipType(r.Type); kind {
		case artifact.OwnershipByFileOverlapRelationship, artifact.ContainsRelationship:
			out = append(out, artifact.Relationship{From: reference(r.Parent), To: reference(r.Child), Type: kind, Data: r.Metadata})
		}
	}
	return out
}

func (d plainDocument) unknowns() map[file.Coordinates][]string {
	out := map[file.Coordinates][]string{}
	for _, f := range d.Files {
		if len(f.Unknowns) > 0 {
			out[f.Location] = f.Unknowns
		}
	}
	return out
}

// releaseOf is a distribution's own description of itself; nil where there is none.
func releaseOf(d model.LinuxRelease) *linux.Release {
	r := linux.Release{
		PrettyName: d.PrettyName, Name: d.Name, ID: d.ID, IDLike: d.IDLike, Version: d.Version, VersionID: d.VersionID,
		VersionCodename: d.VersionCodename, BuildID: d.BuildID, ImageID: d.ImageID, ImageVersion: d.ImageVersion,
		Variant: d.Variant, VariantID: d.VariantID, HomeURL: d.HomeURL, SupportURL: d.SupportURL, BugReportURL: d.BugReportURL,
		PrivacyPolicyURL: d.PrivacyPolicyURL, CPEName: d.CPEName, SupportEnd: d.SupportEnd, ExtendedSupport: d.ExtendedSupport,
	}
	if text, err := json.Marshal(d); err == nil && string(text) == "{}" {
		return nil
	}
	return &r
}
