package githubtest

import (
	"encoding/json"
	"path"
	"strings"
)

// Repository is a repository and all that belongs to it.
type Repository struct {
	ID int64 `json:"id"`
	// Name is owner/name.
	Name          string `json:"name"`
	DefaultBranch string `json:"default_branch,omitempty"`
	Private       bool   `json:"private,omitempty"`
	Archived      bool   `json:"archived,omitempty"`
	Fork          bool   `json:"fork,omitempty"`
	// NoAdvancedSecurity refuses code scanning; AlertLimit refuses uploads.
	NoAdvancedSecurity bool `json:"no_advanced_security,omitempty"`
	AlertLimit         bool `json:"alert_limit,omitempty"`
	// SlowProcessing is how many questions after an upload are answered with
	// "pending". The upload itself takes effect at once.
	SlowProcessing int `json:"slow_processing,omitempty"`

	Commits []Commit `json:"commits,omitempty"`
	// Branches and Tags name commits.
	Branches map[string]string `json:"branches,omitempty"`
	Tags     map[string]string `json:"tags,omitempty"`
	// Roles are people's permissions: admin, write, read. Others have read, or
	// none in a private repository.
	Roles map[string]string `json:"roles,omitempty"`

	Pulls        []Pull        `json:"pulls,omitempty"`
	Issues       []Issue       `json:"issues,omitempty"`
	Labels       []Label       `json:"labels,omitempty"`
	Comments     []Comment     `json:"comments,omitempty"`
	CheckRuns    []CheckRun    `json:"check_runs,omitempty"`
	Statuses     []Status      `json:"statuses,omitempty"`
	Uploads      []Upload      `json:"uploads,omitempty"`
	Analyses     []Analysis    `json:"analyses,omitempty"`
	Alerts       []Alert       `json:"alerts,omitempty"`
	Releases     []Release     `json:"releases,omitempty"`
	Runs         []Run         `json:"runs,omitempty"`
	Artifacts    []Artifact    `json:"artifacts,omitempty"`
	Attestations []Attestation `json:"attestations,omitempty"`
}

// Attestation is a signed statement about the digest of an artifact.
type Attestation struct {
	Digest string          `json:"digest"`
	Bundle json.RawMessage `json:"bundle"`
}

// settle fills in what a scenario may leave out.
func (r *Repository) settle(st *state) {
	for i := range r.Comments {
		if r.Comments[i].ID == 0 {
			r.Comments[i].ID = st.nextID()
		}
	}
	if r.DefaultBranch == "" {
		r.DefaultBranch = "main"
	}
	for i := range r.Pulls {
		r.Pulls[i].settle(r)
	}
	for i := range r.Issues {
		if r.Issues[i].State == "" {
			r.Issues[i].State = "open"
		}
	}
}

func (r *Repository) owner() string { return path.Dir(r.Name) }
func (r *Repository) short() string { return path.Base(r.Name) }

func getRepository(c *call) answer { return ok(c.repositoryObject(c.repo)) }

// repositoryObject is a repository as others mention it, and more.
func (c *call) repositoryObject(r *Repository) object {
	o := object{
		"id": r.ID, "name": r.short(), "full_name": r.Name, "owner": c.user(r.owner()),
		"private": r.Private, "archived": r.Archived, "fork": r.Fork, "default_branch": r.DefaultBranch,
		"html_url": web(r.Name), "url": c.api("repos", r.Name), "visibility": "public",
		"disabled": false, "has_issues": true,
	}
	if r.Private {
		o["visibility"] = "private"
	}
	return o
}

// web is an address of GitHub's pages.
func web(elements ...string) string { return "https://github.com/" + strings.Join(elements, "/") }

// user is an account as it appears everywhere.
func (c *call) user(login string) object {
	kind := "User"
	if strings.HasSuffix(login, "[bot]") {
		kind = "Bot"
	}
	return object{"login": login, "id": accountID(login), "type": kind, "html_url": web(login), "url": c.api("users", login)}
}

// accountID makes a number of a login, always the same.
func accountID(login string) int64 {
	var id int64
	for _, b := range []byte(strings.ToLower(login)) {
		id = (id*31 + int64(b)) % 1_000_000_007
	}
	return id
}
