package inputs

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// The limits of what is read. Beyond them the inputs are not known.
const (
	maxFiles  = 200_000
	maxVisits = 4_000_000
)

// Build is a build whose inputs are asked for.
type Build struct {
	// Root is the folder that stands for the working directory: the checkout,
	// or a folder with the files of another commit. Empty means ".". What the
	// build takes from elsewhere on the machine makes its inputs unknown.
	Root string
	// Spec is the build. Its paths are absolute or relative to Root.
	Spec gate.BuildSpec
	// Base tells the configuration of a base image. platform is empty where the
	// build does not say. Where Base is nil or fails, the image may have
	// triggers that copy anything, and so the whole context counts.
	Base func(ctx context.Context, reference, platform string) (Base, error)

	// files and visits take the place of the limits, in tests.
	files, visits int
}

// Base is what the configuration of a base image says that bears on what a
// build reads.
type Base struct {
	// Env are the variables, NAME=VALUE.
	Env []string
	// Triggers are its ONBUILD instructions, without that word.
	Triggers []string
}

// Of finds the inputs of a build. What keeps them from being known stands in
// the result; an error means that the context has ended, or that Root can't be
// read.
func Of(ctx context.Context, build Build) (Inputs, error) {
	if build.Root == "" {
		build.Root = "."
	}
	root, err := filepath.Abs(build.Root)
	if err == nil {
		root, err = filepath.EvalSymlinks(root)
	}
	if err != nil {
		return Inputs{}, fmt.Errorf("find the inputs of a build: %w", err)
	}
	l := newLedger(build, root)
	l.countSpec()
	if gate.RemoteContext(build.Spec.Context) {
		l.remoteBuild(ctx)
	} else {
		l.localBuild(ctx)
	}
	if len(l.unknown) == 0 && ctx.Err() == nil {
		l.countFiles(ctx)
	}
	if err := context.Cause(ctx); err != nil {
		return Inputs{}, fmt.Errorf("find the inputs of a build: %w", err)
	}
	return l.inputs(), nil
}

// remoteBuild is a build whose context only the builder reads. Its Dockerfile
// is in there, so all that is given beside it counts.
func (l *ledger) remoteBuild(ctx context.Context) {
	l.pinned("the build context", l.build.Spec.Context)
	for name := range l.build.Spec.Contexts {
		l.useContext(ctx, name, everything())
	}
}

// localBuild is a build of a folder.
func (l *ledger) localBuild(ctx context.Context) {
	path, text, ok := l.readDockerfile()
	if !ok {
		return
	}
	l.count(fact{kind: kindDockerfile, value: digestOf(text)})
	if !l.openContext(path) {
		return
	}
	platforms := slices.Clone(l.build.Spec.Platforms)
	if len(platforms) == 0 {
		platforms = []string{""}
	}
	for _, platform := range platforms {
		if ctx.Err() != nil || !l.survey(ctx, l.show(path), text, platform) {
			return
		}
	}
}
