package githubtest

import (
	"net/http"
)

// Commit is a commit: its parents, and all files of its tree.
type Commit struct {
	SHA     string   `json:"sha"`
	Parents []string `json:"parents,omitempty"`
	Message string   `json:"message,omitempty"`
	Author  string   `json:"author,omitempty"`
	// Files is the whole tree, by path. When it is null, the tree is the first
	// parent's with the changes below.
	Files map[string]string `json:"files,omitempty"`
	// Changed are files that differ from the first parent's; Removed are gone.
	Changed map[string]string `json:"changed,omitempty"`
	Removed []string          `json:"removed,omitempty"`
	// Links are symbolic links: where they are and what they hold.
	Links map[string]string `json:"links,omitempty"`
	// Tarball, when it is set, is the archive of the commit, which need not be a
	// good one. Otherwise it is made of the tree.
	Tarball []byte `json:"tarball,omitempty"`
}

// commit finds a commit by its full name.
func (r *Repository) commit(sha string) *Commit {
	for i := range r.Commits {
		if r.Commits[i].SHA == sha {
			return &r.Commits[i]
		}
	}
	return nil
}

// tree is all files of a commit. Unknown commits have none.
func (r *Repository) tree(sha string) map[string]string {
	tree := map[string]string{}
	// A scenario may hold a circle by mistake; no tree is deeper than its commits.
	var chain []*Commit
	for c := r.commit(sha); c != nil && len(chain) <= len(r.Commits); c = r.commit(c.firstParent()) {
		chain = append(chain, c)
		if c.Files != nil {
			break
		}
	}
	for i := len(chain) - 1; i >= 0; i-- {
		for _, files := range []map[string]string{chain[i].Files, chain[i].Changed} {
			for name, text := range files {
				tree[name] = text
			}
		}
		for _, name := range chain[i].Removed {
			delete(tree, name)
		}
	}
	return tree
}

func (c *Commit) firstParent() string {
	if len(c.Parents) == 0 {
		return ""
	}
	return c.Parents[0]
}

func getCommit(c *call) answer {
	sha, found := c.repo.resolve(c.text("ref"))
	if !found {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: %s", c.text("ref"))
	}
	if c.r.Header.Get("Accept") == "application/vnd.github.sha" {
		return answer{status: http.StatusOK, raw: []byte(sha), rawType: "application/vnd.github.sha; charset=utf-8"}
	}
	commit := c.repo.commit(sha)
	if commit == nil {
		commit = &Commit{SHA: sha}
	}
	o := c.commitObject(c.repo, *commit)
	o["files"] = c.fileObjects(c.repo, difference(c.repo.tree(commit.firstParent()), c.repo.tree(sha)), sha)
	return ok(o)
}

func (c *call) commitObject(r *Repository, commit Commit) object {
	author := commit.Author
	if author == "" {
		author = "octocat"
	}
	signature := object{"name": author, "email": author + "@users.noreply.github.com", "date": "2024-01-01T00:00:00Z"}
	parents := make([]any, 0, len(commit.Parents))
	for _, sha := range commit.Parents {
		parents = append(parents, object{"sha": sha, "url": c.api("repos", r.Name, "commits", sha)})
	}
	tree := SHA("tree of " + commit.SHA)
	return object{
		"sha": commit.SHA, "url": c.api("repos", r.Name, "commits", commit.SHA), "html_url": web(r.Name, "commit", commit.SHA),
		"author": c.user(author), "committer": c.user(author), "parents": parents,
		"commit": object{"message": commit.Message, "author": signature, "committer": signature,
			"tree": object{"sha": tree, "url": c.api("repos", r.Name, "git/trees", tree)}},
	}
}
