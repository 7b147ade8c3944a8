package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/git"
	"github.com/containergate/gate/internal/github/cache"
)

// baseCommit is what a run knows of the commit that it compares with: from the
// checkout's git objects, else from GitHub.
type baseCommit struct {
	step *step
	// cache is nil where the runner has none.
	cache *cache.Client
}

var _ check.Bases = baseCommit{}

// Tree writes the commit's files. A checkout of one commit, as actions/checkout
// makes it, does not have the base's; GitHub is then asked for them.
func (b baseCommit) Tree(ctx context.Context, commit, dir string) (root string, notes []string, err error) {
	inside := "."
	repository, failed := git.Open(".")
	if failed == nil {
		if inside, err = within(repository.Root()); err != nil {
			return "", nil, err
		}
		var exported git.Exported
		objects := filepath.Join(dir, "git")
		if err := os.Mkdir(objects, 0o700); err != nil {
			return "", nil, err
		}
		exported, failed = repository.Export(ctx, commit, objects)
		if failed == nil || ctx.Err() != nil {
			return filepath.Join(objects, inside), lacks(exported.Submodules, exported.LFS), failed
		}
	}
	if b.step.client == nil || b.step.event.Repository == "" {
		return "", nil, fmt.Errorf("%w; check out with fetch-depth: 2, or give the action its token", failed)
	}
	fresh := filepath.Join(dir, "tarball")
	unpacked, err := b.unpack(ctx, commit, fresh)
	if err == nil && unpacked.Commit != "" && unpacked.Commit != commit {
		err = fmt.Errorf("the archive is of the commit %s", unpacked.Commit)
	}
	if err != nil {
		return "", nil, fmt.Errorf("%w; and from GitHub: %w", failed, err)
	}
	return filepath.Join(fresh, inside), lacks(unpacked.Empty, unpacked.LFS), nil
}

// within is the working directory relative to the repository's root.
func within(root string) (string, error) {
	here, err := filepath.Abs(".")
	if err == nil {
		here, err = filepath.EvalSymlinks(here)
	}
	if err != nil {
		return "", fmt.Errorf("find the working directory: %w", err)
	}
	return filepath.Rel(root, here)
}

// lacks says what the files of a commit do not hold.
func lacks(submodules, lfs []string) []string {
	var notes []string
	if len(submodules) > 0 {
		notes = append(notes, "submodules are empty in the base commit's files: "+strings.Join(submodules, ", "))
	}
	if len(lfs) > 0 {
		notes = append(notes, "Git LFS's files are only pointers in the base commit's files: "+strings.Join(lfs, ", "))
	}
	return notes
}

func (b baseCommit) unpack(ctx context.Context, commit, dir string) (baseline.Unpacked, error) {
	archive, err := os.CreateTemp(filepath.Dir(dir), "*.tar.gz")
	if err != nil {
		return baseline.Unpacked{}, err
	}
	defer func() { _ = errors.Join(archive.Close(), os.Remove(archive.Name())) }()
	if _, err := b.step.client.Tarball(ctx, b.step.event.Repository, commit, archive); err != nil {
		return baseline.Unpacked{}, err
	}
	if _, err := archive.Seek(0, 0); err != nil {
		return baseline.Unpacked{}, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return baseline.Unpacked{}, err
	}
	return baseline.Unpack(ctx, archive, dir)
}

// errNothingKept says that no run has kept anything of the commit.
var errNothingKept = errors.New("no run has kept anything of the base commit")

// Kept restores what a run of the commit saved in the runner's cache service.
func (b baseCommit) Kept(ctx context.Context, commit, image, platform, dir string) (string, error) {
	if b.cache == nil {
		return "", errors.New("there is no cache service here to keep anything in")
	}
	folder, err := os.MkdirTemp(dir, "kept-")
	if err != nil {
		return "", err
	}
	key, err := b.cache.Restore(ctx, keptKey(commit, image), nil, folder)
	if err != nil {
		return "", err
	}
	if key == "" {
		return "", errNothingKept
	}
	return filepath.Join(folder, keptFile(platform)), nil
}

// Proposes reports whether a pull request or merge group brings a file.
func (b baseCommit) Proposes(ctx context.Context, path string) (bool, error) {
	source := b.step.source()
	if !source.Proposes() {
		return false, nil
	}
	return source.Tracks(ctx, filepath.ToSlash(path))
}

// keptKey is the cache's key of what was kept of an image at a commit.
func keptKey(commit, image string) string {
	return fmt.Sprintf("gate-baseline-%d-%s-%s", baseline.Schema, commit, image)
}

func keptFile(platform string) string {
	return strings.ReplaceAll(platform, "/", "-") + ".zst"
}

// resolveBase finds out what the user's name of the base commit means, and what
// is examined. That a change is held against itself is an error.
func resolveBase(ctx context.Context, plan *gate.Plan) error {
	repository, err := git.Open(".")
	if err != nil {
		if plan.Baseline.Revision != "" {
			return usageError{fmt.Errorf("--base %s: %w", plan.Baseline.Revision, err)}
		}
		return nil
	}
	head, err := repository.Head()
	if err != nil {
		return nil //nolint:nilerr // A repository without a commit has nothing to compare with.
	}
	asked := plan.Baseline.Revision
	if asked == "" && plan.Baseline.Keep == "" {
		return nil
	}
	changed, err := repository.Dirty(ctx, ".")
	if err != nil {
		return err
	}
	if len(changed) == 0 {
		plan.Baseline.Head = head
	}
	if asked == "" {
		return nil
	}
	if plan.Baseline.Commit, err = repository.Resolve(asked); err != nil {
		return usageError{fmt.Errorf("--base %s: %w", asked, err)}
	}
	if plan.Baseline.Commit == plan.Baseline.Head {
		return usageError{fmt.Errorf("--base %s is the commit %s that is checked, and nothing was changed: there is nothing to compare it with", asked, head[:12])}
	}
	return nil
}
