package githubtest

import (
	"net/http"
	"slices"
	"strings"
)

// history is a commit and all its ancestors, nearest first.
func (r *Repository) history(sha string) []string {
	var found []string
	for queue := []string{sha}; len(queue) > 0; queue = queue[1:] {
		if slices.Contains(found, queue[0]) {
			continue
		}
		commit := r.commit(queue[0])
		if commit == nil {
			continue
		}
		found = append(found, queue[0])
		queue = append(queue, commit.Parents...)
	}
	return found
}

// mergeBase is the nearest common ancestor, or empty.
func (r *Repository) mergeBase(a, b string) string {
	ancestors := r.history(a)
	for _, sha := range r.history(b) {
		if slices.Contains(ancestors, sha) {
			return sha
		}
	}
	return ""
}

func getComparison(c *call) answer {
	before, after, found := strings.Cut(c.text("basehead"), "...")
	if !found {
		return notFound()
	}
	base, baseFound := c.repo.resolve(ofSameNetwork(before))
	head, headFound := c.repo.resolve(ofSameNetwork(after))
	if !baseFound || !headFound {
		return notFound()
	}
	common := c.repo.mergeBase(base, head)
	if common == "" {
		return refuse(http.StatusNotFound, "No common ancestor between %s and %s.", before, after)
	}
	return c.comparison(base, head, common)
}

// ofSameNetwork takes the owner off a fork's branch (owner:branch): the commits
// of forks lie in the same repository here.
func ofSameNetwork(name string) string {
	_, branch, qualified := strings.Cut(name, ":")
	if qualified {
		return branch
	}
	return name
}

func (c *call) comparison(base, head, common string) answer {
	ahead := without(c.repo.history(head), c.repo.history(base))
	behind := without(c.repo.history(base), c.repo.history(head))
	status := "identical"
	switch {
	case len(ahead) > 0 && len(behind) > 0:
		status = "diverged"
	case len(ahead) > 0:
		status = "ahead"
	case len(behind) > 0:
		status = "behind"
	}
	slices.Reverse(ahead)
	part, header := page(c, ahead)
	commits := make([]any, 0, len(part))
	for _, sha := range part {
		commits = append(commits, c.commitObject(c.repo, *c.repo.commit(sha)))
	}
	changed := difference(c.repo.tree(common), c.repo.tree(head))
	return answer{status: http.StatusOK, header: header, body: object{
		"status": status, "ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead),
		"base_commit":       c.commitObject(c.repo, *c.repo.commit(base)),
		"merge_base_commit": c.commitObject(c.repo, *c.repo.commit(common)),
		"commits":           commits, "files": c.fileObjects(c.repo, changed, head),
	}}
}

func without(all, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(sha string) bool { return slices.Contains(gone, sha) })
}
