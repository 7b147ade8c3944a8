package config

import (
	"fmt"
	"maps"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// discovered adds the images that the files of the repository define to those
// that the policy file lists. An entry of the policy file that has the name of
// one, and neither context nor image of its own, changes that one.
func (r Request) discovered(plan *gate.Plan, file *policyFile, entries []*imageDraft) ([]*imageDraft, error) {
	if r.Discover == nil || r.picksContext() {
		// What is not found here can't be changed.
		return slices.DeleteFunc(entries, bareDraft), nil
	}
	found, err := r.Discover(plan.Discover)
	if err != nil {
		return nil, &Error{Message: err.Error()}
	}
	var all []*imageDraft
	for _, image := range found {
		n := slices.IndexFunc(entries, func(d *imageDraft) bool { return d.Name == image.Name })
		switch {
		case n < 0:
			all = append(all, draftOf(file, image))
		case bareDraft(entries[n]):
			draft := draftOf(file, image)
			if err := draft.change(file.images[n], entries[n]); err != nil {
				return nil, err
			}
			all = append(all, draft)
		}
	}
	for n, entry := range entries {
		if !bareDraft(entry) {
			all = append(all, entry)
			continue
		}
		if !slices.ContainsFunc(found, func(i gate.ImagePlan) bool { return i.Name == entry.Name }) {
			return nil, &Error{Where: file.images[n].where, Message: fmt.Sprintf(
				"no file of the repository defines an image %s: give it a context or an image, or mend the name", entry.Name)}
		}
	}
	return all, nil
}

// picksContext reports whether the command line or an input names what is built
// or read, so that the images of the repository are not meant.
func (r Request) picksContext() bool {
	for _, a := range r.given() {
		if a.option.Name == "image" || a.option.Name == "context" {
			return true
		}
	}
	return false
}

// bareDraft reports whether an entry only changes what another file defines.
func bareDraft(d *imageDraft) bool { return d.Ref == "" && d.spec.Context == "" }

// draftOf begins with the file's defaults, over which the definition has the say.
func draftOf(file *policyFile, image gate.ImagePlan) *imageDraft {
	draft := file.draft()
	spec, defaults := *image.Build, draft.spec
	spec.Args = maps.Clone(spec.Args)
	spec.Frontends, spec.CacheFrom, spec.CacheTo = defaults.Frontends, defaults.CacheFrom, defaults.CacheTo
	spec.Secrets, spec.SSH = defaults.Secrets, defaults.SSH
	if len(spec.Platforms) == 0 {
		spec.Platforms = defaults.Platforms
	}
	draft.spec = spec
	draft.Name, draft.Dockerfile, draft.Target = image.Name, image.Dockerfile, image.Target
	return draft
}

// change applies what an entry says over a definition.
func (d *imageDraft) change(entry fileImage, as *imageDraft) error {
	for _, a := range entry.values {
		if err := d.apply(a.option, a.value); err != nil {
			return &Error{Where: a.where, Message: err.Error()}
		}
	}
	d.allowances = as.allowances
	return nil
}

// discovers reports whether the file itself asks for images to be discovered.
func (f *policyFile) discovers() bool {
	on := false
	for _, a := range f.values {
		if a.option.Name == "discover" {
			on = !slices.Equal(splitCommas(a.value.Texts), []string{"none"})
		}
	}
	return on
}
