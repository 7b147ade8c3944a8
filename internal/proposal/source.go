package proposal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/git"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
)

// API is the part of GitHub's API that is asked.
type API interface {
	Commit(ctx context.Context, repository, sha string) (rest.Commit, error)
	Contents(ctx context.Context, repository, path, ref string) ([]byte, error)
	PullRequestFiles(ctx context.Context, repository string, number int) ([]rest.File, bool, error)
	Compare(ctx context.Context, repository, base, head string) ([]rest.File, bool, error)
	IsAncestor(ctx context.Context, repository, commit, of string) (bool, error)
	PullRequest(ctx context.Context, repository string, number int) (rest.PullRequest, error)
	Reviews(ctx context.Context, repository string, number int) ([]rest.Review, bool, error)
	Folder(ctx context.Context, repository, path, ref string) ([]string, error)
	Tip(ctx context.Context, repository, branch string) (string, error)
}

// Source is where facts about a proposal come from.
type Source struct {
	Event github.Event
	// API is nil where there is no token.
	API API
	// Workspace is the checkout's directory.
	Workspace string
}

// ErrNoBase is returned for an event that proposes nothing.
var ErrNoBase = errors.New("the event has no base to compare with")

// Proposes reports whether the event is about a change that is yet to be merged.
func (s Source) Proposes() bool {
	// The name counts, and not the payload, which may be unreadable.
	return s.Event.Name == "pull_request" || s.Event.Name == "merge_group"
}

// Base is the commit into which the change would be merged: the first parent of
// the merge commit that GitHub made, or what the event names.
func (s Source) Base(ctx context.Context) (string, error) {
	if !s.Proposes() {
		return "", ErrNoBase
	}
	base := s.namedBase()
	if s.Event.Name == "pull_request" {
		parents, err := s.parents(ctx, s.Event.SHA)
		if err != nil {
			return "", err
		}
		if len(parents) == 2 {
			base = parents[0]
		}
	}
	switch base {
	case "":
		return "", fmt.Errorf("the event %s does not name its base commit", s.Event.Name)
	case s.Event.SHA:
		return "", fmt.Errorf("the base commit %s is the commit that is checked: there is nothing to compare it with", base)
	}
	return base, nil
}

func (s Source) namedBase() string {
	sha, _ := s.Event.Base()
	return sha
}

// parents asks the API, then the checkout; that neither knows the commit is no
// error, because the event names a base as well.
func (s Source) parents(ctx context.Context, sha string) ([]string, error) {
	if s.API != nil {
		commit, err := s.API.Commit(ctx, s.Event.Repository, sha)
		if err == nil {
			return commit.Parents, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	if repository, err := git.Open(s.Workspace); err == nil {
		if parents, err := repository.Parents(sha); err == nil {
			return parents, nil
		}
	}
	return nil, nil
}

// reader reads files of one commit.
type reader struct {
	Source
	ctx context.Context
	sha string
	// seen is set once the API has shown that it knows the commit, so that a
	// file it does not find is known not to be there.
	seen bool
}

// ReadFile reads a file as the commit has it. The error is fs.ErrNotExist only
// when that is known; a commit that can't be read is another error.
func (r *reader) ReadFile(name string) ([]byte, error) {
	name = path.Clean(filepath.ToSlash(name))
	if !fs.ValidPath(name) {
		return nil, fmt.Errorf("%s is outside the repository", name)
	}
	data, failed := r.fromAPI(name)
	if failed == nil || errors.Is(failed, fs.ErrNotExist) {
		return data, failed
	}
	if r.ctx.Err() != nil {
		return nil, context.Cause(r.ctx)
	}
	data, err := r.fromGit(name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return data, err
	}
	return nil, fmt.Errorf("read %s at %s: %w; and from the checkout: %w", name, r.sha, failed, err)
}

var errNoToken = errors.New("there is no token for the contents API")

func (r *reader) fromAPI(name string) ([]byte, error) {
	if r.API == nil {
		return nil, errNoToken
	}
	data, err := r.API.Contents(r.ctx, r.Event.Repository, name, r.sha)
	if err == nil {
		r.seen = true
		return data, nil
	}
	var failed *rest.Error
	if !errors.As(err, &failed) || failed.Kind != rest.NotFound {
		return nil, err
	}
	if !r.seen {
		if _, err := r.API.Commit(r.ctx, r.Event.Repository, r.sha); err != nil {
			return nil, err
		}
		r.seen = true
	}
	return nil, fmt.Errorf("read %s at %s: %w", name, r.sha, fs.ErrNotExist)
}

func (r *reader) fromGit(name string) ([]byte, error) {
	repository, err := git.Open(r.Workspace)
	if err != nil {
		return nil, err
	}
	return repository.File(r.sha, name)
}

// Rebased makes the plan that the inputs ask for with the base commit's policy.
func (s Source) Rebased(ctx context.Context, request config.Request) (gate.Plan, error) {
	base, err := s.Base(ctx)
	if err != nil {
		return gate.Plan{}, err
	}
	r := &reader{Source: s, ctx: ctx, sha: base}
	request.GlobBase = r.Glob
	return request.Rebased(r.ReadFile)
}
