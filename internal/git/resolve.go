package git

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// Resolve returns the commit that a name means: a full id, HEAD, a branch, a tag
// or a remote's branch (origin/main), in this order. ~N behind it goes N first
// parents back. Other spellings of git are not known.
func (r *Repository) Resolve(name string) (sha string, err error) {
	defer caught(&err)
	plain, back, _ := strings.Cut(name, "~")
	steps, err := stepsBack(name, back)
	if err != nil {
		return "", err
	}
	id, err := r.named(plain)
	if err != nil {
		return "", err
	}
	sha = id.String()
	for range steps {
		parents, err := r.Parents(sha)
		if err != nil {
			return "", err
		}
		if len(parents) == 0 {
			return "", fmt.Errorf("%q goes further back than the history: %s has no parent", name, sha)
		}
		sha = parents[0]
	}
	return sha, nil
}

// maxSteps is how far back a name may go.
const maxSteps = 1000

func stepsBack(name, back string) (int, error) {
	if !strings.Contains(name, "~") {
		return 0, nil
	}
	steps := 1
	if back != "" {
		steps = 0
		for _, digit := range back {
			if digit < '0' || digit > '9' || steps > maxSteps {
				return 0, fmt.Errorf("%q is no commit: what follows ~ is a number up to %d", name, maxSteps)
			}
			steps = steps*10 + int(digit-'0')
		}
	}
	if steps > maxSteps {
		return 0, fmt.Errorf("%q is no commit: what follows ~ is a number up to %d", name, maxSteps)
	}
	return steps, nil
}

func (r *Repository) named(name string) (plumbing.Hash, error) {
	if id, err := parseSHA(name); err == nil {
		return id, nil
	}
	for _, full := range []string{name, "refs/heads/" + name, "refs/tags/" + name, "refs/remotes/" + name} {
		if full == name && name != "HEAD" && !strings.HasPrefix(name, "refs/") {
			continue
		}
		ref, err := storer.ResolveReference(r.refs, plumbing.ReferenceName(full))
		if errors.Is(err, plumbing.ErrReferenceNotFound) {
			continue
		}
		if err != nil {
			return plumbing.ZeroHash, fmt.Errorf("read %s: %w", full, err)
		}
		return r.peeled(ref.Hash())
	}
	return plumbing.ZeroHash, fmt.Errorf("%q is no commit, branch or tag of %s: fetch it, or give its full id", name, r.root)
}

// peeled is the commit that an annotated tag names.
func (r *Repository) peeled(id plumbing.Hash) (plumbing.Hash, error) {
	found, err := r.find(id)
	if err != nil || found.Type() != plumbing.TagObject {
		return id, err
	}
	tag := &object.Tag{}
	if err := tag.Decode(found); err != nil {
		return id, fmt.Errorf("read the tag %s: %w", id, err)
	}
	if tag.TargetType != plumbing.CommitObject {
		return id, fmt.Errorf("the tag %s names no commit", tag.Name)
	}
	return tag.Target, nil
}
