package githubtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// resolve finds the commit of a branch, a tag, a full ref, a pull request's ref
// or a (shortened) commit name. Empty means the default branch.
func (r *Repository) resolve(name string) (string, bool) {
	if name == "" || name == "HEAD" {
		name = r.DefaultBranch
	}
	full := strings.TrimPrefix(name, "refs/")
	if branch, is := strings.CutPrefix(full, "heads/"); is && r.Branches[branch] != "" {
		return r.Branches[branch], true
	}
	if tag, is := strings.CutPrefix(full, "tags/"); is && r.Tags[tag] != "" {
		return r.Tags[tag], true
	}
	if sha := r.pullRef(full); sha != "" {
		return sha, true
	}
	for _, names := range []map[string]string{r.Branches, r.Tags} {
		if sha := names[name]; sha != "" {
			return sha, true
		}
	}
	return r.commitNamed(name)
}

// pullRef is the commit of pull/N/head or pull/N/merge, or empty.
func (r *Repository) pullRef(name string) string {
	for _, p := range r.Pulls {
		switch name {
		case fmt.Sprintf("pull/%d/head", p.Number):
			return p.Head.SHA
		case fmt.Sprintf("pull/%d/merge", p.Number):
			return p.MergeSHA
		}
	}
	return ""
}

func (r *Repository) commitNamed(name string) (string, bool) {
	const shortest = 7
	if len(name) < shortest {
		return "", false
	}
	for _, c := range r.Commits {
		if strings.HasPrefix(c.SHA, strings.ToLower(name)) {
			return c.SHA, true
		}
	}
	return "", false
}

// getRef answers for a full ref without refs/ only.
func getRef(c *call) answer {
	name := c.text("ref")
	if !strings.HasPrefix(name, "heads/") && !strings.HasPrefix(name, "tags/") && !strings.HasPrefix(name, "pull/") {
		return notFound()
	}
	sha, found := c.repo.resolve("refs/" + name)
	if !found {
		return notFound()
	}
	return ok(object{"ref": "refs/" + name, "url": c.api("repos", c.repo.Name, "git/refs", name),
		"object": object{"type": "commit", "sha": sha, "url": c.api("repos", c.repo.Name, "git/commits", sha)}})
}

func getBranch(c *call) answer {
	name := c.text("branch")
	sha := c.repo.Branches[name]
	if sha == "" {
		return refuse(http.StatusNotFound, "Branch not found")
	}
	commit := c.repo.commit(sha)
	if commit == nil {
		commit = &Commit{SHA: sha}
	}
	self := c.api("repos", c.repo.Name, "branches", name)
	return ok(object{"name": name, "commit": c.commitObject(c.repo, *commit), "protected": false,
		"_links": object{"self": self, "html": web(c.repo.Name, "tree", name)}})
}

func listTags(c *call) answer {
	return list(c, slices.Sorted(maps.Keys(c.repo.Tags)), func(name string) object {
		sha := c.repo.Tags[name]
		return object{"name": name, "commit": object{"sha": sha, "url": c.api("repos", c.repo.Name, "commits", sha)}}
	})
}
