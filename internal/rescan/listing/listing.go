package listing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// World is where lists are looked for.
type World struct {
	// Root is the folder that paths are relative to. Nothing outside of it is
	// read, also where a symbolic link leads there.
	Root string
	// Repository is the repository of the run, owner/name; it may be empty.
	Repository string
	Registry   Registry
	// GitHub is nil where there is no token.
	GitHub GitHub
}

// List reads the sources. What is found is sorted by name and reference, and a
// reference that several lists name is found once: with the name that a source
// gives it (the first in the policy that does), else that of its repository;
// with the first digest that a list gives, the earliest time of publication, and
// the platforms of all of them.
//
// The gaps are in the order of the sources. The error is that of the context.
func List(ctx context.Context, sources []gate.ReleasedSource, world World) (found []gate.Released, gaps []gate.Gap, err error) {
	all := &collection{images: map[string]*image{}}
	files := &tree{at: world.Root}
	defer files.close()
	for _, source := range sources {
		r := &reading{collection: all, world: world, files: files, source: source}
		r.read(ctx)
		if err := ctx.Err(); err != nil {
			return nil, nil, fmt.Errorf("list the released images: %w", err)
		}
	}
	return all.released(), all.gaps, nil
}

// reading is one source as it is read.
type reading struct {
	*collection
	world  World
	files  *tree
	source gate.ReleasedSource
	// named counts what the source named, and told its gaps.
	named, told int
}

// mostTold is how many gaps are told of one source.
const mostTold = 50

func (r *reading) read(ctx context.Context) {
	switch r.source.Kind {
	case gate.ReleasedImages:
		r.images()
	case gate.ReleasedRegistry:
		r.registry(ctx)
	case gate.ReleasedReleases:
		r.releases(ctx)
	case gate.ReleasedPackages:
		r.packages(ctx)
	case gate.ReleasedManifests:
		r.manifests(ctx)
	case gate.ReleasedFile:
		r.file()
	default:
		r.gap("gate knows no such list", "correct the policy")
	}
	if r.named == 0 && r.told == 0 {
		r.gap("it names no image", "correct the entry, or remove it")
	}
}

// images reads the references of the policy file itself.
func (r *reading) images() {
	for _, text := range r.source.Images {
		m, err := literal(text, text)
		if err != nil {
			r.gap(err.Error(), "correct the reference in the policy")
			continue
		}
		r.add(m, string(r.source.Origin), time.Time{})
	}
}

// add notes an image that the source names, and where.
func (r *reading) add(m mention, listed string, published time.Time, bills ...gate.ReleasedBill) {
	r.named++
	platforms := r.source.Platforms
	if m.platform != "" {
		platforms = []string{m.platform}
	}
	r.collect(r.source.Name, gate.Released{
		Name: m.name.repository, Reference: m.name.String(), Digest: m.stands(), Published: published,
		Platforms: platforms, Bills: bills, Listed: []string{plain(listed)},
	})
}

// gap notes that the source may name more than was found.
func (r *reading) gap(message, next string, paths ...string) {
	r.told++
	switch {
	case r.told > mostTold+1:
		return
	case r.told > mostTold:
		message, next, paths = fmt.Sprintf("there are more than %d faults in it", mostTold), "correct the others first", nil
	}
	r.gaps = append(r.gaps, gate.Gap{
		Guard: gate.GuardImageMissing, Paths: paths, Next: next,
		Message: plain(fmt.Sprintf("the list of released images at %s (%s): %s", r.source.Origin, r.title(), message)),
	})
}

// title says in words which list it is.
func (r *reading) title() string {
	if r.source.Place == "" {
		return string(r.source.Kind)
	}
	return string(r.source.Kind) + " " + quote(r.source.Place)
}

// reason is an error for a message; of the file system's, the path is left out.
func reason(err error) string {
	var broken *os.PathError
	if errors.As(err, &broken) {
		return broken.Err.Error()
	}
	return plain(err.Error())
}
