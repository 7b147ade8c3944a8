package check

import (
	"context"
	"fmt"
	"os"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

// Fixed is a Dockerfile before and after the repairs that change nothing of
// what it means.
type Fixed struct {
	Path string
	// Before and After are the whole texts; Applied are the findings that are gone.
	Before, After []byte
	Applied       []lint.Applied
	// Unreadable says why the file was left as it is.
	Unreadable error
}

// Changed reports whether there is anything to write.
func (f Fixed) Changed() bool { return string(f.Before) != string(f.After) }

// Standard reports whether the file came from standard input.
func (f Fixed) Standard() bool { return f.Path == stdin }

// Fix repairs Dockerfiles in memory; the caller writes them. A file that can't
// be read to its end is returned with the reason, as it is.
func Fix(ctx context.Context, plan gate.Plan, paths []string, env Environment) ([]Fixed, error) {
	if err := checkIgnored(plan.Lint, env.Rules); err != nil {
		return nil, err
	}
	files, faults, err := lintPaths(ctx, paths)
	if err != nil {
		return nil, err
	}
	var all []Fixed
	for _, path := range files {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		all = append(all, fixOne(ctx, plan, path, env))
	}
	for _, fault := range faults {
		all = append(all, Fixed{Unreadable: fault})
	}
	return all, nil
}

func fixOne(ctx context.Context, plan gate.Plan, path string, env Environment) Fixed {
	if err := refuseLink(path); err != nil {
		return Fixed{Path: path, Unreadable: err}
	}
	input, err := lintInput(plan, path, env)
	if err != nil {
		return Fixed{Path: path, Unreadable: err}
	}
	before := input.File.Source
	after, applied, err := lint.Fix(ctx, before, path, env.Rules, input.Options)
	if err != nil {
		err = fmt.Errorf("%s is left as it is: %w", path, err)
	}
	return Fixed{Path: path, Before: before, After: after, Applied: applied, Unreadable: err}
}

// refuseLink says why a file is not rewritten: a symbolic link may lead anywhere,
// out of the checkout too, and what is no plain file can't be written again.
func refuseLink(path string) error {
	if path == stdin {
		return nil
	}
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return fmt.Errorf("look at the Dockerfile: %w", err)
	case info.Mode()&os.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link and is left as it is: name the file it leads to", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no plain file and is left as it is", path)
	}
	return nil
}
