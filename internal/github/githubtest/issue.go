package githubtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Issue is an issue that is no pull request.
type Issue struct {
	Number    int       `json:"number"`
	Title     string    `json:"title"`
	Body      string    `json:"body,omitempty"`
	State     string    `json:"state,omitempty"`
	Reason    string    `json:"state_reason,omitempty"`
	Locked    bool      `json:"locked,omitempty"`
	Author    string    `json:"author,omitempty"`
	Labels    []string  `json:"labels,omitempty"`
	Assignees []string  `json:"assignees,omitempty"`
	Created   time.Time `json:"created,omitzero"`
	Updated   time.Time `json:"updated,omitzero"`
}

func (r *Repository) issue(number int64) *Issue {
	for i := range r.Issues {
		if int64(r.Issues[i].Number) == number {
			return &r.Issues[i]
		}
	}
	return nil
}

// nextNumber is the next number, which issues and pull requests share.
func (r *Repository) nextNumber() int {
	last := 0
	for _, i := range r.Issues {
		last = max(last, i.Number)
	}
	for _, p := range r.Pulls {
		last = max(last, p.Number)
	}
	return last + 1
}

// issueForm is what creating and updating have in common. Nil leaves as it is.
type issueForm struct {
	Title     *string           `json:"title"`
	Body      *string           `json:"body"`
	State     string            `json:"state"`
	Reason    string            `json:"state_reason"`
	Labels    []json.RawMessage `json:"labels"`
	Assignees []json.RawMessage `json:"assignees"`
}

// names takes the names out of a list of names or of objects with one.
func names(list []json.RawMessage, member string) []string {
	found := []string{}
	for _, raw := range list {
		var name string
		if json.Unmarshal(raw, &name) != nil {
			var o map[string]any
			if json.Unmarshal(raw, &o) == nil {
				name, _ = o[member].(string)
			}
		}
		if name != "" && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}

// fill changes an issue as the form says.
func (c *call) fill(i *Issue, form issueForm) *answer {
	if form.Title != nil {
		i.Title = *form.Title
	}
	if form.Body != nil {
		i.Body = *form.Body
	}
	if form.State != "" {
		i.State, i.Reason = form.State, form.Reason
	}
	if form.Labels != nil {
		i.Labels = names(form.Labels, "name")
		c.ensureLabels(i.Labels)
	}
	if form.Assignees != nil {
		i.Assignees = names(form.Assignees, "login")
	}
	i.Updated = c.now
	var message, field string
	switch {
	case strings.TrimSpace(i.Title) == "":
		message, field = "title can't be blank", "title"
	case utf8.RuneCountInString(i.Title) > 256:
		message, field = "title is too long (maximum is 256 characters)", "title"
	case utf8.RuneCountInString(i.Body) > longestText:
		message, field = "body is too long (maximum is 65536 characters)", "body"
	default:
		return nil
	}
	a := unprocessable("Issue", field, "custom", message)
	return &a
}

func createIssue(c *call) answer {
	var form issueForm
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	i := Issue{Number: c.repo.nextNumber(), State: "open", Author: c.login(), Created: c.now}
	if refused := c.fill(&i, form); refused != nil {
		return *refused
	}
	i.State = "open"
	c.repo.Issues = append(c.repo.Issues, i)
	return created(c.issueObject(i))
}

func updateIssue(c *call) answer {
	i := c.repo.issue(c.number("issue_number"))
	if i == nil {
		return notFound()
	}
	var form issueForm
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	changed := *i
	if refused := c.fill(&changed, form); refused != nil {
		return *refused
	}
	*i = changed
	return ok(c.issueObject(*i))
}

func getIssue(c *call) answer {
	number := c.number("issue_number")
	if i := c.repo.issue(number); i != nil {
		return ok(c.issueObject(*i))
	}
	if p := c.repo.pull(number); p != nil {
		return ok(c.pullAsIssue(*p))
	}
	return notFound()
}

// pullAsIssue is how a pull request appears among issues.
func (c *call) pullAsIssue(p Pull) object {
	o := c.issueObject(Issue{Number: p.Number, Title: p.Title, State: p.State, Locked: p.Locked, Author: p.Author})
	self := c.api("repos", c.repo.Name, "pulls", decimal(p.Number))
	page := web(c.repo.Name, "pull", decimal(p.Number))
	o["html_url"] = page
	o["pull_request"] = object{"url": self, "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch"}
	return o
}

func listIssues(c *call) answer {
	query := c.r.URL.Query()
	state := query.Get("state")
	if state == "" {
		state = "open"
	}
	wanted := strings.FieldsFunc(query.Get("labels"), func(r rune) bool { return r == ',' })
	issues := slices.DeleteFunc(slices.Clone(c.repo.Issues), func(i Issue) bool {
		for _, label := range wanted {
			if !slices.Contains(i.Labels, label) {
				return true
			}
		}
		return state != "all" && i.State != state || query.Get("creator") != "" && i.Author != query.Get("creator")
	})
	slices.SortFunc(issues, func(a, b Issue) int { return b.Number - a.Number })
	if query.Get("direction") == "asc" {
		slices.Reverse(issues)
	}
	return list(c, issues, c.issueObject)
}

func addAssignees(c *call) answer {
	i := c.repo.issue(c.number("issue_number"))
	if i == nil {
		return notFound()
	}
	var form struct {
		Assignees []string `json:"assignees"`
	}
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	for _, login := range form.Assignees {
		if !slices.Contains(i.Assignees, login) {
			i.Assignees = append(i.Assignees, login)
		}
	}
	return answer{status: http.StatusCreated, body: c.issueObject(*i)}
}

func (c *call) issueObject(i Issue) object {
	number := decimal(i.Number)
	labels, assignees := []any{}, []any{}
	for _, name := range i.Labels {
		labels = append(labels, c.labelObject(c.repo.label(name)))
	}
	for _, login := range i.Assignees {
		assignees = append(assignees, c.user(login))
	}
	comments := 0
	for _, comment := range c.repo.Comments {
		if comment.Issue == i.Number {
			comments++
		}
	}
	o := object{
		"id": accountID(c.repo.Name) + int64(i.Number), "number": i.Number, "title": i.Title, "body": i.Body, "state": i.State,
		"state_reason": nil, "locked": i.Locked, "user": c.user(i.Author), "labels": labels, "assignees": assignees, "assignee": nil,
		"comments": comments, "created_at": i.Created, "updated_at": i.Updated, "closed_at": nil, "author_association": "NONE",
		"url": c.api("repos", c.repo.Name, "issues", number), "html_url": web(c.repo.Name, "issues", number),
	}
	if i.Reason != "" {
		o["state_reason"] = i.Reason
	}
	if i.State == "closed" {
		o["closed_at"] = i.Updated
	}
	return o
}
