package githubtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// Label is a label of a repository.
type Label struct {
	Name        string `json:"name"`
	Color       string `json:"color"`
	Description string `json:"description,omitempty"`
}

// findLabel is the place of a label; names differ by more than their case.
func (r *Repository) findLabel(name string) int {
	return slices.IndexFunc(r.Labels, func(l Label) bool { return strings.EqualFold(l.Name, name) })
}

func (r *Repository) label(name string) Label {
	if i := r.findLabel(name); i >= 0 {
		return r.Labels[i]
	}
	return Label{Name: name, Color: "ededed"}
}

// ensureLabels makes the labels that an issue is given, as GitHub does.
func (c *call) ensureLabels(names []string) {
	for _, name := range names {
		if c.repo.findLabel(name) < 0 {
			c.repo.Labels = append(c.repo.Labels, c.repo.label(name))
		}
	}
}

func listLabels(c *call) answer { return list(c, c.repo.Labels, c.labelObject) }

func getLabel(c *call) answer {
	i := c.repo.findLabel(c.text("name"))
	if i < 0 {
		return notFound()
	}
	return ok(c.labelObject(c.repo.Labels[i]))
}

type labelForm struct {
	Name        *string `json:"name"`
	NewName     *string `json:"new_name"`
	Color       *string `json:"color"`
	Description *string `json:"description"`
}

func (form labelForm) fill(l *Label) *answer {
	for _, change := range []struct {
		from *string
		to   *string
	}{{form.Name, &l.Name}, {form.NewName, &l.Name}, {form.Color, &l.Color}, {form.Description, &l.Description}} {
		if change.from != nil {
			*change.to = *change.from
		}
	}
	var a answer
	switch {
	case l.Name == "" || len(l.Name) > 50:
		a = unprocessable("Label", "name", "invalid", "")
	case strings.Trim(l.Color, "0123456789abcdefABCDEF") != "" || len(l.Color) != 6:
		a = unprocessable("Label", "color", "invalid", "")
	case len(l.Description) > 100:
		a = unprocessable("Label", "description", "custom", "description is too long (maximum is 100 characters)")
	default:
		return nil
	}
	return &a
}

func createLabel(c *call) answer {
	var form labelForm
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	l := Label{Color: "ededed"}
	if refused := form.fill(&l); refused != nil {
		return *refused
	}
	if c.repo.findLabel(l.Name) >= 0 {
		return unprocessable("Label", "name", "already_exists", "")
	}
	c.repo.Labels = append(c.repo.Labels, l)
	return created(c.labelObject(l))
}

func updateLabel(c *call) answer {
	i := c.repo.findLabel(c.text("name"))
	if i < 0 {
		return notFound()
	}
	var form labelForm
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	l := c.repo.Labels[i]
	if refused := form.fill(&l); refused != nil {
		return *refused
	}
	c.repo.Labels[i] = l
	return ok(c.labelObject(l))
}

// labelsOfIssue answers with the labels that an issue has now.
func (c *call) labelsOfIssue(i *Issue) answer {
	shown := []any{}
	for _, name := range i.Labels {
		shown = append(shown, c.labelObject(c.repo.label(name)))
	}
	return ok(shown)
}

func listIssueLabels(c *call) answer {
	i := c.repo.issue(c.number("issue_number"))
	if i == nil {
		return notFound()
	}
	return c.labelsOfIssue(i)
}

func addIssueLabels(c *call) answer { return c.changeIssueLabels(true) }
func setIssueLabels(c *call) answer { return c.changeIssueLabels(false) }

func (c *call) changeIssueLabels(keep bool) answer {
	i := c.repo.issue(c.number("issue_number"))
	if i == nil {
		return notFound()
	}
	var form struct {
		Labels []json.RawMessage `json:"labels"`
	}
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	if !keep {
		i.Labels = nil
	}
	for _, name := range names(form.Labels, "name") {
		if !slices.Contains(i.Labels, name) {
			i.Labels = append(i.Labels, name)
		}
	}
	c.ensureLabels(i.Labels)
	return c.labelsOfIssue(i)
}

func removeIssueLabel(c *call) answer {
	i := c.repo.issue(c.number("issue_number"))
	if i == nil {
		return notFound()
	}
	at := slices.Index(i.Labels, c.text("name"))
	if at < 0 {
		return refuse(http.StatusNotFound, "Label does not exist")
	}
	i.Labels = slices.Delete(i.Labels, at, at+1)
	return c.labelsOfIssue(i)
}

func (c *call) labelObject(l Label) object {
	return object{"id": accountID(l.Name), "name": l.Name, "color": l.Color, "description": l.Description, "default": false,
		"url": c.api("repos", c.repo.Name, "labels") + "/" + strings.ReplaceAll(l.Name, " ", "%20")}
}
