package check

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/containergate/gate/internal/discover"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

// Discover finds the images that the files below a folder define. Their paths
// are relative to it. What can't be built as it is defined, and what keeps images
// from being known, is an error: an image that nobody sees is one that nobody checks.
func Discover(ctx context.Context, root string, plan gate.DiscoverPlan) ([]gate.ImagePlan, error) {
	files, err := dockerfilesBelow(ctx, root)
	if err != nil {
		return nil, err
	}
	options := discover.Options{Dockerfiles: files, Include: plan.Include, Exclude: plan.Exclude, Targets: plan.Targets, Name: rootName(root)}
	for _, kind := range plan.Kinds {
		options.Kinds = append(options.Kinds, discover.Kind(kind))
	}
	found, err := discover.Find(ctx, root, options)
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, p := range found.Problems {
		problems = append(problems, errors.New(p.String()))
	}
	var images []gate.ImagePlan
	for _, image := range found.Images {
		if image.Intermediate {
			continue
		}
		plan, err := definedBy(image)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		images = append(images, plan)
	}
	return images, errors.Join(problems...)
}

func dockerfilesBelow(ctx context.Context, root string) ([]string, error) {
	files, err := lint.Files(ctx, []string{root})
	if err != nil {
		return nil, err
	}
	for i, file := range files {
		inside, err := filepath.Rel(root, file)
		if err != nil {
			return nil, err
		}
		files[i] = filepath.ToSlash(inside)
	}
	return files, nil
}

// rootName is the name of the image whose Dockerfile lies in the folder itself:
// the folder's, as without discovery.
func rootName(root string) string {
	absolute, err := filepath.Abs(root)
	if err != nil {
		return ""
	}
	return filepath.Base(absolute)
}

// definedBy is a definition as gate builds it.
func definedBy(image discover.Image) (gate.ImagePlan, error) {
	cannot := func(format string, args ...any) error {
		return fmt.Errorf("%s: the image %s %s; leave the file out with discover-exclude, or give %s a context of its own in the policy file",
			image.Source, image.Name, fmt.Sprintf(format, args...), image.Name)
	}
	switch {
	case len(image.Unresolved) > 0:
		return gate.ImagePlan{}, cannot("can't be built as it is written: %s", strings.Join(image.Unresolved, "; "))
	case image.Inline != "":
		return gate.ImagePlan{}, cannot("has its Dockerfile in the definition, which gate does not build")
	case len(image.Needs) > 0:
		return gate.ImagePlan{}, cannot("takes what the target %s makes as a context, which gate does not build", strings.Join(image.Needs, ", "))
	}
	spec := gate.BuildSpec{
		Context: image.Context, Dockerfile: image.Dockerfile, Target: image.Target, Args: image.Args, Platforms: image.Platforms,
		Labels: image.Labels, NoCache: image.NoCache, Pull: image.Pull, Network: image.Network, Contexts: image.Contexts, AddHosts: image.ExtraHosts,
	}
	if spec.Network == "default" {
		spec.Network = ""
	}
	plan := gate.ImagePlan{Name: image.Name, Build: &spec, Dockerfile: path.Clean(image.Dockerfile), Target: image.Target}
	return plan, nil
}
