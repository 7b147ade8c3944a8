package githubtest

import (
	"net/http"
	"slices"
	"strings"
)

func getCheckRun(c *call) answer {
	run := c.checkRun()
	if run == nil {
		return notFound()
	}
	return ok(c.checkObject(*run))
}

func listCheckAnnotations(c *call) answer {
	run := c.checkRun()
	if run == nil {
		return notFound()
	}
	return list(c, run.Notes, func(n CheckAnnotation) object {
		return object{"path": n.Path, "start_line": n.StartLine, "end_line": n.EndLine, "annotation_level": n.Level,
			"title": n.Title, "message": n.Message, "raw_details": n.Details,
			"blob_href": web(c.repo.Name, "blob", run.HeadSHA, n.Path)}
	})
}

func listCheckRuns(c *call) answer {
	sha, found := c.repo.resolve(c.text("ref"))
	if !found {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: %s", c.text("ref"))
	}
	query := c.r.URL.Query()
	runs := slices.DeleteFunc(slices.Clone(c.repo.CheckRuns), func(run CheckRun) bool {
		return run.HeadSHA != sha || query.Get("check_name") != "" && run.Name != query.Get("check_name") ||
			query.Get("status") != "" && run.Status != query.Get("status")
	})
	slices.Reverse(runs)
	return counted(c, "check_runs", runs, c.checkObject)
}

func (c *call) checkObject(run CheckRun) object {
	id := decimal(run.ID)
	self := c.api("repos", c.repo.Name, "check-runs", id)
	o := object{
		"id": run.ID, "name": run.Name, "head_sha": run.HeadSHA, "status": run.Status, "conclusion": nil,
		"url": self, "html_url": web(c.repo.Name, "runs", id), "details_url": web(c.repo.Name, "runs", id), "external_id": run.ExternalID,
		"started_at": run.Started, "completed_at": nil, "check_suite": object{"id": accountID(run.HeadSHA)}, "pull_requests": []any{},
		"output": object{"title": nil, "summary": nil, "text": nil, "annotations_count": len(run.Notes), "annotations_url": self + "/annotations"},
	}
	if run.DetailsURL != "" {
		o["details_url"] = run.DetailsURL
	}
	if run.Status == "completed" {
		o["conclusion"], o["completed_at"] = run.Conclusion, run.Completed
	}
	for name, text := range map[string]string{"title": run.Title, "summary": run.Summary, "text": run.Text} {
		if text != "" {
			set(o["output"], name, text)
		}
	}
	return o
}

// listRules and listRulesets know of none: who needs them adds them.
func listRules(*call) answer { return ok([]any{}) }

// branchProtection knows of none either.
func branchProtection(c *call) answer {
	if c.repo.Branches[c.text("branch")] == "" {
		return refuse(http.StatusNotFound, "Branch not found")
	}
	if strings.Contains(c.r.URL.Path, "required_status_checks") {
		return refuse(http.StatusNotFound, "Required status checks not enabled")
	}
	return refuse(http.StatusNotFound, "Branch not protected")
}
