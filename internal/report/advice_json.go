package report

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// AdviceVersion is the version of the JSON that AdviceJSON writes.
const AdviceVersion = "gate-advice/1"

type adviceDocument struct {
	Schema   string           `json:"schema"`
	Tool     gate.Tool        `json:"tool"`
	Complete bool             `json:"complete"`
	Reasons  []string         `json:"reasons"`
	Bases    []adviceBase     `json:"bases"`
	Packages []adviceManifest `json:"packages"`
	Notes    []string         `json:"notes"`
}

type adviceBase struct {
	Image       string                `json:"image"`
	Path        string                `json:"path"`
	Line        int                   `json:"line"`
	Ships       bool                  `json:"ships"`
	Reference   string                `json:"reference"`
	Digest      string                `json:"digest,omitempty"`
	Platform    string                `json:"platform"`
	Size        int64                 `json:"size,omitempty"`
	Unknown     string                `json:"unknown,omitempty"`
	Blocking    []string              `json:"blocking"`
	Severities  map[gate.Severity]int `json:"severities"`
	Recommended string                `json:"recommended,omitempty"`
	Options     []adviceOption        `json:"options"`
}

type adviceOption struct {
	Tag        string                `json:"tag"`
	Kind       advise.Kind           `json:"kind"`
	Reference  string                `json:"reference"`
	Digest     string                `json:"digest"`
	Size       int64                 `json:"size,omitempty"`
	Caution    string                `json:"caution,omitempty"`
	Blocking   []string              `json:"blocking"`
	Severities map[gate.Severity]int `json:"severities"`
	Removed    []string              `json:"removed"`
	Added      []string              `json:"added"`
	Gaps       []gate.Gap            `json:"gaps,omitempty"`
	Edit       *adviceEdit           `json:"edit,omitempty"`
	Unedited   string                `json:"unedited,omitempty"`
}

type adviceEdit struct {
	Line int    `json:"line"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

type adviceManifest struct {
	Kind      advise.ManifestKind `json:"kind"`
	Image     string              `json:"image"`
	Path      string              `json:"path,omitempty"`
	Line      int                 `json:"line,omitempty"`
	BaseImage string              `json:"baseImage,omitempty"`
	Distro    string              `json:"distro,omitempty"`
	Command   string              `json:"command,omitempty"`
	Upgrades  []adviceUpgrade     `json:"upgrades"`
}

type adviceUpgrade struct {
	Package gate.Package      `json:"package"`
	To      string            `json:"to,omitempty"`
	Clears  []string          `json:"clears"`
	Left    map[string]string `json:"left,omitempty"`
	Line    int               `json:"line,omitempty"`
	Files   []string          `json:"files,omitempty"`
}

// AdviceJSON writes advice for programs.
func AdviceJSON(w io.Writer, tool gate.Tool, a advise.Advice, incomplete []string) error {
	doc := adviceDocument{
		Schema: AdviceVersion, Tool: tool, Complete: len(incomplete) == 0, Reasons: list(incomplete), Notes: list(a.Notes),
		Bases: []adviceBase{}, Packages: []adviceManifest{},
	}
	for _, b := range a.Bases {
		doc.Bases = append(doc.Bases, jsonBase(b))
	}
	for _, m := range a.Manifests {
		doc.Packages = append(doc.Packages, jsonManifest(m))
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(doc); err != nil {
		return err
	}
	_, err := w.Write(plain.JSON(b.Bytes()))
	return err
}

func jsonBase(b advise.Base) adviceBase {
	out := adviceBase{
		Image: b.Image, Path: b.Path, Line: b.Line, Ships: b.Ships, Reference: b.Reference, Digest: b.Digest, Platform: b.Platform,
		Size: b.Size, Unknown: b.Unknown, Blocking: ids(b.Now.Blocking), Severities: b.Now.LeftBy, Options: []adviceOption{},
	}
	for i, o := range b.Options {
		if i == b.Recommended {
			out.Recommended = o.Reference
		}
		one := adviceOption{
			Tag: o.Tag, Kind: o.Kind, Reference: o.Reference, Digest: o.Digest, Size: o.Size, Caution: o.Caution, Blocking: ids(o.Blocking),
			Severities: o.LeftBy, Removed: ids(o.Removed), Added: ids(o.Added), Gaps: o.Gaps, Unedited: o.Unedited,
		}
		if o.Edit != nil {
			one.Edit = &adviceEdit{o.Edit.Line, o.Edit.Old, o.Edit.New}
		}
		out.Options = append(out.Options, one)
	}
	return out
}

func jsonManifest(m advise.Manifest) adviceManifest {
	out := adviceManifest{
		Kind: m.Kind, Image: m.Image, Path: m.Path, Line: m.Line, BaseImage: m.BaseImage, Distro: m.Distro, Command: m.Command(), Upgrades: []adviceUpgrade{},
	}
	for _, u := range m.Upgrades {
		one := adviceUpgrade{Package: u.Package, To: u.To, Clears: list(u.Clears), Line: u.Line, Files: u.Files}
		for _, left := range u.Left {
			if one.Left == nil {
				one.Left = map[string]string{}
			}
			one.Left[left.ID] = left.Why
		}
		out.Upgrades = append(out.Upgrades, one)
	}
	return out
}

// ids are those of findings, with the package that each is about.
func ids(findings []gate.Finding) []string {
	out := []string{}
	for _, f := range findings {
		text := f.Rule
		if f.Package != nil {
			text += " " + f.Package.Name
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}
