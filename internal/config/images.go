package config

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// images puts the file's images, the arguments and the sources together.
func (r Request) images(plan *gate.Plan, file *policyFile) error {
	discovers := len(plan.Discover.Kinds) > 0
	entries, err := file.drafts(discovers)
	if err != nil {
		return err
	}
	file.ownPolicies(&plan.Policy, entries)
	if discovers {
		if entries, err = r.discovered(plan, file, entries); err != nil {
			return err
		}
	}
	switch r.Command {
	case Scan:
		return r.scanTargets(plan, file)
	case Rescan:
		return r.released(plan)
	case Lint, DB, Conclude, Deliver:
		// The file's own images: lint knows whose Dockerfile it reads, conclude
		// which reports must be there.
		return r.finishAll(plan, entries)
	}
	if r.listed {
		return r.finishAll(plan, entries)
	}
	given := r.given()
	drafts, err := r.choose(entries, given, file)
	if err != nil {
		return err
	}
	return r.finishAll(plan, drafts)
}

func (r Request) finishAll(plan *gate.Plan, drafts []*imageDraft) error {
	for _, draft := range drafts {
		if err := r.finish(plan, draft); err != nil {
			return err
		}
	}
	return uniqueNames(plan.Images)
}

// drafts turns the file's entries into drafts, each begun from the file's defaults.
// Where images are discovered, one that says no more than its name is one of those.
func (f *policyFile) drafts(discovers bool) ([]*imageDraft, error) {
	var drafts []*imageDraft
	var problems []error
	for _, entry := range f.images {
		draft := f.draft()
		for _, a := range entry.values {
			if err := draft.apply(a.option, a.value); err != nil {
				problems = append(problems, &Error{Where: a.where, Message: err.Error()})
			}
		}
		if draft.Ref == "" && draft.spec.Context == "" && (!discovers || draft.Name == "") {
			problems = append(problems, &Error{Where: entry.where, Message: "an image needs a context to build, or an image to read"})
		}
		draft.allowances = append(draft.allowances, entry.allowances...)
		if draft.Name == "" {
			draft.nameIt()
		}
		drafts = append(drafts, draft)
	}
	return drafts, errors.Join(problems...)
}

// draft begins an image with the file's defaults; they were tried when the file was read.
func (f *policyFile) draft() *imageDraft {
	draft := &imageDraft{}
	for _, a := range f.defaults {
		_ = draft.apply(a.option, a.value)
	}
	return draft
}

// given collects the image options of the sources, without applying them yet.
func (r Request) given() []assignment {
	var list []assignment
	for _, source := range r.Sources {
		for _, o := range Options() {
			if !o.perImage() || o.Commands&r.Command == 0 {
				continue
			}
			if v, ok := source.Value(o); ok {
				list = append(list, assignment{option: o, value: v, where: string(v.Origin)})
			}
		}
	}
	if r.Context != "" {
		option := findOption("context")
		list = append(list, assignment{option: option, value: Value{Texts: []string{r.Context}, Origin: "argument"}, where: "argument"})
	}
	return list
}

// choose says which images are meant. An argument, --image or --name picks
// one; without any, the file's images are taken, or the working directory.
func (r Request) choose(entries []*imageDraft, given []assignment, file *policyFile) ([]*imageDraft, error) {
	wanted := &imageDraft{}
	for _, a := range given {
		if err := wanted.apply(a.option, a.value); err != nil {
			return nil, &Error{Where: a.where, Message: err.Error()}
		}
	}
	picks := wanted.Ref != "" || wanted.spec.Context != "" || wanted.Name != ""
	if !picks && len(entries) > 1 {
		if len(given) > 0 {
			return nil, &Error{Where: given[0].where, Message: fmt.Sprintf(
				"%s is about one image, and there are %d: say which with --name", given[0].option.Name, len(entries))}
		}
		return entries, nil
	}
	draft := pickEntry(entries, wanted, picks)
	if draft == nil {
		draft = file.draft()
	}
	for _, a := range given {
		if err := draft.apply(a.option, a.value); err != nil {
			return nil, &Error{Where: a.where, Message: err.Error()}
		}
	}
	if wanted.Ref != "" && wanted.spec.Context != "" {
		return nil, &Error{Where: string(wanted.set["image"]), Message: "an image is either built from a context or read with --image, not both"}
	}
	if wanted.Ref != "" {
		draft.spec.Context = ""
	} else if wanted.spec.Context != "" {
		draft.Ref = ""
	}
	return []*imageDraft{draft}, nil
}

// pickEntry finds the file's entry that the arguments mean, by name, or else
// by context or reference.
func pickEntry(entries []*imageDraft, wanted *imageDraft, picks bool) *imageDraft {
	if !picks {
		if len(entries) == 1 {
			return entries[0]
		}
		return nil
	}
	i := slices.IndexFunc(entries, func(e *imageDraft) bool {
		switch {
		case wanted.Name != "":
			return e.Name == wanted.Name
		case wanted.Ref != "":
			return e.Ref == wanted.Ref
		default:
			return e.Ref == "" && path.Clean(e.spec.Context) == path.Clean(wanted.spec.Context)
		}
	})
	if i < 0 {
		return nil
	}
	return entries[i]
}

// finish turns a draft into one image of the plan, or one for each platform
// where a ready image is asked for on several.
func (r Request) finish(plan *gate.Plan, draft *imageDraft) error {
	if draft.Ref == "" && draft.spec.Context == "" {
		draft.spec.Context = "."
	}
	draft.nameIt()
	r.trace.image(draft)
	for _, a := range draft.allowances {
		a.Image = draft.Name
		plan.Policy.Allowances = append(plan.Policy.Allowances, a)
	}
	if draft.Ref != "" {
		return r.finishRef(plan, draft)
	}
	spec := draft.spec
	spec.Args = r.fromEnvironment(spec.Args)
	spec.Target = draft.Target
	spec.Dockerfile = draft.Dockerfile
	if spec.Dockerfile == "" && !gate.RemoteContext(spec.Context) {
		spec.Dockerfile = filepath.ToSlash(filepath.Join(spec.Context, "Dockerfile"))
	}
	image := draft.ImagePlan
	image.Dockerfile = spec.Dockerfile
	if gate.RemoteContext(spec.Context) {
		// It lies where only the builder reads.
		image.Dockerfile = ""
	}
	image.Build = &spec
	plan.Images = append(plan.Images, image)
	return nil
}

// finishRef adds a ready image; options of a build make no sense for it.
func (r Request) finishRef(plan *gate.Plan, draft *imageDraft) error {
	for _, o := range buildOptions() {
		if origin, ok := draft.set[o.Name]; ok && o.perImage() {
			return &Error{Where: string(origin), Message: fmt.Sprintf("%s is for a build, but %s is not built", o.Name, draft.Ref)}
		}
	}
	platforms := draft.spec.Platforms
	if len(platforms) == 0 {
		platforms = []string{""}
	}
	for _, platform := range platforms {
		image := draft.ImagePlan
		image.Platform = platform
		if len(platforms) > 1 && image.SBOM != "" {
			image.SBOM = suffixed(image.SBOM, platform)
		}
		plan.Images = append(plan.Images, image)
	}
	return nil
}

func (r Request) scanTargets(plan *gate.Plan, file *policyFile) error {
	given := r.given()
	for _, ref := range r.Refs {
		draft := file.draft()
		draft.spec = gate.BuildSpec{}
		draft.set = nil
		draft.Ref = ref
		for _, a := range given {
			if err := draft.apply(a.option, a.value); err != nil {
				return &Error{Where: a.where, Message: err.Error()}
			}
		}
		if err := r.finish(plan, draft); err != nil {
			return err
		}
	}
	return uniqueNames(plan.Images)
}

// uniqueNames refuses two images of one name: their findings would be taken
// for each other. Platforms of one reference share the name.
func uniqueNames(images []gate.ImagePlan) error {
	seen := map[string]gate.ImagePlan{}
	for _, image := range images {
		other, twice := seen[image.Name]
		if twice && (other.Ref == "" || other.Ref != image.Ref || other.Platform == image.Platform) {
			return &Error{Message: fmt.Sprintf("two images are named %q: give each its own name", image.Name)}
		}
		seen[image.Name] = image
	}
	return nil
}

func suffixed(file, platform string) string {
	ext := filepath.Ext(file)
	return strings.TrimSuffix(file, ext) + "-" + strings.ReplaceAll(platform, "/", "-") + ext
}
