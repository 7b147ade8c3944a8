package proposal

import (
	"context"
	"errors"

	"github.com/containergate/gate/internal/github/rest"
)

// patience asks the API until it has not answered once: every question after
// that gets the same error at once, because each would wait as long again.
type patience struct {
	API
	failed error
}

func (p *patience) ask(call func() error) error {
	if p.failed != nil {
		return p.failed
	}
	err := call()
	var failed *rest.Error
	if errors.As(err, &failed) && (failed.Kind == rest.Unavailable || failed.Kind == rest.RateLimited || failed.Kind == rest.Unauthorized) {
		p.failed = err
	}
	return err
}

// Commit asks for a commit.
func (p *patience) Commit(ctx context.Context, repository, sha string) (commit rest.Commit, err error) {
	err = p.ask(func() error { commit, err = p.API.Commit(ctx, repository, sha); return err })
	return commit, err
}

// Contents asks for a file.
func (p *patience) Contents(ctx context.Context, repository, path, ref string) (data []byte, err error) {
	err = p.ask(func() error { data, err = p.API.Contents(ctx, repository, path, ref); return err })
	return data, err
}

// PullRequestFiles asks what a pull request changes.
func (p *patience) PullRequestFiles(ctx context.Context, repository string, number int) (files []rest.File, complete bool, err error) {
	err = p.ask(func() error { files, complete, err = p.API.PullRequestFiles(ctx, repository, number); return err })
	return files, complete, err
}

// Compare asks what differs between two commits.
func (p *patience) Compare(ctx context.Context, repository, base, head string) (files []rest.File, complete bool, err error) {
	err = p.ask(func() error { files, complete, err = p.API.Compare(ctx, repository, base, head); return err })
	return files, complete, err
}
