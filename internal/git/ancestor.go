package git

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// maxHistory is how many commits IsAncestor looks at.
const maxHistory = 100_000

// Parents returns the parents of a commit in their order, also where a shallow
// clone ends and they are not here themselves. The first parent of the merge
// commit that GitHub makes for a pull request is its base.
func (r *Repository) Parents(sha string) (parents []string, err error) {
	defer caught(&err)
	id, err := parseSHA(sha)
	if err != nil {
		return nil, err
	}
	found, err := r.commit(id)
	if err != nil {
		return nil, fmt.Errorf("read the parents of commit %s: %w", sha, err)
	}
	for _, parent := range found.parents {
		parents = append(parents, parent.String())
	}
	return parents, nil
}

// IsAncestor reports whether a commit is in the history of another one, or is
// that one. It is ErrMissing when the history here is too short to tell, or
// longer than is walked.
func (r *Repository) IsAncestor(commit, of string) (found bool, err error) {
	defer caught(&err)
	want, err := parseSHA(commit)
	if err != nil {
		return false, err
	}
	start, err := parseSHA(of)
	if err != nil {
		return false, err
	}
	seen := map[plumbing.Hash]bool{start: true}
	var missing error
	for queue := []plumbing.Hash{start}; len(queue) > 0; queue = queue[1:] {
		at, err := r.commit(queue[0])
		if errors.Is(err, ErrMissing) {
			missing = fmt.Errorf("look for commit %s in the history of %s: %w", commit, of, err)
			continue
		}
		if err != nil {
			return false, err
		}
		// A parent need not be here to be one: its child names it.
		if start == want || slices.Contains(at.parents, want) {
			return true, nil
		}
		for _, parent := range at.parents {
			if !seen[parent] {
				seen[parent] = true
				queue = append(queue, parent)
			}
		}
		if len(seen) > maxHistory {
			return false, fmt.Errorf("look for commit %s in the newest %d of %s: %w", commit, maxHistory, of, ErrMissing)
		}
	}
	return false, missing
}
