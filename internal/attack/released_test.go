package attack_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/deliver/tracking"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/report/fleet"
	"github.com/containergate/gate/internal/rescan"
	"github.com/containergate/gate/internal/rescan/store"
)

// onReleased is what somebody tries who may write to a registry or a release, or
// comment on an issue, so that a released image seems clean.
func onReleased() map[string]attack {
	return map[string]attack{
		"bill-that-hides":          billThatHides,
		"withdraw-the-image":       withdrawTheImage,
		"forge-a-tracking-issue":   forgeATrackingIssue,
		"text-of-a-released-image": textOfAReleasedImage,
	}
}

// rescanned scans what is released, as one process does.
func rescanned(t *testing.T, kept store.Store, asset string, released ...gate.Released) gate.Fleet {
	t.Helper()
	env := environment(t)
	plan := gate.Plan{Policy: gate.DefaultPolicy(), Database: gate.DatabasePlan{Source: database(t)}}
	line := check.NewFleet(plan, env)
	defer line.Close()
	line.OpenDatabase(t.Context())
	world := &rescan.World{
		Tool: env.Tool, Now: env.Now, TempDir: env.TempDir, Store: kept, Fleet: line, Trust: true,
		Assets: func(context.Context, gate.ReleasedBill) ([]byte, error) { return []byte(asset), nil },
	}
	defer world.Close()
	made, err := world.Prepare(t.Context(), released, nil, 1, kept)
	if err != nil {
		t.Fatal(err)
	}
	result, err := world.Run(t.Context(), made.Part(1), kept)
	if err != nil {
		t.Fatal(err)
	}
	found, memory, err := world.Conclude(t.Context(), made, []rescan.Result{result}, kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := memory.Write(t.Context()); err != nil {
		t.Fatal(err)
	}
	return found
}

func emptyStore(t *testing.T) store.Store {
	t.Helper()
	kept, err := store.Open(t.Context(), t.TempDir(), gate.RegistryPlan{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	return kept
}

// matters holds that the vulnerability asks for action in the first release.
func matters(t *testing.T, f gate.Fleet) {
	t.Helper()
	if !slices.ContainsFunc(f.Images[0].Matters(), func(o gate.Observed) bool { return o.Finding.Is(vulnerable) }) {
		t.Errorf("%s is hidden: %+v", vulnerable, f.Images[0])
	}
}

func billThatHides(t *testing.T) {
	const nothing = `{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"x","documentNamespace":"https://example.com/x","creationInfo":{"created":"2026-09-01T00:00:00Z","creators":["Tool: x"]},"packages":[]}`
	ref, digest := shopRegistry(t)
	released := gate.Released{Name: "shop", Reference: ref, Listed: []string{"test"}, Bills: []gate.ReleasedBill{{Repository: repository, Asset: 1, Name: "shop.spdx.json"}}}
	t.Run("beside a program of the release", func(t *testing.T) {
		const other = `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1"}]}`
		matters(t, rescanned(t, emptyStore(t), other, released))
	})
	t.Run("without packages, in the release", func(t *testing.T) {
		matters(t, rescanned(t, emptyStore(t), strings.Replace(nothing, `"name":"x"`, `"name":"shop@`+digest.String()+`"`, 1), released))
	})
	t.Run("without packages, in the store", func(t *testing.T) {
		kept := emptyStore(t)
		if err := kept.Put(t.Context(), store.Entry{SBOM: []byte(nothing), Info: store.Info{Digest: digest.String(), Format: "spdx-json", Origin: "x"}}); err != nil {
			t.Fatal(err)
		}
		matters(t, rescanned(t, kept, "", released))
	})
	t.Run("without packages, beside the image", func(t *testing.T) {
		const spdx = "application/spdx+json"
		parsed, err := name.ParseReference(ref)
		if err != nil {
			t.Fatal(err)
		}
		subject, err := remote.Head(parsed)
		if err != nil {
			t.Fatal(err)
		}
		image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), spdx)
		if image, err = mutate.Append(image, mutate.Addendum{Layer: static.NewLayer([]byte(nothing), spdx), MediaType: spdx}); err != nil {
			t.Fatal(err)
		}
		referring, ok := mutate.Subject(image, *subject).(v1.Image)
		if !ok {
			t.Fatal("a subject makes no image")
		}
		push(t, strings.TrimSuffix(ref, ":1")+":bill", referring)
		matters(t, rescanned(t, emptyStore(t), "", released))
	})
}

func withdrawTheImage(t *testing.T) {
	ref, digest := shopRegistry(t)
	released := gate.Released{Name: "shop", Reference: ref, Listed: []string{"test"}}
	kept := emptyStore(t)
	matters(t, rescanned(t, kept, "", released))
	parsed, err := name.ParseReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []name.Reference{parsed, parsed.Context().Digest(digest.String())} {
		if err := remote.Delete(gone); err != nil {
			t.Fatal(err)
		}
	}
	after := rescanned(t, kept, "", released)
	matters(t, after)
	if after.Complete() {
		t.Error("an image that is gone counts as scanned")
	}
}

// still waits for nothing.
func still(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func forgeATrackingIssue(t *testing.T) {
	p := propose(t, shop(), tree{"new": "x"})
	ref, _ := shopRegistry(t)
	found := rescanned(t, emptyStore(t), "", gate.Released{Name: "shop", Reference: ref, Listed: []string{"test"}})
	options := tracking.Options{Repository: repository, Sleep: still}
	tracking.Deliver(t.Context(), found, connect(t, p.URL()), options)
	ours := p.Repository(repository).Issues[0]
	forged := githubtest.Issue{Number: 900, Title: ours.Title, Body: ours.Body, Author: "mallory", State: "open", Labels: ours.Labels}
	p.Change(repository, func(r *githubtest.Repository) { r.Issues = []githubtest.Issue{forged} })
	tracking.Deliver(t.Context(), found, connect(t, p.URL()), options)
	issues := p.Repository(repository).Issues
	if len(issues) != 2 || issues[0].Body != forged.Body || issues[0].State != "open" || issues[1].Author == "mallory" {
		t.Errorf("the issues are %+v", issues)
	}
}

func textOfAReleasedImage(t *testing.T) {
	p := propose(t, shop(), tree{"new": "x"})
	hostile := gate.Finding{
		Rule: acting, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh, Image: acting, Platform: acting, Message: acting, Distro: acting,
		Package: &gate.Package{Name: acting, Version: acting, Type: acting, PURL: acting}, Fix: &gate.Fix{State: gate.FixFixed, Versions: []string{acting}},
		Advisory: &gate.Advisory{Description: acting, URLs: []string{"javascript:alert(1)", acting}},
	}
	found := gate.Fleet{Time: today(), Images: []gate.FleetImage{{Name: acting, Releases: []gate.Release{{
		Reference: acting, Platform: acting, Digest: acting, Listed: []string{acting}, Notes: []string{acting}, Packages: 1,
		Observed: []gate.Observed{{Finding: hostile, Status: gate.StatusNew, Action: gate.ActionBlock, Why: acting, Worse: []string{acting}, Remedy: gate.Remedy{Kind: gate.RemedyRebuild, Package: acting, To: acting}}},
		Gaps:     []gate.Gap{{Guard: gate.GuardUnreadable, Message: acting, Next: acting}},
	}}}}}
	tracking.Deliver(t.Context(), found, connect(t, p.URL()), tracking.Options{Repository: repository, Sleep: still})
	issues := p.Repository(repository).Issues
	if len(issues) != 1 {
		t.Fatalf("%d issues were opened", len(issues))
	}
	var summary, terminal bytes.Buffer
	if err := fleet.Markdown(&summary, found, fleet.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := fleet.Terminal(&terminal, found, fleet.Options{}); err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"title": issues[0].Title, "issue": issues[0].Body, "summary": summary.String(), "terminal": terminal.String()} {
		quiet(t, where, text)
	}
	for where, text := range map[string]string{"issue": issues[0].Body, "summary": summary.String()} {
		if acting := acts(text); acting != "" {
			t.Errorf("the Markdown of the %s acts: %s", where, acting)
		}
	}
}
