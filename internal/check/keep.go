package check

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/wholefile"
)

// keepSBOM is where the scan of a target leaves what later runs are compared
// with; empty when nothing is kept.
func (r *run) keepSBOM() string {
	if r.base || r.plan.Baseline.Keep == "" {
		return ""
	}
	return filepath.Join(r.env.TempDir, fmt.Sprintf("keep-%d.json", len(r.subjects)))
}

// keptSBOM is a bill of materials that was left.
type keptSBOM struct {
	plan    gate.ImagePlan
	subject gate.Subject
	path    string
}

// keep writes what later runs compare with, of every image that was examined to
// the end. Nothing of it bears on the verdict.
func (r *run) keep() {
	plan := r.plan.Baseline
	if plan.Keep == "" {
		return
	}
	for _, k := range r.keeps {
		if err := r.keepOne(k); err != nil {
			r.note(fmt.Sprintf("%s: nothing is kept for later runs to compare with: %v", k.plan.Name, err))
		}
	}
}

func (r *run) keepOne(k keptSBOM) (err error) {
	kept := baseline.Kept{
		Tool: r.env.Tool, Image: k.plan.Name, Platform: k.subject.Platform, Digest: k.subject.Digest,
		Commit: r.plan.Baseline.Head, Created: r.env.Now, Complete: r.complete(k.plan.Name),
	}
	var findings []gate.Finding
	for _, a := range r.analyses {
		for _, data := range a.Data {
			kept.Captured = data.Captured
		}
		for _, f := range a.Findings {
			if f.Image == k.plan.Name && (f.Platform == "" || f.Platform == k.subject.Platform) {
				findings = append(findings, f)
			}
		}
	}
	kept.Known = baseline.KnownOf(findings)
	if k.plan.Dockerfile != "" {
		text, err := os.ReadFile(k.plan.Dockerfile)
		if err != nil {
			return err
		}
		kept.Dockerfile = &baseline.Dockerfile{Path: filepath.ToSlash(filepath.Clean(k.plan.Dockerfile)), Text: string(text)}
	}
	if kept.SBOM, err = os.ReadFile(k.path); err != nil {
		return err
	}
	place := gate.BaselineCandidate{Kind: gate.BaselineKept, Place: r.plan.Baseline.Keep}.For(k.plan.Name, k.subject.Platform)
	return writeKept(place, kept)
}

// writeKept writes in one step: either all of it is there afterwards, or what
// was there before.
func writeKept(place string, kept baseline.Kept) error {
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil { //nolint:gosec // A folder of the workspace, which later steps read.
		return err
	}
	return wholefile.Write(place, 0o644, func(w io.Writer) error { return baseline.Write(w, kept) })
}

// complete reports whether no gap of an image stays open.
func (r *run) complete(image string) bool {
	var gaps []gate.Gap
	for _, a := range r.analyses {
		if a.Image == image {
			gaps = append(gaps, a.Gaps...)
		}
	}
	policies := append([]gate.Policy{r.plan.Policy}, gate.FloorsOf(r.beside())...)
	return gate.Summarize(nil, gaps, policies...).Complete
}

// checkKeep refuses a place that would hold one image's in another's stead.
func (r *run) checkKeep() error {
	place := r.plan.Baseline.Keep
	switch {
	case place == "":
		return nil
	case len(r.plan.Images) > 1 && !strings.Contains(place, "{image}"):
		return &InputError{Message: fmt.Sprintf("keep-baseline %s is one file for several images: put {image} into it", place)}
	case severalPlatforms(r.plan.Images) && !strings.Contains(place, "{platform}"):
		return &InputError{Message: fmt.Sprintf("keep-baseline %s is one file for several platforms: put {platform} into it", place)}
	}
	return nil
}

func severalPlatforms(images []gate.ImagePlan) bool {
	for _, image := range images {
		if image.Build != nil && len(image.Build.Platforms) > 1 {
			return true
		}
	}
	return false
}
