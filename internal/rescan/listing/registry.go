package listing

import (
	"context"
	"fmt"
	"time"
)

// registry lists the tags of a repository.
func (r *reading) registry(ctx context.Context) {
	at, err := parseName(r.source.Place)
	if err != nil || at.tag != "" || at.digest != "" {
		r.gap(quote(r.source.Place)+" is no repository of a registry", "write it like ghcr.io/acme/api, without tag and digest")
		return
	}
	if r.world.Registry == nil {
		r.gap("there is no registry to ask", "list the images by other means")
		return
	}
	tags, err := r.world.Registry.Tags(ctx, at.repository)
	if err != nil {
		r.gap("its tags can't be listed: "+reason(err), "see that the repository exists and that the login may read it, or try again later")
		return
	}
	for _, tag := range r.chosen(tags, "tag") {
		m, err := literal(at.repository+":"+tag, tag)
		if err != nil {
			r.gap("the registry lists the tag "+quote(tag)+", which is none", "leave it out with except")
			continue
		}
		r.add(m, "the tags of "+at.repository, time.Time{})
	}
}

// chosen are the tags that the source wants. That there is none is a gap.
func (r *reading) chosen(tags []string, what string) []string {
	chosen, err := choose(tags, r.source)
	switch {
	case err != nil:
		r.gap(err.Error(), "correct the policy")
	case len(tags) == 0:
		r.gap(fmt.Sprintf("there is no %s", what), "correct the entry, or remove it until something is released")
	case len(chosen) == 0:
		r.gap(fmt.Sprintf("of %d %ss none is wanted", len(tags), what), "correct tags, except, versions or prereleases")
	}
	return chosen
}
