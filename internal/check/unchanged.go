package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/inputs"
)

// asBefore takes the images that the base commit's files define into the
// baseline, where the repository's files define images. What the change no
// longer defines, and still has the Dockerfile of, is examined all the same: an
// image is not to be had out of the way by editing the file that names it.
func (c *comparison) asBefore(ctx context.Context) {
	r := c.run
	if len(r.plan.Discover.Kinds) == 0 || r.env.BaseImages == nil || r.plan.Baseline.Commit == "" {
		return
	}
	if r.plan.Floor == nil && len(r.plan.Baseline.Wanted()) == 0 && !r.plan.SkipUnchanged {
		return
	}
	images, err := c.baseImages(ctx)
	if err != nil {
		c.tree = &tree{err: fmt.Errorf("which images the base commit has is not known: %w", err)}
		if r.plan.Floor != nil && ctx.Err() == nil {
			r.add(gate.Analysis{Analyzer: gate.AnalyzerPolicy, Gaps: []gate.Gap{{
				Guard: gate.GuardPolicy, Analyzer: gate.AnalyzerPolicy, Message: c.plain(c.tree.err),
				Next: "check out with fetch-depth: 2, or give the action its token",
			}}})
		}
		return
	}
	r.plan.Baseline.Images = images
	for _, image := range images {
		there := slices.ContainsFunc(r.plan.Images, func(i gate.ImagePlan) bool { return i.Name == image.Name })
		if there || image.Build == nil || image.Dockerfile == "" {
			continue
		}
		if _, err := os.Stat(image.Dockerfile); err != nil {
			r.note(fmt.Sprintf("the image %s of the base commit is gone, and so is its Dockerfile", image.Name))
			continue
		}
		r.note(fmt.Sprintf("no file defines the image %s any more, but the base commit's do: it is examined all the same", image.Name))
		image.SBOM = ""
		r.plan.Images = append(r.plan.Images, image)
	}
}

func (c *comparison) baseImages(ctx context.Context) ([]gate.ImagePlan, error) {
	t, err := c.files(ctx)
	if err != nil {
		return nil, err
	}
	images, err := c.run.env.BaseImages(ctx, t.root)
	if images == nil {
		images = []gate.ImagePlan{}
	}
	return images, err
}

// skip leaves an image out that the change can't affect, if that is wanted. Its
// Dockerfile is linted all the same, which costs nothing.
func (c *comparison) skip(ctx context.Context, image gate.ImagePlan) (bool, error) {
	r := c.run
	if !r.plan.SkipUnchanged || image.Build == nil {
		return false, nil
	}
	defer r.env.step("inputs " + image.Name)()
	unchanged, why, err := c.unchanged(ctx, image)
	if err != nil {
		return false, err
	}
	if unchanged == nil {
		r.note(fmt.Sprintf("%s is examined: %s", image.Name, redactor(image.Build)(c.plain(errors.New(why)))))
		return false, nil
	}
	if _, err := r.lint(ctx, image); err != nil {
		return false, err
	}
	r.note(fmt.Sprintf("%s is unchanged since %s: its inputs (%d files, %s) are the same, so it was neither built nor scanned",
		image.Name, shortCommit(unchanged.Since), unchanged.Files, shortDigest(unchanged.Inputs)))
	r.subjects = append(r.subjects, gate.Subject{
		Image: image.Name, Source: sourceBuild, Context: image.Build.Context, Dockerfile: image.Dockerfile, Target: image.Target, Unchanged: unchanged,
	})
	c.skipped[image.Name] = true
	return true, nil
}

// unchanged compares what goes into an image with what went into the base's.
// Without a result it says why the image is examined.
func (c *comparison) unchanged(ctx context.Context, image gate.ImagePlan) (same *gate.Unchanged, why string, err error) {
	if why := c.whyAll(image); why != "" {
		return nil, why, nil
	}
	t, err := c.files(ctx)
	if err != nil {
		return nil, err.Error(), context.Cause(ctx)
	}
	was, ok := c.run.plan.Baseline.Image(image)
	if !ok || was.Build == nil {
		return nil, errNewImage.Error(), nil
	}
	before, err := c.inputs(ctx, t.root, was)
	if err != nil {
		return nil, "", err
	}
	now, err := c.inputs(ctx, c.run.env.Root, image)
	if err != nil {
		return nil, "", err
	}
	if inputs.Same(before, now) && sameBuild(was, image) {
		return &gate.Unchanged{Since: c.run.plan.Baseline.Commit, Inputs: now.Digest, Files: now.Files}, "", nil
	}
	return nil, c.difference(before, now), nil
}

// whyAll says why an image is examined whatever its inputs are.
func (c *comparison) whyAll(image gate.ImagePlan) string {
	plan := c.run.plan
	switch {
	case plan.Baseline.Commit == "":
		return "there is no base commit to compare its inputs with"
	case plan.Baseline.Keep != "":
		return "what is found is kept for later runs"
	case image.SBOM != "":
		return "its bill of materials is asked for"
	case plan.Floor != nil && slices.ContainsFunc(plan.Floor.Edits, func(e gate.Edit) bool { return e.Kind == gate.EditPolicy }):
		return "the policy changes"
	case slices.ContainsFunc(plan.Images, func(i gate.ImagePlan) bool { return i.Name == image.Name && !sameBuild(i, image) }):
		return "several images have its name"
	}
	return ""
}

// sameBuild reports whether two plans ask for the same of the builder, beyond
// what the inputs hold.
func sameBuild(a, b gate.ImagePlan) bool {
	return a.Target == b.Target && a.Platform == b.Platform && slices.Equal(a.Build.Platforms, b.Build.Platforms)
}

// inputs are those of an image in a folder that stands for the working directory.
func (c *comparison) inputs(ctx context.Context, root string, plan gate.ImagePlan) (inputs.Inputs, error) {
	if c.configs == nil {
		c.configs = image.NewBaseReader(c.run.plan.Registry, c.run.plan.Builder.DockerHost)
	}
	found, err := inputs.Of(ctx, inputs.Build{Root: root, Spec: *plan.Build, Base: c.baseConfig})
	if err != nil {
		return inputs.Inputs{}, err
	}
	for _, name := range found.Bases {
		// Another image of this run may be what this one is built on.
		if slices.ContainsFunc(c.run.plan.Images, func(i gate.ImagePlan) bool { return i.Name == baseName(name) }) {
			found.Digest = ""
			found.Unknown = append(found.Unknown, inputs.Reason{Path: plan.Dockerfile, Why: "it takes from " + name + ", which may be an image of this repository"})
		}
	}
	return found, nil
}

// baseName is the last element of an image's name.
func baseName(reference string) string {
	name, _, _ := strings.Cut(reference, "@")
	name, _, _ = strings.Cut(path.Base(filepath.ToSlash(name)), ":")
	return name
}

// baseConfig asks for the configuration of a base image, once for both sides.
func (c *comparison) baseConfig(ctx context.Context, reference, platform string) (inputs.Base, error) {
	if platform == "" {
		platform = hostPlatform()
	}
	key := reference + " " + platform
	if known, ok := c.known[key]; ok {
		return known.base, known.err
	}
	limited, cancel := context.WithTimeout(ctx, baseTimeout)
	defer cancel()
	config, err := c.configs.Read(limited, reference, platform)
	answer := baseInputs{inputs.Base{Env: config.Env, Triggers: config.OnBuild}, err}
	if ctx.Err() == nil {
		c.known[key] = answer
	}
	return answer.base, answer.err
}

// baseInputs is what came of asking for a base image.
type baseInputs struct {
	base inputs.Base
	err  error
}

// difference says in words why an image is affected.
func (c *comparison) difference(before, now inputs.Inputs) string {
	for _, side := range []inputs.Inputs{now, before} {
		if len(side.Unknown) > 0 {
			return "what goes into it is not known: " + side.Unknown[0].String()
		}
	}
	const most = 3
	if lines := inputs.Diff(before, now, most); len(lines) > 0 {
		return strings.Join(lines, ", ")
	}
	return "it is built otherwise"
}

// asExisting are the findings of an image that is as it was.
func asExisting(findings []gate.Finding) []gate.Change {
	return baseline.Mark(baseline.Base{Findings: findings}, findings)
}
