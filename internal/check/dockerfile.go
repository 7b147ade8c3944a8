package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

// checkInputs refuses, before anything slow begins, a plan whose files are not there.
func (r *run) checkInputs() error {
	for _, image := range r.plan.Images {
		if image.Build == nil || image.Dockerfile == "" {
			continue
		}
		if err := checkContext(image.Build.Context); err != nil {
			return err
		}
		if _, err := readDockerfile(image.Dockerfile); err != nil {
			return err
		}
	}
	return nil
}

func checkContext(folder string) error {
	if gate.RemoteContext(folder) {
		return nil
	}
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &InputError{Message: fmt.Sprintf("the build context %s does not exist: give the folder that holds the Dockerfile", folder)}
	case err != nil:
		return &InputError{Message: "read the build context", Err: err}
	case !info.IsDir():
		return &InputError{Message: fmt.Sprintf("the build context %s is not a folder: give the folder, and the Dockerfile with --dockerfile", folder)}
	}
	return nil
}

// readDockerfile reads a Dockerfile and refuses one that is missing or empty.
func readDockerfile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &InputError{Message: fmt.Sprintf("there is no Dockerfile at %s: name it with --dockerfile", path)}
	case err != nil:
		return nil, &InputError{Message: "read the Dockerfile", Err: err}
	case len(strings.TrimSpace(string(data))) == 0:
		return nil, &InputError{Message: fmt.Sprintf("the Dockerfile %s is empty: it needs at least a FROM line", path)}
	}
	return data, nil
}

// lint reads and lints the image's Dockerfile; nil where it has none at hand.
func (r *run) lint(ctx context.Context, image gate.ImagePlan) (*dockerfile.File, error) {
	if image.Dockerfile == "" {
		r.unlinted(image)
		return nil, nil
	}
	data, err := readDockerfile(image.Dockerfile)
	if err != nil {
		return nil, err
	}
	file := dockerfile.Parse(image.Dockerfile, data)
	plans := r.lintPlans()
	if len(plans) == 0 {
		r.notes = append(r.notes, fmt.Sprintf("%s: the Dockerfile was not linted, because lint is switched off", image.Name))
		return file, nil
	}
	defer r.env.step("lint")()
	bases, notes := r.bases(ctx, image, file)
	var analyses []gate.Analysis
	for _, plan := range plans {
		options, err := r.lintOptionsOf(image, plan)
		if err != nil {
			return nil, err
		}
		options.Bases = bases
		analyses = append(analyses, lint.Run(ctx, file, r.env.Rules, options))
	}
	joined := joinLint(analyses)
	redact := redactor(image.Build)
	for i := range joined.Findings {
		joined.Findings[i].Message = redact(joined.Findings[i].Message)
	}
	joined.Notes = append(joined.Notes, notes...)
	r.add(joined)
	return file, nil
}

// lintOptionsOf says how the Dockerfile of an image is linted by a plan.
func (r *run) lintOptionsOf(image gate.ImagePlan, plan gate.LintPlan) (lint.Options, error) {
	options, err := lintOptions(image.Name, plan, r.env.Now)
	if err != nil {
		return lint.Options{}, err
	}
	options.Session, options.Platform = r.shell, platformOf(image)
	if image.Build == nil {
		return options, nil
	}
	options.Args = image.Build.Args
	if options.Dockerignore, err = dockerignore(image.Dockerfile, image.Build.Context); err != nil {
		return lint.Options{}, err
	}
	if options.Dockerignore == nil {
		options.Dockerignore = []byte{}
	}
	return options, nil
}

// unlinted records that a build's Dockerfile was asked to be linted and can't be.
func (r *run) unlinted(image gate.ImagePlan) {
	if image.Build == nil || len(r.lintPlans()) == 0 {
		return
	}
	r.add(gate.Analysis{Analyzer: gate.AnalyzerLint, Image: image.Name, Gaps: []gate.Gap{{
		Guard: gate.GuardAnalyzerError, Image: image.Name, Analyzer: gate.AnalyzerLint,
		Message: fmt.Sprintf("the Dockerfile lies in %s, which only the builder reads, so it was not linted", image.Build.Context),
		Next:    "build from a checkout, or say with --lint=false that the Dockerfile need not be linted",
	}}})
}

// platformOf is the platform that is built for, where it is one.
func platformOf(image gate.ImagePlan) string {
	if image.Build != nil && len(image.Build.Platforms) == 1 {
		return image.Build.Platforms[0]
	}
	return image.Platform
}

func lintOptions(image string, plan gate.LintPlan, now time.Time) (lint.Options, error) {
	options := lint.Options{
		Image: image, Now: now, Profile: lint.Profile(plan.Profile), Ignore: plan.Ignore,
		TrustedRegistries: plan.TrustedRegistries, StrictLabels: plan.StrictLabels,
		Severities: plan.Severities, NoPragmas: plan.NoPragmas, ShellCheck: lint.ShellCheck(plan.ShellCheck),
	}
	for _, name := range slices.Sorted(maps.Keys(plan.RequiredLabels)) {
		kind, err := lint.ParseLabelKind(plan.RequiredLabels[name])
		if err != nil {
			return lint.Options{}, &InputError{Err: err}
		}
		options.Labels = append(options.Labels, lint.Label{Name: name, Kind: kind})
	}
	return options, nil
}
