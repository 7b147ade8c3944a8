package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/rescan/store"
)

// scanned is what was found in an image of a registry.
type scanned struct {
	// digest is that of the manifest; size what the layers take to download.
	digest   string
	size     int64
	findings []gate.Finding
	gaps     []gate.Gap
}

// scan scans an image of a repository as if it were the logical one, from its
// bill of materials where one is kept.
func (a *adviser) scan(ctx context.Context, logical, repository string, one image.PlatformImage) (scanned, error) {
	if found, known := a.done[logical+" "+one.Digest]; known {
		return found, nil
	}
	ref, keep := a.source(ctx, repository, one)
	sub := a.run.forBase(gate.ImagePlan{Name: logical})
	sub.env.Step = func(string) func() { return a.run.env.step("scan " + repository + "@" + shortDigest(one.Digest)) }
	plan := gate.ImagePlan{Name: logical, Platform: one.Platform}
	err := sub.scanTarget(ctx, target{plan: plan, ref: ref, keep: keep, redact: redactor(nil), subject: gate.Subject{Image: logical, Source: ref, Platform: one.Platform}})
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return scanned{}, err
	}
	found := scanned{digest: one.Digest, size: one.Size}
	for _, analysis := range sub.analyses {
		found.findings = append(found.findings, analysis.Findings...)
		found.gaps = append(found.gaps, analysis.Gaps...)
	}
	_, verdict := gate.DecideStrictest(nil, found.gaps, a.run.plan.Policy, gate.FloorsOf(a.run.beside()), a.run.env.Now)
	found.gaps = verdict.Gaps
	if keep != "" && len(found.gaps) == 0 {
		a.put(ctx, repository, one, keep)
	}
	a.done[logical+" "+one.Digest] = found
	return found, nil
}

func shortDigest(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }

// source is where an image is read, and where its bill of materials is left to
// be kept; empty where it is kept already, or nothing is.
func (a *adviser) source(ctx context.Context, repository string, one image.PlatformImage) (ref, keep string) {
	ref = "registry:" + repository + "@" + one.Digest
	if a.store == nil {
		return ref, ""
	}
	file := filepath.Join(a.run.env.TempDir, fmt.Sprintf("base-%d.json", len(a.done)))
	entry, err := a.store.Get(ctx, one.Digest)
	if err == nil && entry.Info.Format == "syft-json" && entry.Info.Cataloguer == a.cataloguer() {
		if os.WriteFile(file, entry.SBOM, 0o600) == nil {
			return "sbom:" + file, ""
		}
	}
	if err != nil && !errors.Is(err, store.ErrMissing) {
		a.advice.Notes = append(a.advice.Notes, fmt.Sprintf("What is kept of %s can't be read: %v.", repository, err))
	}
	return ref, file
}

// cataloguer is what makes bills of materials: another version may find more.
func (a *adviser) cataloguer() string { return a.run.env.Tool.Name + " " + a.run.env.Tool.Version }

// put keeps a bill of materials. That it can't be kept costs time and nothing else.
func (a *adviser) put(ctx context.Context, repository string, one image.PlatformImage, file string) {
	text, err := os.ReadFile(file)
	if err == nil {
		err = a.store.Put(ctx, store.Entry{SBOM: text, Info: store.Info{
			Digest: one.Digest, Platform: one.Platform, Reference: repository, ConfigID: one.ConfigID, ImageSize: one.Size,
			Format: "syft-json", Cataloguer: a.cataloguer(), Catalogued: a.run.env.Now,
		}})
	}
	if err != nil {
		a.advice.Notes = append(a.advice.Notes, fmt.Sprintf("The bill of materials of %s is not kept: %v.", repository, err))
	}
}

// decide says what the policies have to say of an image by itself.
func (a *adviser) decide(found scanned) []gate.Decision {
	decisions, _ := gate.DecideStrictest(gate.AllNew(found.findings), nil, a.run.plan.Policy, gate.FloorsOf(a.run.beside()), a.run.env.Now)
	return decisions
}
