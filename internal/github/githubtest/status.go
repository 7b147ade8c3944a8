package githubtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"
)

const (
	// longestDescription is in characters.
	longestDescription = 140
	// mostStatuses is how many a commit takes for one context.
	mostStatuses = 1000
)

// Status is a commit status.
type Status struct {
	ID          int64     `json:"id"`
	SHA         string    `json:"sha"`
	State       string    `json:"state"`
	Context     string    `json:"context"`
	Description string    `json:"description,omitempty"`
	TargetURL   string    `json:"target_url,omitempty"`
	Author      string    `json:"author"`
	Created     time.Time `json:"created"`
}

func createStatus(c *call) answer {
	var form struct {
		State       string `json:"state"`
		TargetURL   string `json:"target_url"`
		Description string `json:"description"`
		Context     string `json:"context"`
	}
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	sha := c.text("sha")
	if form.Context == "" {
		form.Context = "default"
	}
	earlier := 0
	for _, s := range c.repo.Statuses {
		if s.SHA == sha && s.Context == form.Context {
			earlier++
		}
	}
	switch target, err := url.Parse(form.TargetURL); {
	case c.repo.commit(sha) == nil:
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: %s", sha)
	case utf8.RuneCountInString(form.Description) > longestDescription:
		return unprocessable("Status", "description", "custom", fmt.Sprintf("description is too long (maximum is %d characters)", longestDescription))
	case err != nil || form.TargetURL != "" && target.Scheme != "http" && target.Scheme != "https":
		return unprocessable("Status", "target_url", "custom", "target_url must use http(s) scheme")
	case utf8.RuneCountInString(form.Context) > 255:
		return unprocessable("Status", "context", "custom", "context is too long (maximum is 255 characters)")
	case earlier >= mostStatuses:
		return unprocessable("Status", "base", "custom", "This SHA and context has reached the maximum number of statuses.")
	}
	s := Status{ID: c.s.state.nextID(), SHA: sha, State: form.State, Context: form.Context, Description: form.Description,
		TargetURL: form.TargetURL, Author: c.login(), Created: c.now}
	c.repo.Statuses = append(c.repo.Statuses, s)
	return created(c.statusObject(s))
}

// statuses are those of a ref, the newest first.
func (c *call) statuses() (string, []Status, *answer) {
	sha, found := c.repo.resolve(c.text("ref"))
	if !found {
		a := refuse(http.StatusNotFound, "Not Found")
		return "", nil, &a
	}
	statuses := slices.DeleteFunc(slices.Clone(c.repo.Statuses), func(s Status) bool { return s.SHA != sha })
	slices.Reverse(statuses)
	return sha, statuses, nil
}

func listStatuses(c *call) answer {
	_, statuses, refused := c.statuses()
	if refused != nil {
		return *refused
	}
	return list(c, statuses, c.statusObject)
}

// getCombinedStatus has the newest status of each context.
func getCombinedStatus(c *call) answer {
	sha, statuses, refused := c.statuses()
	if refused != nil {
		return *refused
	}
	state, shown := "pending", []any{}
	var contexts []string
	states := map[string]bool{}
	for _, s := range statuses {
		if slices.Contains(contexts, s.Context) {
			continue
		}
		contexts = append(contexts, s.Context)
		shown = append(shown, c.statusObject(s))
		states[s.State] = true
	}
	switch {
	case states["failure"] || states["error"]:
		state = "failure"
	case states["success"] && !states["pending"]:
		state = "success"
	}
	self := c.api("repos", c.repo.Name, "commits", sha)
	return ok(object{"state": state, "sha": sha, "total_count": len(shown), "statuses": shown,
		"repository": c.repositoryObject(c.repo), "commit_url": self, "url": self + "/status"})
}

func (c *call) statusObject(s Status) object {
	o := object{"id": s.ID, "state": s.State, "context": s.Context, "description": s.Description, "target_url": nil,
		"url": c.api("repos", c.repo.Name, "statuses", s.SHA), "created_at": s.Created, "updated_at": s.Created, "creator": c.user(s.Author)}
	if s.TargetURL != "" {
		o["target_url"] = s.TargetURL
	}
	return o
}
