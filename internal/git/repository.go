package git

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

var (
	// ErrNone means that a directory is in no git repository.
	ErrNone = errors.New("no git repository here")
	// ErrMissing means that objects which the answer needs are not here. The
	// clone is shallow or partial: actions/checkout fetches one commit unless
	// fetch-depth says otherwise.
	ErrMissing = errors.New("not in this clone")
)

// Repository is an opened repository. It holds no open files, and is for one
// goroutine at a time.
type Repository struct {
	// root is the work tree; gitDir is its own .git, and commonDir the one that
	// all work trees of the repository share. All are absolute.
	root, gitDir, commonDir string
	// fileMode is false when the repository does not keep the executable bit.
	fileMode bool
	refs     storer.ReferenceStorer
	// stores are the repository's own objects and those that it borrows.
	stores []*filesystem.ObjectStorage
}

// Root returns the top directory of the work tree, absolute and without
// symbolic links.
func (r *Repository) Root() string { return r.root }

// Head returns the commit that is checked out. A branch without a commit is an
// error.
func (r *Repository) Head() (sha string, err error) {
	defer caught(&err)
	ref, err := storer.ResolveReference(r.refs, plumbing.HEAD)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return "", fmt.Errorf("read HEAD of %s: its branch has no commit", r.root)
	}
	if err != nil {
		return "", fmt.Errorf("read HEAD of %s: %w", r.root, err)
	}
	return ref.Hash().String(), nil
}

// parseSHA reads the full name of a commit.
func parseSHA(sha string) (plumbing.Hash, error) {
	if len(sha) != 40 || strings.Trim(sha, "0123456789abcdef") != "" {
		return plumbing.ZeroHash, fmt.Errorf("%q is no commit: want 40 hexadecimal digits", sha)
	}
	return plumbing.NewHash(sha), nil
}

// caught turns a panic of the library over a damaged repository into an error.
func caught(err *error) {
	if problem := recover(); problem != nil {
		*err = fmt.Errorf("the git repository is damaged: %v", problem)
	}
}
