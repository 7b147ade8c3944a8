package check

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/distribution/reference"
	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/lint"
)

// The limits of asking for the configurations of base images: how long one of
// them may take, how many are asked for at a time, and how many at most.
const (
	baseTimeout   = 5 * time.Second
	basesTogether = 6
	maxBases      = 32
)

// lookup is a base image whose configuration is asked for.
type lookup struct {
	// name is the image's, or the place of an OCI layout.
	name, platform string
	layout         bool
	// named is true for what the build names as a context. Builders don't hold
	// its platform against anything.
	named bool
}

// baseAnswer is what came of a lookup.
type baseAnswer struct {
	config image.BaseConfig
	err    error
}

// bases reads the configurations of the images that the stages of a build begin
// with, so that the lint knows what they set. Only builds ask: the builder asks
// for the same images. What can't be read is no gap, because the lint then says
// less, as it does without a build; the notes tell which bases are known.
func (r *run) bases(ctx context.Context, plan gate.ImagePlan, file *dockerfile.File) (known map[int]lint.Base, notes []string) {
	if plan.Build == nil {
		return nil, nil
	}
	known = map[int]lint.Base{}
	wanted := map[int]lookup{}
	target := targetPlatform(plan)
	for n, base := range file.Bases(plan.Build.Args, target, hostPlatform()) {
		switch found, ask := baseLookup(plan.Build.Contexts, base, target); {
		case base.Name == "" || base.Name == "scratch":
		case ask:
			wanted[n] = found
		case found.named:
			// A folder or repository in the place of an image sets nothing.
			known[n] = lint.Base{}
		}
	}
	answers := r.askBases(ctx, wanted)
	for n, asked := range wanted {
		if answer, ok := answers[asked]; ok && answer.err == nil {
			known[n] = lintBase(asked, answer.config)
		}
	}
	return known, baseNotes(plan, answers, len(distinct(wanted))-len(answers))
}

// targetPlatform is the platform whose images are asked for: the first that is
// built for, or this machine's.
func targetPlatform(plan gate.ImagePlan) string {
	if plan.Build != nil && len(plan.Build.Platforms) > 0 {
		return plan.Build.Platforms[0]
	}
	if plan.Platform != "" {
		return plan.Platform
	}
	return hostPlatform()
}

func hostPlatform() string { return "linux/" + runtime.GOARCH }

// baseLookup says what is to be asked for a base: the image itself, or what the
// build has in its place. ask is false when that is no image.
func baseLookup(contexts map[string]string, base dockerfile.Base, target string) (found lookup, ask bool) {
	found = lookup{name: base.Name, platform: base.Platform}
	if found.platform == "" {
		found.platform = target
	}
	value, named := namedContext(contexts, base.Name, found.platform)
	if !named {
		return found, base.Name != ""
	}
	found.named = true
	if name, ok := strings.CutPrefix(value, "docker-image://"); ok {
		found.name = name
		return found, true
	}
	if place, ok := strings.CutPrefix(value, "oci-layout://"); ok {
		found.name, found.layout = place, true
		return found, true
	}
	return found, false
}

// namedContext is what a build gives in the place of an image: for the platform
// alone, or else for all of them. Either name may be written in full.
func namedContext(contexts map[string]string, name, platform string) (value string, ok bool) {
	for _, wanted := range []string{platform, ""} {
		for _, key := range slices.Sorted(maps.Keys(contexts)) {
			bare, only, _ := strings.Cut(key, "::")
			if only == wanted && familiarName(bare) == familiarName(name) {
				return contexts[key], true
			}
		}
	}
	return "", false
}

// familiarName is the short form of an image's name, in which builders look for it.
func familiarName(name string) string {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	return strings.TrimSuffix(reference.FamiliarString(named), ":latest")
}

// askBases asks for every base once.
func (r *run) askBases(ctx context.Context, wanted map[int]lookup) map[lookup]baseAnswer {
	asked := distinct(wanted)
	if len(asked) == 0 {
		return nil
	}
	asked = asked[:min(len(asked), maxBases)]
	reader := image.NewBaseReader(r.plan.Registry, r.plan.Builder.DockerHost)
	defer func() { _ = reader.Close() }()
	found := make([]baseAnswer, len(asked))
	var group errgroup.Group
	group.SetLimit(basesTogether)
	for n, one := range asked {
		group.Go(func() error {
			limited, cancel := context.WithTimeout(ctx, baseTimeout)
			defer cancel()
			if one.layout {
				found[n].config, found[n].err = reader.ReadLayout(limited, one.name, one.platform)
			} else {
				found[n].config, found[n].err = reader.Read(limited, one.name, one.platform)
			}
			return nil
		})
	}
	_ = group.Wait()
	answers := map[lookup]baseAnswer{}
	for n, one := range asked {
		answers[one] = found[n]
	}
	return answers
}

// distinct lists lookups in the order of their stages, each once.
func distinct(wanted map[int]lookup) []lookup {
	var stages []int
	for n := range wanted {
		stages = append(stages, n)
	}
	slices.Sort(stages)
	var list []lookup
	for _, n := range stages {
		if !slices.Contains(list, wanted[n]) {
			list = append(list, wanted[n])
		}
	}
	return list
}

func lintBase(asked lookup, config image.BaseConfig) lint.Base {
	base := lint.Base{Env: config.Env, OnBuild: config.OnBuild}
	if !asked.named {
		base.OS, base.Architecture = config.OS, config.Architecture
	}
	return base
}

// baseNotes say which base images the lint knows, and why not the others.
func baseNotes(plan gate.ImagePlan, answers map[lookup]baseAnswer, left int) []string {
	redact := redactor(plan.Build)
	var read, notes []string
	for asked, answer := range answers {
		if answer.err == nil {
			read = append(read, fmt.Sprintf("%s (from %s)", redact(asked.name), answer.config.Source))
			continue
		}
		notes = append(notes, fmt.Sprintf("The configuration of the base image %s is not known, as %s: the lint can't tell which variables it sets.",
			redact(asked.name), whyUnknown(answer.err)))
	}
	slices.Sort(notes)
	notes = slices.Compact(notes)
	if len(read) > 0 {
		slices.Sort(read)
		notes = append([]string{"The lint knows the configuration of the base images " + strings.Join(slices.Compact(read), ", ") + "."}, notes...)
	}
	if left > 0 {
		notes = append(notes, fmt.Sprintf("The lint knows nothing of %d more base images: it asks for %d at most.", left, maxBases))
	}
	return notes
}

// whyUnknown says in few words why a configuration could not be read.
func whyUnknown(err error) string {
	switch {
	case errors.Is(err, image.ErrNotFound):
		return "there is no such image"
	case errors.Is(err, image.ErrAuth):
		return "its registry denies access"
	case errors.Is(err, image.ErrPlatform):
		return "it does not exist for the platform"
	case errors.Is(err, image.ErrReference):
		return "it is no image name"
	case errors.Is(err, context.DeadlineExceeded):
		return "there was no answer in time"
	case errors.Is(err, image.ErrUnreachable):
		return "neither a Docker Engine nor its registry answers for it"
	}
	return "it can't be read"
}
