package githubtest

import (
	"archive/zip"
	"bytes"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Run is a run of a workflow.
type Run struct {
	ID      int64 `json:"id"`
	Attempt int   `json:"attempt,omitempty"`
	// Event is what started it; Path the workflow's file.
	Event      string `json:"event"`
	Path       string `json:"path"`
	HeadSHA    string `json:"head_sha"`
	HeadBranch string `json:"head_branch"`
	// HeadRepository is owner/name; empty when the fork is gone.
	HeadRepository string    `json:"head_repository,omitempty"`
	Status         string    `json:"status,omitempty"`
	Conclusion     string    `json:"conclusion,omitempty"`
	Created        time.Time `json:"created,omitzero"`
}

// Artifact is what a run left behind.
type Artifact struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Run is the run's id.
	Run     int64 `json:"run"`
	Expired bool  `json:"expired,omitempty"`
	// Files are what is in the archive, by path; Zip, when it is set, is the
	// archive itself, which need not be a good one.
	Files map[string]string `json:"files,omitempty"`
	Zip   []byte            `json:"zip,omitempty"`
}

func (r *Repository) run(id int64) *Run {
	for i := range r.Runs {
		if r.Runs[i].ID == id {
			return &r.Runs[i]
		}
	}
	return nil
}

func getRun(c *call) answer {
	run := c.repo.run(c.number("run_id"))
	if run == nil {
		return notFound()
	}
	return ok(c.runObject(*run))
}

func (c *call) runObject(run Run) object {
	self := c.api("repos", c.repo.Name, "actions/runs", decimal(run.ID))
	o := object{
		"id": run.ID, "name": run.Path, "run_number": 1, "run_attempt": max(1, run.Attempt), "event": run.Event, "path": run.Path,
		"head_sha": run.HeadSHA, "head_branch": run.HeadBranch, "status": "completed", "conclusion": nil, "pull_requests": []any{},
		"workflow_id": accountID(run.Path), "display_title": run.HeadBranch, "created_at": run.Created, "updated_at": run.Created,
		"url": self, "html_url": web(c.repo.Name, "actions/runs", decimal(run.ID)), "jobs_url": self + "/jobs", "logs_url": self + "/logs",
		"artifacts_url": self + "/artifacts", "cancel_url": self + "/cancel", "rerun_url": self + "/rerun",
		"repository": c.repositoryObject(c.repo), "head_repository": nil,
	}
	if run.Status != "" {
		o["status"] = run.Status
	}
	if run.Conclusion != "" {
		o["conclusion"] = run.Conclusion
	}
	if run.HeadRepository != "" {
		head := c.s.state.repository(run.HeadRepository)
		if head == nil {
			head = &Repository{ID: accountID(run.HeadRepository), Name: run.HeadRepository, Fork: true, DefaultBranch: "main"}
		}
		o["head_repository"] = c.repositoryObject(head)
	}
	return o
}

func listRunArtifacts(c *call) answer {
	if c.repo.run(c.number("run_id")) == nil {
		return notFound()
	}
	return c.artifacts(func(a Artifact) bool { return a.Run == c.number("run_id") })
}

func listArtifacts(c *call) answer { return c.artifacts(func(Artifact) bool { return true }) }

func (c *call) artifacts(fits func(Artifact) bool) answer {
	name := c.r.URL.Query().Get("name")
	found := slices.DeleteFunc(slices.Clone(c.repo.Artifacts), func(a Artifact) bool { return !fits(a) || name != "" && a.Name != name })
	// The newest comes first.
	slices.SortFunc(found, func(a, b Artifact) int { return int(b.ID - a.ID) })
	return counted(c, "artifacts", found, c.artifactObject)
}

func (r *Repository) artifact(id int64) *Artifact {
	for i := range r.Artifacts {
		if r.Artifacts[i].ID == id {
			return &r.Artifacts[i]
		}
	}
	return nil
}

func getArtifact(c *call) answer {
	a := c.repo.artifact(c.number("artifact_id"))
	if a == nil {
		return notFound()
	}
	return ok(c.artifactObject(*a))
}

func downloadArtifact(c *call) answer {
	a := c.repo.artifact(c.number("artifact_id"))
	switch {
	case a == nil || c.text("archive_format") != "zip":
		return notFound()
	case a.Expired:
		return refuse(http.StatusGone, "Artifact has expired")
	}
	return c.elsewhere("artifact", a.ID)
}

func (c *call) artifactObject(a Artifact) object {
	self := c.api("repos", c.repo.Name, "actions/artifacts", decimal(a.ID))
	data, _, _ := c.repo.artifactZip(a.ID)
	o := object{"id": a.ID, "name": a.Name, "size_in_bytes": len(data), "expired": a.Expired,
		"url": self, "archive_download_url": self + "/zip", "workflow_run": nil}
	if run := c.repo.run(a.Run); run != nil {
		o["created_at"] = run.Created
		o["workflow_run"] = object{"id": run.ID, "repository_id": c.repo.ID, "head_branch": run.HeadBranch, "head_sha": run.HeadSHA}
	}
	return o
}

// artifactZip is the archive of an artifact, equal for equal files.
func (r *Repository) artifactZip(id int64) (data []byte, kind string, found bool) {
	a := r.artifact(id)
	if a == nil || a.Expired {
		return nil, "", false
	}
	if a.Zip != nil {
		return a.Zip, "application/zip", true
	}
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(a.Files)) {
		file, err := archive.Create(name)
		if err != nil {
			return nil, "", false
		}
		if _, err := file.Write([]byte(a.Files[name])); err != nil {
			return nil, "", false
		}
	}
	if archive.Close() != nil {
		return nil, "", false
	}
	return b.Bytes(), "application/zip", true
}
