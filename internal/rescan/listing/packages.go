package listing

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// packageRegistry is where GitHub keeps container packages.
const packageRegistry = "ghcr.io"

// ownedForm is owner/name; packages may have more words.
var ownedForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$`)

// owned are the two halves of what the source names, or of the run's repository.
func (r *reading) owned() (owner, rest string, ok bool) {
	place := strings.TrimPrefix(r.source.Place, packageRegistry+"/")
	if place == "" {
		place = r.world.Repository
	}
	owner, rest, _ = strings.Cut(place, "/")
	ok = ownedForm.MatchString(place) && !strings.Contains("/"+place+"/", "/../") && (r.source.Kind == gate.ReleasedPackages || !strings.Contains(rest, "/"))
	switch {
	case place == "":
		r.gap("it does not say which repository, and the run is in none", "write owner/name")
	case !ok:
		r.gap(quote(place)+" is not owner/name", "write it like acme/api")
	case r.world.GitHub == nil:
		r.gap("there is no token for GitHub", "give gate a token: set GITHUB_TOKEN")
		ok = false
	}
	return owner, rest, ok
}

// packages lists the tagged versions of a container package. Those without a tag
// are the platforms of others, or were replaced.
func (r *reading) packages(ctx context.Context) {
	owner, title, ok := r.owned()
	if !ok {
		return
	}
	versions, complete, err := r.world.GitHub.PackageVersions(ctx, owner, title)
	if err != nil {
		r.gap("its versions can't be listed: "+reason(err), "see that the package exists and that the token may read packages (packages: read)")
		return
	}
	if !complete {
		r.gap(fmt.Sprintf("only %d of its versions could be listed", len(versions)), "delete old versions, or list the images with registry")
	}
	var tags []string
	of := map[string][]PackageVersion{}
	for _, v := range versions {
		for _, tag := range v.Tags {
			tags = append(tags, tag)
			of[tag] = append(of[tag], v)
		}
	}
	repository := packageRegistry + "/" + strings.ToLower(owner+"/"+title)
	for _, tag := range r.chosen(tags, "tagged version") {
		m, err := literal(repository+":"+tag, tag)
		if err != nil {
			r.gap("the package has the tag "+quote(tag)+", which is none", "leave it out with except")
			continue
		}
		for _, v := range of[tag] {
			if !isDigest(v.Digest) {
				r.gap("the version "+quote(v.Digest)+" of the tag "+quote(tag)+" has no sha256 digest as its name", "list the images with registry instead")
				continue
			}
			m.digest = v.Digest
			r.add(m, "the package "+owner+"/"+title, v.Created)
		}
	}
}
