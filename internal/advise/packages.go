package advise

import (
	"context"
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Probe knows what would block if a package had another version.
type Probe interface {
	// Blocks returns the ids of the findings that block in a component with the
	// version and package URL that it has there: an advisory's own id or any of
	// its aliases. Of where the component lies it has what the findings say.
	Blocks(ctx context.Context, component gate.Component) ([]string, error)
}

// Packages gives the smallest set of version changes that clears what blocks,
// by the place in which each is made. decisions are those of a whole run: what
// does not block tells, too, which file declares a package of the image. No
// version clears the findings of other analyzers than AnalyzerScan; they are
// left out.
//
// For each package it is the least version, of those that the findings name as
// fixed and that are later than the present one, at which the probe sees nothing
// block; where there is none, the least of those at which least does. Versions
// are ordered by gate.CompareVersions. What findings do not tell is not known:
// which package brings in a transitive one, and whether a range lets the version
// in. Manifests and all in them are sorted. The error is the probe's or the
// context's.
func Packages(ctx context.Context, decisions []gate.Decision, probe Probe) ([]Manifest, error) {
	groups := groupBySite(decisions)
	asked := asker{probe: probe, known: map[question][]string{}}
	var out []Manifest
	for _, at := range sortedSites(groups) {
		manifest := at.manifest()
		for _, id := range sortedSubjects(groups[at]) {
			upgrade, err := groups[at][id].upgrade(ctx, &asked)
			if err != nil {
				return nil, err
			}
			manifest.Upgrades = append(manifest.Upgrades, upgrade)
		}
		slices.SortFunc(manifest.Upgrades, compareUpgrades)
		out = append(out, manifest)
	}
	return out, nil
}

// asker asks the probe, and each question once.
type asker struct {
	probe Probe
	known map[question][]string
}

// question is a package at a version, in one image.
type question struct {
	image, platform, distro, source string
	subject                         subject
	version                         string
}

// blocks returns what blocks at a version, each id once, sorted.
func (a *asker) blocks(ctx context.Context, f gate.Finding, version string) ([]string, error) {
	q := question{f.Image, f.Platform, f.Distro, f.Source, subjectOf(f), version}
	if known, ok := a.known[q]; ok {
		return known, nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	at := *f.Package
	at.Version, at.PURL = version, withVersion(at.PURL, at.Version, version)
	ids, err := a.probe.Blocks(ctx, gate.Component{
		Package: at, Image: f.Image, Platform: f.Platform, Distro: f.Distro, Source: f.Source, Paths: f.Paths, Location: f.Location,
	})
	if err != nil {
		return nil, fmt.Errorf("ask what blocks in %s %s: %w", at.Name, version, err)
	}
	ids = sortedSet(ids)
	a.known[q] = ids
	return ids, nil
}

func sortedSet(words []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(words)))
}
