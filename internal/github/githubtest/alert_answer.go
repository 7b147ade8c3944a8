package githubtest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// fullRef is a ref with its refs/ in front: the API also takes a branch's name.
func fullRef(name string) string {
	switch {
	case strings.HasPrefix(name, "refs/"):
		return name
	case strings.HasPrefix(name, "heads/"), strings.HasPrefix(name, "tags/"), strings.HasPrefix(name, "pull/"):
		return "refs/" + name
	}
	return "refs/heads/" + name
}

// alertRef is the ref that a list is about: the one asked for, or the default branch.
func (c *call) alertRef() string {
	query := c.r.URL.Query()
	switch {
	case query.Get("ref") != "":
		return fullRef(query.Get("ref"))
	case query.Get("pr") != "":
		return "refs/pull/" + query.Get("pr") + "/merge"
	}
	return "refs/heads/" + c.repo.DefaultBranch
}

func listAlerts(c *call) answer {
	query := c.r.URL.Query()
	ref := c.alertRef()
	alerts := slices.DeleteFunc(slices.Clone(c.repo.Alerts), func(a Alert) bool {
		state := a.On(ref)
		wanted := query.Get("state")
		return state == "" || query.Get("tool_name") != "" && a.Tool != query.Get("tool_name") ||
			query.Get("severity") != "" && a.Severity != query.Get("severity") && a.Security != query.Get("severity") ||
			wanted != "" && wanted != state && (wanted != "closed" || state == "open")
	})
	if query.Get("direction") != "asc" {
		slices.Reverse(alerts)
	}
	return list(c, alerts, func(a Alert) object { return c.alertObject(a, ref) })
}

func (c *call) alert() *Alert {
	number := c.number("alert_number")
	for i := range c.repo.Alerts {
		if int64(c.repo.Alerts[i].Number) == number {
			return &c.repo.Alerts[i]
		}
	}
	return nil
}

func getAlert(c *call) answer {
	a := c.alert()
	if a == nil {
		return refuse(http.StatusNotFound, "no alert found for alert number %s", c.text("alert_number"))
	}
	return ok(c.alertObject(*a, c.home(a)))
}

// home is the default branch, or the first ref on which the alert was seen.
func (c *call) home(a *Alert) string {
	ref := "refs/heads/" + c.repo.DefaultBranch
	if a.On(ref) == "" && len(a.Instances) > 0 {
		return a.Instances[0].Ref
	}
	return ref
}

func listInstances(c *call) answer {
	a := c.alert()
	if a == nil {
		return notFound()
	}
	return list(c, a.Instances, func(i Instance) object { return instanceObject(*a, i) })
}

func updateAlert(c *call) answer {
	a := c.alert()
	if a == nil {
		return notFound()
	}
	var wanted struct {
		State   string `json:"state"`
		Reason  string `json:"dismissed_reason"`
		Comment string `json:"dismissed_comment"`
	}
	if refused := c.decode(&wanted); refused != nil {
		return *refused
	}
	switch wanted.State {
	case "open":
		a.Dismissed = nil
	case "dismissed":
		if wanted.Reason == "" {
			return refuse(http.StatusBadRequest, "dismissed_reason is required when state is dismissed")
		}
		a.Dismissed = &Dismissal{By: c.login(), At: c.now, Reason: wanted.Reason, Comment: wanted.Comment}
	default:
		return refuse(http.StatusBadRequest, "state must be open or dismissed")
	}
	a.Updated = c.now
	return ok(c.alertObject(*a, c.home(a)))
}

func (c *call) alertObject(a Alert, ref string) object {
	self := c.api("repos", c.repo.Name, "code-scanning/alerts", decimal(a.Number))
	rule := object{"id": a.Rule, "name": a.Name, "description": a.Description, "full_description": a.Description,
		"severity": a.Severity, "security_severity_level": nil, "tags": a.Tags, "help": a.Help}
	if a.Security != "" {
		rule["security_severity_level"] = a.Security
	}
	o := object{
		"number": a.Number, "created_at": a.Created, "updated_at": a.Updated, "url": self, "instances_url": self + "/instances",
		"html_url": web(c.repo.Name, "security/code-scanning", decimal(a.Number)), "state": a.On(ref), "fixed_at": nil,
		"dismissed_by": nil, "dismissed_at": nil, "dismissed_reason": nil, "rule": rule, "tool": tool(a.Tool, ""),
	}
	var recent Instance
	var fixed time.Time
	for _, i := range a.Instances {
		if i.Ref == ref {
			recent = i
			if i.Fixed.After(fixed) {
				fixed = i.Fixed
			}
		}
	}
	o["most_recent_instance"] = instanceObject(a, recent)
	if a.On(ref) == "fixed" {
		o["fixed_at"] = fixed
	}
	if d := a.Dismissed; d != nil {
		o["dismissed_by"], o["dismissed_at"], o["dismissed_reason"] = c.user(d.By), d.At, d.Reason
		o["dismissed_comment"] = d.Comment
	}
	return o
}

func instanceObject(a Alert, i Instance) object {
	state := "fixed"
	switch {
	case i.Open && a.Dismissed != nil:
		state = "dismissed"
	case i.Open:
		state = "open"
	}
	return object{
		"ref": i.Ref, "analysis_key": "api", "environment": "{}", "category": i.Category, "state": state,
		"commit_sha": i.Commit, "message": object{"text": i.Message}, "classifications": []any{},
		"location": object{"path": a.Path, "start_line": i.Line, "end_line": i.EndLine, "start_column": 1, "end_column": 1},
	}
}
