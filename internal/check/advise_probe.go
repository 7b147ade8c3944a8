package check

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
)

// Blocks implements advise.Probe: it matches one package by itself, as if it
// stood in a bill of materials, and returns what the policies block.
func (a *adviser) Blocks(ctx context.Context, c gate.Component) ([]string, error) {
	_, missing := a.run.database.wait()
	if missing != nil {
		return nil, fmt.Errorf("%s", missing.Message)
	}
	a.asked++
	file := filepath.Join(a.run.env.TempDir, fmt.Sprintf("package-%d.cdx.json", a.asked))
	text, err := json.Marshal(billOf(c.Package))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(file) }()
	result, err := a.run.scanner().Scan(ctx, scan.Input{Name: c.Image, Platform: c.Platform, SBOM: file})
	if err != nil {
		return nil, err
	}
	if result.Analysis.Packages != 1 {
		return nil, fmt.Errorf("%s %s can't be matched by itself", c.Package.Name, c.Package.Version)
	}
	findings := result.Analysis.Findings
	for i := range findings {
		f := &findings[i]
		f.Package.Relation, f.Distro, f.Source, f.Paths, f.Location = c.Package.Relation, c.Distro, c.Source, c.Paths, c.Location
	}
	var ids []string
	for _, d := range a.decide(scanned{findings: findings}) {
		if d.Action == gate.ActionBlock || d.WouldBlock {
			ids = append(ids, d.Change.Finding.Rule)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// billOf is a bill of materials in CycloneDX that holds one package.
func billOf(p gate.Package) any {
	type component struct {
		Type    string `json:"type"`
		Name    string `json:"name"`
		Version string `json:"version"`
		PURL    string `json:"purl"`
	}
	return struct {
		Format     string      `json:"bomFormat"`
		Spec       string      `json:"specVersion"`
		Version    int         `json:"version"`
		Components []component `json:"components"`
	}{"CycloneDX", "1.5", 1, []component{{"library", p.Name, p.Version, p.PURL}}}
}
