package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"
)

// The limits of a check run, in characters and pieces.
const (
	longestTitle   = 255
	longestSummary = 65535
	longestMessage = 64 << 10
	mostNotes      = 50
)

// CheckRun is a check run on a commit.
type CheckRun struct {
	ID         int64             `json:"id"`
	Name       string            `json:"name"`
	HeadSHA    string            `json:"head_sha"`
	Status     string            `json:"status"`
	Conclusion string            `json:"conclusion,omitempty"`
	DetailsURL string            `json:"details_url,omitempty"`
	ExternalID string            `json:"external_id,omitempty"`
	Title      string            `json:"title,omitempty"`
	Summary    string            `json:"summary,omitempty"`
	Text       string            `json:"text,omitempty"`
	Notes      []CheckAnnotation `json:"annotations,omitempty"`
	Author     string            `json:"author"`
	Started    time.Time         `json:"started,omitzero"`
	Completed  time.Time         `json:"completed,omitzero"`
}

// CheckAnnotation is a remark on lines of a file.
type CheckAnnotation struct {
	Path        string `json:"path"`
	StartLine   int    `json:"start_line"`
	EndLine     int    `json:"end_line"`
	StartColumn *int   `json:"start_column,omitempty"`
	EndColumn   *int   `json:"end_column,omitempty"`
	Level       string `json:"annotation_level"`
	Title       string `json:"title,omitempty"`
	Message     string `json:"message"`
	Details     string `json:"raw_details,omitempty"`
}

// checkForm is what creating and updating have in common. Nil leaves as it is.
type checkForm struct {
	Name       *string    `json:"name"`
	HeadSHA    string     `json:"head_sha"`
	Status     *string    `json:"status"`
	Conclusion *string    `json:"conclusion"`
	DetailsURL *string    `json:"details_url"`
	ExternalID *string    `json:"external_id"`
	Started    *time.Time `json:"started_at"`
	Completed  *time.Time `json:"completed_at"`
	Output     *struct {
		Title   *string           `json:"title"`
		Summary string            `json:"summary"`
		Text    *string           `json:"text"`
		Notes   []CheckAnnotation `json:"annotations"`
	} `json:"output"`
}

func replace[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// fill changes a check run as the form says; annotations are appended.
func (form checkForm) fill(run *CheckRun, now time.Time) {
	replace(&run.Name, form.Name)
	replace(&run.Status, form.Status)
	replace(&run.DetailsURL, form.DetailsURL)
	replace(&run.ExternalID, form.ExternalID)
	replace(&run.Started, form.Started)
	if form.Conclusion != nil {
		run.Status, run.Conclusion = "completed", *form.Conclusion
		run.Completed = now
	}
	replace(&run.Completed, form.Completed)
	if run.Status != "completed" {
		run.Conclusion, run.Completed = "", time.Time{}
	}
	if o := form.Output; o != nil {
		replace(&run.Title, o.Title)
		replace(&run.Text, o.Text)
		run.Summary = o.Summary
		run.Notes = append(run.Notes, o.Notes...)
	}
}

// fault is what the description does not refuse, but GitHub does.
func (form checkForm) fault(run CheckRun) string {
	switch {
	case run.Name == "":
		return "name is missing"
	case run.Status == "completed" && run.Conclusion == "":
		return "conclusion is required when status is completed"
	case form.Output == nil:
		return ""
	case utf8.RuneCountInString(run.Title) > longestTitle:
		return fmt.Sprintf("title is too long (maximum is %d characters)", longestTitle)
	case run.Title == "":
		return "title is missing"
	case utf8.RuneCountInString(run.Summary) > longestSummary || utf8.RuneCountInString(run.Text) > longestSummary:
		return fmt.Sprintf("summary or text exceeds %d characters", longestSummary)
	case len(form.Output.Notes) > mostNotes:
		return fmt.Sprintf("No more than %d annotations may be created at once; %d given", mostNotes, len(form.Output.Notes))
	}
	for _, note := range form.Output.Notes {
		if text := note.fault(); text != "" {
			return "annotations: " + text
		}
	}
	return ""
}

func (n CheckAnnotation) fault() string {
	switch {
	case n.Path == "" || n.Message == "":
		return "path and message are required"
	case n.StartLine < 1 || n.EndLine < n.StartLine:
		return "end_line must not be before start_line, and both be positive"
	case (n.StartColumn != nil || n.EndColumn != nil) && n.StartLine != n.EndLine:
		return "columns are for annotations of one line"
	case !slices.Contains([]string{"notice", "warning", "failure"}, n.Level):
		return "annotation_level must be notice, warning or failure"
	case utf8.RuneCountInString(n.Title) > longestTitle:
		return fmt.Sprintf("title is too long (maximum is %d characters)", longestTitle)
	case len(n.Message) > longestMessage || len(n.Details) > longestMessage:
		return "message or raw_details is larger than 64 KB"
	}
	return ""
}

func createCheckRun(c *call) answer {
	var form checkForm
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	if c.token.Person {
		return refuse(http.StatusForbidden, "You must authenticate via a GitHub App.")
	}
	if c.repo.commit(form.HeadSHA) == nil {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: %s", form.HeadSHA)
	}
	run := CheckRun{HeadSHA: form.HeadSHA, Status: "queued", Author: c.login(), Started: c.now}
	form.fill(&run, c.now)
	if text := form.fault(run); text != "" {
		return unprocessable("CheckRun", "output", "custom", text)
	}
	run.ID = c.s.state.nextID()
	c.repo.CheckRuns = append(c.repo.CheckRuns, run)
	return created(c.checkObject(run))
}

func (c *call) checkRun() *CheckRun {
	id := c.number("check_run_id")
	for i := range c.repo.CheckRuns {
		if c.repo.CheckRuns[i].ID == id {
			return &c.repo.CheckRuns[i]
		}
	}
	return nil
}

func updateCheckRun(c *call) answer {
	run := c.checkRun()
	if run == nil {
		return notFound()
	}
	var form checkForm
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	if run.Author != c.login() {
		return refuse(http.StatusForbidden, "Invalid app_id `1` - check run can only be modified by the GitHub App that created it.")
	}
	changed := *run
	form.fill(&changed, c.now)
	if text := form.fault(changed); text != "" {
		return unprocessable("CheckRun", "output", "custom", text)
	}
	*run = changed
	return ok(c.checkObject(*run))
}
