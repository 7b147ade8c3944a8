package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

// stdin is the path that stands for standard input.
const stdin = "-"

// Lint lints files and nothing else. Paths are files, folders or "-" for
// standard input; a folder without Dockerfiles is an error and not a pass.
func Lint(ctx context.Context, plan gate.Plan, paths []string, env Environment) (gate.Report, error) {
	if err := checkIgnored(plan.Lint, env.Rules); err != nil {
		return gate.Report{}, err
	}
	files, faults, err := lintPaths(ctx, paths)
	if err != nil {
		return gate.Report{}, err
	}
	if _, err := lintOptions("", plan.Lint, env.Now); err != nil {
		return gate.Report{}, err
	}
	session := lint.NewSession(env.ShellCheckDir)
	load := func(n int) (lint.Input, error) {
		input, err := lintInput(plan, files[n], env)
		input.Options.Session = session
		return input, err
	}
	analyses, err := lint.RunAll(ctx, len(files), load, env.Rules)
	if err != nil {
		return gate.Report{}, err
	}
	for _, fault := range faults {
		analyses = append(analyses, lint.Unread(fault, lint.Options{}))
	}
	var images []string
	var findings []gate.Finding
	for _, a := range analyses {
		images, findings = append(images, a.Image), append(findings, a.Findings...)
	}
	keep := func(policy gate.Policy) gate.Policy { return relevant(policy, images, true, false, env.Rules) }
	return conclude(plan, keep, env, gate.Report{Analyses: analyses}, gate.AllNew(findings)), nil
}

// lintPaths finds the files to lint, sorted and each once. Folders that could
// not be searched to the end are faults beside them.
func lintPaths(ctx context.Context, paths []string) (files []string, faults []error, err error) {
	for _, path := range paths {
		if path == stdin {
			files = append(files, path)
			continue
		}
		found, err := lint.Files(ctx, []string{path})
		switch {
		case ctx.Err() != nil:
			return nil, nil, context.Cause(ctx)
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil, &InputError{Err: err}
		case err != nil:
			faults = append(faults, err)
		case len(found) == 0:
			return nil, nil, &InputError{Message: fmt.Sprintf("there is no Dockerfile in %s: name the file itself if it is called otherwise", path)}
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	files = slices.Compact(files)
	return files, faults, nil
}

// lintInput reads a file, and says how it is to be linted.
func lintInput(plan gate.Plan, path string, env Environment) (lint.Input, error) {
	var data []byte
	var err error
	if path == stdin {
		data, err = io.ReadAll(env.Stdin)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return lint.Input{}, fmt.Errorf("read the Dockerfile: %w", err)
	}
	options, err := lintOptions(imageOf(plan, path), plan.Lint, env.Now)
	if err != nil {
		return lint.Input{}, err
	}
	if path != stdin {
		// The context is not said; where there is an ignore file beside the
		// Dockerfile, it is taken for it.
		if options.Dockerignore, err = dockerignore(path, filepath.Dir(path)); err != nil {
			return lint.Input{}, err
		}
	}
	return lint.Input{File: dockerfile.Parse(path, data), Options: options}, nil
}

// dockerignore reads the ignore file of a build: the one named after the
// Dockerfile wins over the context's. Nil means that there is neither.
func dockerignore(file, context string) ([]byte, error) {
	for _, path := range []string{file + ".dockerignore", filepath.Join(context, ".dockerignore")} {
		data, err := os.ReadFile(path)
		if err == nil {
			return append([]byte{}, data...), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, &InputError{Message: "read the ignore file", Err: err}
		}
	}
	return nil, nil
}

// imageOf is the image of the plan that the Dockerfile belongs to; empty when
// there is none, or more than one.
func imageOf(plan gate.Plan, path string) string {
	name := ""
	for _, image := range plan.Images {
		if filepath.Clean(image.Dockerfile) != filepath.Clean(path) {
			continue
		}
		if name != "" {
			return ""
		}
		name = image.Name
	}
	return name
}
