package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/build"
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/origin"
	"github.com/containergate/gate/internal/scan"
)

// StepBuild begins the name of a step that builds an image; the image's name follows.
const StepBuild = "build "

// target is something to scan: an image that was built or named, a folder or an SBOM.
type target struct {
	plan    gate.ImagePlan
	file    *dockerfile.File
	subject gate.Subject
	ref     string
	redact  func(string) string
	sbom    string
	// keep is where its bill of materials is left for later; empty leaves it to
	// the run.
	keep string
	// made is what gate's own build knows of the image.
	made origin.Options
	// origin tells where things came from; nil where that is not an image.
	origin *origin.Map
}

// image takes one image of the plan along the line. Lint comes first: it needs
// no builder, and what it finds holds even when the build fails.
func (r *run) image(ctx context.Context, plan gate.ImagePlan) error {
	file, err := r.lint(ctx, plan)
	if err != nil {
		return err
	}
	if plan.Build == nil {
		return r.scanTarget(ctx, target{
			plan: plan, file: file, ref: plan.Ref, sbom: plan.SBOM, redact: redactor(nil),
			subject: gate.Subject{Image: plan.Name, Source: plan.Ref, Platform: plan.Platform, Dockerfile: plan.Dockerfile, Target: plan.Target},
		})
	}
	return r.buildAndScan(ctx, plan, file)
}

func (r *run) buildAndScan(ctx context.Context, plan gate.ImagePlan, file *dockerfile.File) error {
	results, err := r.builders.build(ctx, *plan.Build, func() func() { return r.env.step(StepBuild + plan.Name) })
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	subject := gate.Subject{
		Image: plan.Name, Source: sourceBuild, Context: plan.Build.Context, Dockerfile: plan.Dockerfile,
		Target: plan.Target, BuildArgs: slices.Sorted(maps.Keys(plan.Build.Args)),
	}
	redact := redactor(plan.Build)
	if err != nil {
		if isBuildInput(err) {
			return &InputError{Err: redacted{err, redact}}
		}
		r.subjects = append(r.subjects, subject)
		r.gap(plan, buildGap(err, redact))
		return nil
	}
	subject.Builder = r.builders.name()
	if r.built != nil {
		r.built(ctx, plan)
	}
	defer r.seats[plan.Name].Leave()
	for _, result := range results {
		if !result.PlatformMatches() {
			r.platformGap(plan, result.Requested, result.Platform)
		}
		if err := r.scanTarget(ctx, builtTarget(plan, file, subject, result, redact, len(results))); err != nil {
			return err
		}
	}
	return nil
}

func builtTarget(plan gate.ImagePlan, file *dockerfile.File, subject gate.Subject, result build.Result, redact func(string) string, results int) target {
	subject.ImageID, subject.Platform = result.ImageID, result.Platform
	t := target{plan: plan, file: file, subject: subject, ref: result.Ref, redact: redact, sbom: plan.SBOM}
	t.plan.Platform = result.Platform
	t.made = origin.Options{Provenance: result.Provenance, Args: plan.Build.Args}
	if results > 1 && t.sbom != "" {
		t.sbom = strings.TrimSuffix(t.sbom, ".json") + "-" + strings.ReplaceAll(result.Platform, "/", "-") + ".json"
	}
	return t
}

// buildGap says why there is no image, with what the failed instruction printed.
func buildGap(err error, redact func(string) string) gate.Gap {
	gap := gate.Gap{Guard: gate.GuardBuildFailed, Message: redact(err.Error())}
	var failure *build.Failure
	if errors.As(err, &failure) {
		for _, line := range failure.Output {
			gap.Output = append(gap.Output, redact(line))
		}
		gap.Message = "the build failed at " + gap.Message
	}
	if !errors.Is(err, build.ErrNoBuilder) {
		gap.Next = "mend the build and run gate again"
	}
	return gap
}

// redacted hides build arguments in an error's text and keeps its chain.
type redacted struct {
	err    error
	redact func(string) string
}

func (e redacted) Error() string { return e.redact(e.err.Error()) }
func (e redacted) Unwrap() error { return e.err }

// scanTarget opens and scans; what fails becomes a gap of this image.
func (r *run) scanTarget(ctx context.Context, t target) error {
	done := r.env.step("scan " + t.plan.Name)
	defer done()
	input := scan.Input{
		Name: t.plan.Name, Platform: t.subject.Platform, SBOMPath: t.sbom, SBOMFormat: t.plan.SBOMFormat, Redact: t.redact,
		Context: r.contextOf(t.plan), Keep: cmp.Or(t.keep, r.keepSBOM()),
	}
	scheme, path, _ := strings.Cut(t.ref, ":")
	switch scheme {
	case "dir":
		input.Dir = path
	case "sbom":
		input.SBOM = path
	case "kept":
		bill, err := r.keptBill(path)
		if err != nil {
			return err
		}
		defer func() { _ = os.Remove(bill) }()
		input.SBOM = bill
	default:
		opened, err := image.Open(ctx, t.ref, image.Options{
			Platform: t.plan.Platform, Registry: r.plan.Registry, DockerHost: r.plan.Builder.DockerHost, TempDir: r.env.TempDir,
			Seat: r.seats[t.plan.Name],
		})
		if err != nil {
			return r.openFailed(ctx, t, err)
		}
		defer func() { _ = opened.Close() }()
		r.describe(&t, opened)
		input.Image, input.Platform = opened, opened.Platform()
		located := origin.New(t.file, t.plan.Target, opened, t.made)
		input.Locate, t.origin = located, located
	}
	return r.scan(ctx, t, input)
}

// describe fills in what the opened image says of itself, and holds its
// platform against the one that was asked for.
func (r *run) describe(t *target, opened *image.Image) {
	s := &t.subject
	s.ImageID, s.Platform, s.Size, s.Layers = opened.ID(), opened.Platform(), opened.Size(), len(opened.Layers())
	if s.Source == sourceBuild {
		// What was built here has no digest that a registry would know.
		return
	}
	s.Digest, s.Tags = opened.Digest(), opened.Tags()
	if asked := t.plan.Platform; asked != "" && !samePlatform(asked, s.Platform) {
		r.platformGap(t.plan, asked, s.Platform)
	}
}

// sourceBuild is the subject's source when gate built the image.
const sourceBuild = "build"

func (r *run) platformGap(image gate.ImagePlan, asked, got string) {
	r.gap(image, gate.Gap{
		Guard: gate.GuardPlatform, Platform: got,
		Message: fmt.Sprintf("the image is for %s, not for %s as asked", got, asked),
		Next:    "use a base image that exists for the platform, or ask for the platform that it is for",
	})
}

// samePlatform compares os/arch[/variant]; a variant that was not asked for may be anything.
func samePlatform(asked, got string) bool {
	return asked == got || strings.HasPrefix(got, asked+"/") || (asked == "linux/arm64/v8" && got == "linux/arm64")
}

func (r *run) openFailed(ctx context.Context, t target, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if isReadInput(err) {
		return &InputError{Err: err}
	}
	r.subjects = append(r.subjects, t.subject)
	guard := gate.GuardAnalyzerError
	if errors.Is(err, image.ErrPlatform) {
		guard = gate.GuardPlatform
	}
	r.gap(t.plan, gate.Gap{Guard: guard, Platform: t.plan.Platform, Message: t.redact(err.Error())})
	return nil
}

func (r *run) scan(ctx context.Context, t target, input scan.Input) error {
	_, missing := r.database.wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if missing != nil {
		r.subjects = append(r.subjects, t.subject)
		r.gap(t.plan, *missing)
		return nil
	}
	result, err := r.scanner().Scan(ctx, input)
	analysis, seen := result.Analysis, result.Subject
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil && isReadInput(err) {
		return &InputError{Err: err}
	}
	if err != nil {
		analysis.Gaps = append(analysis.Gaps, gate.Gap{Guard: gate.GuardAnalyzerError, Message: t.redact(err.Error())})
	}
	if r.database.old != nil {
		analysis.Gaps = append(analysis.Gaps, *r.database.old)
	}
	t.subject.Distro = seen.Distro
	r.subjects = append(r.subjects, t.subject)
	if t.origin != nil {
		analysis.Notes = append(analysis.Notes, t.origin.Notes()...)
	}
	r.add(about(t, analysis))
	if err == nil {
		r.hold(t, result.Components)
		if input.Keep != "" && t.keep == "" {
			r.keeps = append(r.keeps, keptSBOM{plan: t.plan, subject: t.subject, path: input.Keep})
		}
	}
	return r.attached(ctx, t)
}

// scanner is the one that the run's images share, once the database is open.
func (r *run) scanner() *scan.Scanner {
	return r.database.scan(scan.Options{Licenses: r.licenses, Version: r.env.Tool.Version, Now: r.env.Now})
}

// about says in an analysis and its gaps which image they are about.
func about(t target, analysis gate.Analysis) gate.Analysis {
	analysis.Analyzer, analysis.Image, analysis.Platform = gate.AnalyzerScan, t.plan.Name, t.subject.Platform
	for i := range analysis.Gaps {
		g := &analysis.Gaps[i]
		g.Image, g.Platform, g.Analyzer = analysis.Image, analysis.Platform, analysis.Analyzer
	}
	return analysis
}
