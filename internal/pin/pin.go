package pin

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// Resolver finds the digest that a name with a tag stands for.
type Resolver interface {
	Resolve(ctx context.Context, ref string) (image.Resolved, error)
}

// NewResolver asks registries, then the Docker Engine, then OCI layout folders,
// as image.NewResolver has it. The returned function releases what it holds.
func NewResolver(registry gate.RegistryPlan, dockerHost string, layouts []string) (Resolver, func() error, error) {
	resolver, err := image.NewResolver(registry, dockerHost, layouts)
	if err != nil {
		return nil, nil, err
	}
	return resolver, resolver.Close, nil
}

// Options say what is pinned.
type Options struct {
	// Update resolves the tags of references that have a digest again.
	Update bool
	// Syntax takes the frontend of a # syntax= line for an image as well.
	Syntax bool
}

// Input is a Dockerfile. Its path is only repeated in the result.
type Input struct {
	Path   string
	Source []byte
	// Contexts are the names for which the build has contexts of its own.
	Contexts []string
}

// together is how many tags are resolved at a time.
const together = 6

// Run says what pinning makes of Dockerfiles, and changes none of them. Every
// tag is resolved once. A nil resolver resolves nothing: what has no digest is
// then Unpinned. The error is the context's.
func Run(ctx context.Context, inputs []Input, resolver Resolver, opts Options) ([]Result, error) {
	files := make([]work, len(inputs))
	tags := map[string]*answer{}
	for n, input := range inputs {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		files[n] = newWork(input, opts)
		for _, s := range files[n].sites {
			if resolver != nil && s.wanted(opts) {
				tags[parseReference(s.text).tagged()] = &answer{}
			}
		}
	}
	if err := resolve(ctx, resolver, tags); err != nil {
		return nil, err
	}
	results := make([]Result, len(files))
	for n := range files {
		results[n] = files[n].result(tags, opts)
	}
	return results, nil
}

// work is a file with the places in it that name images.
type work struct {
	input Input
	file  *dockerfile.File
	sites []site
}

func newWork(input Input, opts Options) work {
	w := work{input: input, file: dockerfile.Parse(input.Path, input.Source)}
	if w.file.Complete() {
		w.sites = find(w.file, input.Contexts, opts.Syntax)
	}
	return w
}

// wanted reports whether the tag of a site is to be resolved.
func (s site) wanted(opts Options) bool {
	ref := parseReference(s.text)
	if s.left != "" || !ref.pinned {
		return s.left == ""
	}
	return opts.Update && ref.tag != "" && digestForm.MatchString(ref.digest)
}

// answer is what the resolver said of a tag.
type answer struct {
	image.Resolved
	err error
}

func resolve(ctx context.Context, resolver Resolver, tags map[string]*answer) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(together)
	for tag, slot := range tags {
		group.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			slot.Resolved, slot.err = resolver.Resolve(ctx, tag)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return nil
		})
	}
	return group.Wait()
}
