package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/build"
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

// checkInputs refuses, before anything slow begins, a plan whose files are not there.
func (r *run) checkInputs() error {
	for _, image := range r.plan.Images {
		if image.Build == nil || image.Build.Dockerfile != image.Dockerfile || image.Dockerfile == "" {
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

func checkContext(context string) error {
	if build.Remote(context) {
		return nil
	}
	info, err := os.Stat(context)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &InputError{Message: fmt.Sprintf("the build context %s does not exist: give the folder that holds the Dockerfile", context)}
	case err != nil:
		return &InputError{Message: "read the build context", Err: err}
	case !info.IsDir():
		return &InputError{Message: fmt.Sprintf("the build context %s is not a folder: give the folder, and the Dockerfile with --dockerfile", context)}
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
func (r *run) lint(image gate.ImagePlan) (*dockerfile.File, error) {
	if image.Dockerfile == "" || (image.Build != nil && image.Build.Dockerfile != image.Dockerfile) {
		return nil, nil
	}
	data, err := readDockerfile(image.Dockerfile)
	if err != nil {
		return nil, err
	}
	file := dockerfile.Parse(image.Dockerfile, data)
	if r.plan.Lint.Off {
		r.notes = append(r.notes, fmt.Sprintf("%s: the Dockerfile was not linted, because lint is switched off", image.Name))
		return file, nil
	}
	defer r.env.step("lint")()
	r.add(lint.Run(file, r.env.Rules, lintOptions(image.Name, r.plan.Lint)))
	return file, nil
}

func lintOptions(image string, plan gate.LintPlan) lint.Options {
	return lint.Options{
		Image: image, Profile: lint.Profile(plan.Profile), Ignore: plan.Ignore,
		TrustedRegistries: plan.TrustedRegistries,
	}
}

// stdin is the path that stands for standard input.
const stdin = "-"

// Lint lints files and nothing else. Paths are files, folders or "-" for
// standard input; a folder without Dockerfiles is an error and not a pass.
func Lint(ctx context.Context, plan gate.Plan, paths []string, env Environment) (gate.Report, error) {
	files, err := lintPaths(ctx, paths)
	if err != nil {
		return gate.Report{}, err
	}
	analyses, err := lintFiles(ctx, plan, files, env)
	if err != nil {
		return gate.Report{}, err
	}
	return Conclude(plan, env, nil, analyses, nil), nil
}

// lintPaths finds the files to lint, sorted and each once.
func lintPaths(ctx context.Context, paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		if path == stdin {
			files = append(files, path)
			continue
		}
		found, err := lint.Files(ctx, []string{path})
		if err != nil {
			return nil, &InputError{Err: err}
		}
		if len(found) == 0 {
			return nil, &InputError{Message: fmt.Sprintf("there is no Dockerfile in %s: name the file itself if it is called otherwise", path)}
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	files = slices.Compact(files)
	return files, nil
}

func lintOne(plan gate.Plan, path string, env Environment) (gate.Analysis, error) {
	var data []byte
	var err error
	if path == stdin {
		data, err = io.ReadAll(env.Stdin)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return gate.Analysis{}, &InputError{Message: "read the Dockerfile", Err: err}
	}
	return lint.Run(dockerfile.Parse(path, data), env.Rules, lintOptions("", plan.Lint)), nil
}
