package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

// maxKept is how large what a run kept may be when it is unpacked.
const maxKept = 512 << 20

// built compares with what the base commit's own files give when they are built.
func (c *comparison) built(ctx context.Context, image gate.ImagePlan, head []gate.Finding) (compared, error) {
	t, err := c.files(ctx)
	if err != nil {
		return compared{}, err
	}
	name := "a build of " + shortCommit(c.run.plan.Baseline.Commit)
	if image.Build == nil {
		return compared{}, errors.New("this image is not built here")
	}
	if gate.RemoteContext(image.Build.Context) {
		return compared{}, errors.New("the build context is remote, so the base commit does not have it")
	}
	plan, was, err := c.then(ctx, t, image)
	if errors.Is(err, errNewImage) {
		// That there was nothing is knowledge too.
		name := "nothing of " + shortCommit(c.run.plan.Baseline.Commit)
		note := fmt.Sprintf("%s: the base commit has no such image, so every finding is new", image.Name)
		return compared{name: name, notes: []string{note}, changes: gate.AllNew(head)}, nil
	}
	if err != nil {
		return compared{}, err
	}
	base, platforms, err := c.examineBuilt(ctx, plan)
	if err == nil {
		err = covers(platforms, c.platforms(image.Name))
	}
	if err != nil {
		return compared{}, errors.Join(err, hints(t.notes))
	}
	return mark(name, t.notes, baseline.Base{Findings: t.local(base), Renamed: renames(image, was)}, head), nil
}

// hints are remarks on files that a base commit's folder lacks, as the reason
// why something may have failed.
func hints(notes []string) error {
	var all []error
	for _, note := range notes {
		all = append(all, errors.New(note))
	}
	return errors.Join(all...)
}

// then is the plan of an image as the base has it, and where its Dockerfile was.
func (c *comparison) then(ctx context.Context, t *tree, image gate.ImagePlan) (plan gate.ImagePlan, was string, err error) {
	base, ok := c.run.plan.Baseline.Image(image)
	if !ok {
		return plan, "", errNewImage
	}
	return t.plan(ctx, c.run.env.Root, base)
}

// renames is where the base's Dockerfile is now, as the findings write it.
func renames(image gate.ImagePlan, was string) map[baseline.File]string {
	return map[baseline.File]string{{Image: image.Name, Path: filepath.ToSlash(was)}: image.Dockerfile}
}

// covers says when an image was examined for a platform that the base lacks.
func covers(base, head []string) error {
	for _, platform := range head {
		if !slices.Contains(base, platform) {
			return fmt.Errorf("the base is not for the platform %s", platform)
		}
	}
	return nil
}

// kept compares with what a run of the base commit left.
func (c *comparison) kept(ctx context.Context, candidate gate.BaselineCandidate, image gate.ImagePlan, head []gate.Finding) (compared, error) {
	plan := c.run.plan.Baseline
	if candidate.Place == "" && (plan.Commit == "" || c.run.env.Bases == nil) {
		return compared{}, errors.New("no base commit is known")
	}
	sources := map[string]string{}
	var first *baseline.Kept
	for _, platform := range c.platforms(image.Name) {
		kept, err := c.readKept(ctx, candidate, image, platform)
		if err != nil {
			return compared{}, err
		}
		file, err := c.keepFile("sbom.syft.json", kept.SBOM)
		if err != nil {
			return compared{}, err
		}
		sources[platform] = "sbom:" + file
		if first == nil {
			first = &kept
		} else {
			first.Known = append(first.Known, kept.Known...)
		}
	}
	if first == nil {
		return compared{}, errors.New("the image was not examined")
	}
	return c.against(ctx, "what was kept of "+shortCommit(first.Commit), image, sources, first, head)
}

func (c *comparison) readKept(ctx context.Context, candidate gate.BaselineCandidate, image gate.ImagePlan, platform string) (baseline.Kept, error) {
	commit := c.run.plan.Baseline.Commit
	var path string
	var err error
	if candidate.Place == "" {
		path, err = c.keptAt(ctx, commit, image.Name, platform)
	} else {
		path, err = c.local(ctx, candidate.For(image.Name, platform))
	}
	if err != nil {
		return baseline.Kept{}, err
	}
	file, err := os.Open(path)
	if err != nil {
		return baseline.Kept{}, fmt.Errorf("open what was kept: %w", err)
	}
	defer func() { _ = file.Close() }()
	kept, err := baseline.Read(file, maxKept)
	if err != nil {
		return baseline.Kept{}, err
	}
	return kept, kept.Fits(baseline.Want{Image: image.Name, Platform: platform, Commit: commit, Now: c.run.env.Now})
}

// local is a named file as the base commit has it, where there is a base
// commit. A file that only the change has is no baseline: it could say that
// anything was there before. One that neither has was made by an earlier step.
func (c *comparison) local(ctx context.Context, path string) (string, error) {
	plan := c.run.plan.Baseline
	if plan.Commit == "" && plan.Unknown == "" {
		return path, nil
	}
	inside, err := inner(c.run.env.Root, path)
	if err != nil {
		return path, nil //nolint:nilerr // What lies outside the checkout is no commit's.
	}
	t, err := c.files(ctx)
	if err != nil {
		return "", err
	}
	there := filepath.Join(t.root, inside)
	if _, err := os.Stat(there); err == nil {
		return there, t.holds(there)
	}
	proposed, err := c.run.env.Bases.Proposes(ctx, inside)
	if err != nil {
		return "", fmt.Errorf("whether the change adds %s is not known: %w", path, err)
	}
	if proposed {
		return "", fmt.Errorf("%s is not in the base commit, and a change can't bring its own baseline", path)
	}
	return path, nil
}

// keepFile writes a temporary file in a folder of its own, which goes with the
// run's. A name that leads out of the folder is an error.
func (c *comparison) keepFile(name string, content []byte) (string, error) {
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("%.200q is no path of a repository", name)
	}
	folder, err := os.MkdirTemp(c.run.env.TempDir, "kept-")
	if err != nil {
		return "", err
	}
	c.folders = append(c.folders, folder)
	file := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", err
	}
	return file, os.WriteFile(file, content, 0o600)
}

// named compares with a bill of materials or an image, matched today.
func (c *comparison) named(ctx context.Context, candidate gate.BaselineCandidate, image gate.ImagePlan, head []gate.Finding) (compared, error) {
	sources := map[string]string{}
	var place string
	for _, platform := range c.platforms(image.Name) {
		place = candidate.For(image.Name, platform)
		if candidate.Kind == gate.BaselineImage {
			if image.Ref == place {
				return compared{}, errors.New("it is the image that is examined: name another")
			}
			sources[platform] = place
			continue
		}
		path, err := c.local(ctx, place)
		if err != nil {
			return compared{}, err
		}
		sources[platform] = "sbom:" + path
	}
	if len(sources) == 0 {
		return compared{}, errors.New("the image was not examined")
	}
	return c.against(ctx, string(candidate.Kind)+" "+place, image, sources, nil, head)
}

// against compares with sources by platform, and with the lint of the base
// commit's Dockerfile where that can be had.
func (c *comparison) against(ctx context.Context, name string, image gate.ImagePlan, sources map[string]string, kept *baseline.Kept, head []gate.Finding) (compared, error) {
	plan, root, renamed, notes := c.dockerfile(ctx, image, kept)
	base, platforms, err := c.examine(ctx, plan, sources, nil)
	if err == nil {
		err = covers(platforms, c.platforms(image.Name))
	}
	if err != nil {
		return compared{}, err
	}
	return mark(name, notes, baseline.Base{Findings: root.local(base), Kept: kept, Renamed: renamed}, head), nil
}

// dockerfile is the plan of an image with the base's Dockerfile and context:
// those of the base commit, or the text that was kept, or none. root is where
// they are.
func (c *comparison) dockerfile(ctx context.Context, image gate.ImagePlan, kept *baseline.Kept) (plan gate.ImagePlan, root *tree, renamed map[baseline.File]string, notes []string) {
	bare := gate.ImagePlan{Name: image.Name}
	if image.Dockerfile == "" {
		return bare, &tree{}, nil, nil
	}
	t, err := c.files(ctx)
	if err == nil {
		plan, was, err := c.then(ctx, t, image)
		if err == nil {
			return plan, t, renames(image, was), nil
		}
	}
	if kept != nil && kept.Dockerfile != nil {
		was := filepath.FromSlash(kept.Dockerfile.Path)
		if file, err := c.keepFile(was, []byte(kept.Dockerfile.Text)); err == nil {
			bare.Dockerfile = file
			root := &tree{root: strings.TrimSuffix(file, string(filepath.Separator)+filepath.Clean(was))}
			return bare, root, map[baseline.File]string{{Image: image.Name, Path: filepath.ToSlash(filepath.Clean(was))}: image.Dockerfile},
				[]string{fmt.Sprintf("%s: the base's Dockerfile is the one that was kept; what lock files declare counts as new", image.Name)}
		}
	}
	return bare, &tree{}, nil, []string{fmt.Sprintf("%s: the base's Dockerfile and lock files are not known, so what is found in them counts as new", image.Name)}
}
