package check

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// Bases knows the base commit, with which findings are compared.
type Bases interface {
	// Tree writes the commit's files below an empty folder. It returns the
	// folder that stands for the working directory, and remarks on what is
	// missing of a checkout.
	Tree(ctx context.Context, commit, dir string) (root string, notes []string, err error)
	// Kept returns the path of what a run of the commit kept of an image. It
	// may write into the folder.
	Kept(ctx context.Context, commit, image, platform, dir string) (path string, err error)
	// Proposes reports whether the commit that is examined has a file that its
	// author may have made up.
	Proposes(ctx context.Context, path string) (bool, error)
}

// comparison holds an examined plan against its baselines.
type comparison struct {
	run  *run
	tree *tree
	// folders are those of temporary files that a reason may name.
	folders []string
	// used are the baselines by image.
	used map[string]string
	// skipped are the images that the change can't affect.
	skipped map[string]bool
	// configs reads the configurations of base images, and known are those that
	// were asked for.
	configs *image.BaseReader
	known   map[string]baseInputs
	// ahead are the bases that are examined beside the head, and keptPaths what
	// was asked for of earlier runs.
	ahead     map[string]*ahead
	keptPaths map[string]keptAnswer
}

func newComparison(r *run) *comparison {
	return &comparison{
		run: r, used: map[string]string{}, skipped: map[string]bool{}, known: map[string]baseInputs{},
		ahead: map[string]*ahead{}, keptPaths: map[string]keptAnswer{},
	}
}

// compare says of every finding how it relates to the baseline, and names the
// baseline. Without any, everything is new.
func (c *comparison) compare(ctx context.Context) (changes []gate.Change, name string, err error) {
	r := c.run
	own := map[string][]gate.Finding{}
	var others []gate.Finding
	for _, a := range r.analyses {
		for _, f := range a.Findings {
			if a.Analyzer == gate.AnalyzerForeign || !slices.ContainsFunc(r.plan.Images, func(i gate.ImagePlan) bool { return i.Name == f.Image }) {
				others = append(others, f)
				continue
			}
			own[f.Image] = append(own[f.Image], f)
		}
	}
	changes = gate.AllNew(others)
	wanted := r.plan.Baseline.Wanted()
	if revision := r.plan.Baseline.Revision; revision != "" && len(wanted) == 0 && !r.plan.SkipUnchanged {
		r.note(fmt.Sprintf("nothing is compared with %s, because the baseline is none", revision))
	}
	for _, image := range r.plan.Images {
		if c.skipped[image.Name] {
			changes = append(changes, asExisting(own[image.Name])...)
			continue
		}
		if len(wanted) == 0 {
			changes = append(changes, gate.AllNew(own[image.Name])...)
			continue
		}
		changes = append(changes, c.image(ctx, image, wanted, own[image.Name])...)
		if ctx.Err() != nil {
			return nil, "", context.Cause(ctx)
		}
	}
	return changes, c.name(), nil
}

// image compares one image with the first baseline that holds.
func (c *comparison) image(ctx context.Context, image gate.ImagePlan, wanted []gate.BaselineCandidate, head []gate.Finding) []gate.Change {
	if image.Build != nil && slices.Contains(c.platforms(image.Name), "") {
		c.run.note(image.Name + ": it could not be built, so it is compared with nothing, and every finding counts as new")
		return gate.AllNew(head)
	}
	defer c.run.env.step("baseline " + image.Name)()
	var why []string
	for _, candidate := range wanted {
		found, err := c.try(ctx, candidate, image, head)
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			c.used[image.Name] = found.name
			for _, reason := range why {
				c.run.note(fmt.Sprintf("%s: %s is compared with, as another baseline did not hold: %s", image.Name, found.name, reason))
			}
			c.run.note(found.notes...)
			return c.sure(image, found.changes)
		}
		why = append(why, candidate.String()+": "+c.plain(err))
	}
	c.missing(image, why)
	return gate.AllNew(head)
}

// sure leaves out what would be fixed where the head was not examined to the
// end: what was not seen there is not known to be gone.
func (c *comparison) sure(image gate.ImagePlan, changes []gate.Change) []gate.Change {
	if c.run.complete(image.Name) {
		return changes
	}
	left := slices.DeleteFunc(changes, func(change gate.Change) bool { return change.Status == gate.StatusFixed })
	if len(left) < len(changes) {
		c.run.note(image.Name + ": what is fixed is not known, because the result is incomplete")
	}
	return left
}

// plain is an error's text with the paths as the base has them. What a folder of
// this run was called says nothing, and no two runs would report the same.
func (c *comparison) plain(err error) string {
	folders := c.folders
	if c.tree != nil && c.tree.root != "" {
		folders = append(slices.Clip(folders), c.tree.root)
	}
	text := err.Error()
	for _, folder := range append(slices.Clip(folders), c.run.env.TempDir) {
		text = strings.ReplaceAll(text, folder+string(filepath.Separator), "")
	}
	return text
}

// missing says that nothing could be compared with, and what follows of it.
func (c *comparison) missing(image gate.ImagePlan, why []string) {
	reasons := strings.Join(why, "; ")
	if !c.run.plan.Baseline.Required {
		c.run.note(fmt.Sprintf("%s: no baseline holds, so every finding counts as new: %s", image.Name, reasons))
		return
	}
	c.run.add(gate.Analysis{Analyzer: gate.AnalyzerScan, Image: image.Name, Gaps: []gate.Gap{{
		Guard: gate.GuardBaseline, Image: image.Name, Analyzer: gate.AnalyzerScan,
		Message: "no baseline holds, so it is not known what is new: " + reasons,
		Next:    "mend what is named, or let every finding count as new with baseline-missing: new",
	}}})
}

// name is what the report calls the baseline.
func (c *comparison) name() string {
	var names []string
	for _, image := range c.run.plan.Images {
		if used := c.used[image.Name]; used != "" && !slices.Contains(names, used) {
			names = append(names, used)
		}
	}
	return strings.Join(names, ", ")
}

// compared is what came of a baseline.
type compared struct {
	name    string
	notes   []string
	changes []gate.Change
}

// try compares an image with one candidate. The error says why it does not hold.
func (c *comparison) try(ctx context.Context, candidate gate.BaselineCandidate, image gate.ImagePlan, head []gate.Finding) (compared, error) {
	switch candidate.Kind {
	case gate.BaselineBuild:
		return c.built(ctx, image, head)
	case gate.BaselineKept:
		return c.kept(ctx, candidate, image, head)
	case gate.BaselineSBOM, gate.BaselineImage:
		return c.named(ctx, candidate, image, head)
	case gate.BaselineReport:
		return c.report(ctx, candidate, image, head)
	case gate.BaselineFile:
		return c.file(ctx, candidate, image, head)
	}
	return compared{}, fmt.Errorf("there is no such baseline")
}

// mark compares, and describes what was compared with.
func mark(name string, notes []string, base baseline.Base, head []gate.Finding) compared {
	return compared{name: name, notes: notes, changes: baseline.Mark(base, head)}
}

// platforms are those that an image was examined for.
func (c *comparison) platforms(image string) []string {
	var platforms []string
	for _, s := range c.run.subjects {
		if s.Image == image && !slices.Contains(platforms, s.Platform) {
			platforms = append(platforms, s.Platform)
		}
	}
	return platforms
}
