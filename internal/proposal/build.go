package proposal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/git"
	"github.com/containergate/gate/internal/github"
)

// MayBuild says whether the images of the plan may be built here. A build runs
// foreign code, so:
//
//   - pull_request builds what was checked out: its token is harmless;
//   - push, merge_group, schedule and the like build the commit that the event
//     names, or one that the base or default branch has;
//   - pull_request_target, workflow_run, issue_comment and all other events with
//     a powerful token build such a commit only when the checkout is clean.
//
// The error explains the refusal and what to do instead.
func (s Source) MayBuild(ctx context.Context, images []gate.ImagePlan) error {
	trigger := s.Event.Trigger()
	if trigger == github.None || trigger == github.Proposed {
		return nil
	}
	for _, image := range images {
		if image.Build == nil {
			continue
		}
		for _, folder := range append([]string{image.Build.Context, image.Dockerfile}, contexts(image.Build)...) {
			if err := s.mayBuildFrom(ctx, folder, trigger); err != nil {
				return fmt.Errorf("gate does not build %s on %s: %w. %s", image.Name, s.Event.Name, err, instead)
			}
		}
	}
	return nil
}

// instead is the way out, for every refusal.
const instead = "Building runs the code of whoever wrote it, with this workflow's token and secrets within reach. " +
	"Check pull requests on pull_request and let a second workflow deliver the result (command: deliver): docs/github.md has the pair"

// contexts are the named contexts that are folders or addresses: of a layout its
// folder, with and without what may be a tag. Images have been published.
func contexts(spec *gate.BuildSpec) []string {
	var folders []string
	for _, name := range slices.Sorted(maps.Keys(spec.Contexts)) {
		folder := spec.Contexts[name]
		if strings.HasPrefix(folder, "docker-image://") {
			continue
		}
		if layout, found := strings.CutPrefix(folder, "oci-layout://"); found {
			folder, _, _ = strings.Cut(layout, "@")
			if at := strings.LastIndexByte(folder, ':'); at > 0 {
				folders = append(folders, folder[:at])
			}
		}
		folders = append(folders, folder)
	}
	return folders
}

func (s Source) mayBuildFrom(ctx context.Context, name string, trigger github.Trigger) error {
	if name == "" {
		return nil
	}
	if gate.RemoteContext(name) {
		if trigger == github.Privileged {
			return fmt.Errorf("%s is a remote context, of which nothing can be proved", name)
		}
		return nil
	}
	folder := name
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		folder = filepath.Dir(name)
	}
	if resolved, err := filepath.EvalSymlinks(folder); err == nil {
		folder = resolved
	}
	repository, err := openOuter(folder)
	if errors.Is(err, git.ErrNone) && trigger == github.Trusted {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the commit of %s can't be told: %w", name, err)
	}
	head, err := repository.Head()
	if err != nil {
		return fmt.Errorf("the commit of %s can't be told: %w", name, err)
	}
	if err := s.merged(ctx, repository, head); err != nil {
		return err
	}
	if trigger == github.Trusted {
		return nil
	}
	dirty, err := repository.Dirty(ctx, folder)
	if err != nil {
		return fmt.Errorf("the checkout of %s can't be compared with its commit: %w", name, err)
	}
	if len(dirty) > 0 {
		return fmt.Errorf("files of %s differ from the commit that was checked out: %s", name, strings.Join(dirty, ", "))
	}
	return nil
}

// openOuter opens the repository of a folder; of a submodule, the repository
// whose commit fixes the submodule's.
func openOuter(folder string) (*git.Repository, error) {
	repository, err := git.Open(folder)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(repository.Root(), ".git"))
	if err == nil && strings.Contains(filepath.ToSlash(string(data)), "/modules/") {
		return openOuter(filepath.Dir(repository.Root()))
	}
	return repository, nil
}

// merged returns nil when the commit is what the event names, or is part of the
// base or default branch.
func (s Source) merged(ctx context.Context, repository *git.Repository, head string) error {
	if head == s.Event.SHA {
		return nil
	}
	_, base := s.Event.Base()
	var failed error
	for _, branch := range []string{s.Event.DefaultBranch, base} {
		if s.API == nil || branch == "" {
			continue
		}
		within, err := s.API.IsAncestor(ctx, s.Event.Repository, head, strings.TrimPrefix(branch, "refs/heads/"))
		if err == nil && within {
			return nil
		}
		failed = err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if within, err := repository.IsAncestor(head, s.Event.SHA); err == nil && within {
		return nil
	}
	refusal := fmt.Errorf("the commit %s that is checked out is neither %s, which the event names, nor proved to be part of the base or default branch", short(head), short(s.Event.SHA))
	if failed != nil {
		return fmt.Errorf("%w (%w)", refusal, failed)
	}
	return refusal
}
