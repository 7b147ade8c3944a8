package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// payload is the part of a webhook's body that gate reads. What an event does
// not have stays nil or empty.
type payload struct {
	Action      string              `json:"action"`
	Before      string              `json:"before"`
	Deleted     bool                `json:"deleted"`
	Number      int                 `json:"number"`
	Repository  *payloadRepository  `json:"repository"`
	PullRequest *payloadPull        `json:"pull_request"`
	MergeGroup  *payloadGroup       `json:"merge_group"`
	Release     *payloadRelease     `json:"release"`
	Workflow    *payloadWorkflow    `json:"workflow"`
	WorkflowRun *payloadWorkflowRun `json:"workflow_run"`
	Issue       *payloadIssue       `json:"issue"`
}

type payloadRepository struct {
	FullName      string `json:"full_name"`
	DefaultBranch string `json:"default_branch"`
}

type payloadUser struct {
	Login string `json:"login"`
}

type payloadPull struct {
	Number int           `json:"number"`
	Draft  bool          `json:"draft"`
	User   *payloadUser  `json:"user"`
	Head   payloadBranch `json:"head"`
	Base   payloadBranch `json:"base"`
}

type payloadBranch struct {
	Ref  string             `json:"ref"`
	SHA  string             `json:"sha"`
	Repo *payloadRepository `json:"repo"`
}

type payloadGroup struct {
	HeadSHA string `json:"head_sha"`
	HeadRef string `json:"head_ref"`
	BaseSHA string `json:"base_sha"`
	BaseRef string `json:"base_ref"`
}

type payloadRelease struct {
	TagName string `json:"tag_name"`
}

type payloadWorkflow struct {
	Path string
}

// UnmarshalJSON takes an object, and the plain path of workflow_dispatch and schedule.
func (w *payloadWorkflow) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &w.Path)
	}
	var object struct {
		Path string `json:"path"`
	}
	err := json.Unmarshal(data, &object)
	w.Path = object.Path
	return err
}

type payloadWorkflowRun struct {
	ID             int64              `json:"id"`
	Attempt        int                `json:"run_attempt"`
	Event          string             `json:"event"`
	Path           string             `json:"path"`
	HeadSHA        string             `json:"head_sha"`
	HeadBranch     string             `json:"head_branch"`
	HeadRepository *payloadRepository `json:"head_repository"`
	Conclusion     string             `json:"conclusion"`
	URL            string             `json:"html_url"`
}

type payloadIssue struct {
	Number int          `json:"number"`
	Draft  bool         `json:"draft"`
	User   *payloadUser `json:"user"`
	// PullRequest is there when the issue is a pull request; its content does not matter.
	PullRequest *struct{} `json:"pull_request"`
}

// parse adds what a payload says. A value of the wrong type does not hide the others.
func (e *Event) parse(data []byte, form *forms) error {
	var body payload
	err := json.Unmarshal(data, &body)
	if kind := (*json.UnmarshalTypeError)(nil); err != nil && !errors.As(err, &kind) {
		return err
	}
	e.Action = form.phrase("action", body.Action)
	if body.Repository != nil {
		e.DefaultBranch = form.ref("repository.default_branch", body.Repository.DefaultBranch)
		if e.Repository == "" {
			e.Repository = form.repository("repository.full_name", body.Repository.FullName)
		}
	}
	e.pushed(body, form)
	e.PullRequest = body.pullRequest(form)
	e.MergeGroup = body.mergeGroup(form)
	e.WorkflowRun = body.workflowRun(form)
	return errors.Join(err, e.missing())
}

// pushed reads what moved: the branch or tag of a push, the tag of a release.
func (e *Event) pushed(body payload, form *forms) {
	if e.Name == "push" {
		e.Before, e.Deleted = form.sha("before", body.Before), body.Deleted
		e.Tag, _ = strings.CutPrefix(e.Ref, "refs/tags/")
		if e.Tag == e.Ref {
			e.Tag = ""
		}
	}
	if body.Release != nil {
		e.Tag = form.ref("release.tag_name", body.Release.TagName)
	}
}

// missing reports an event without the object that it is about.
func (e *Event) missing() error {
	absent := ""
	switch {
	case (e.Name == "pull_request" || e.Name == "pull_request_target") && e.PullRequest == nil:
		absent = "pull request"
	case e.Name == "merge_group" && e.MergeGroup == nil:
		absent = "merge group"
	case e.Name == "workflow_run" && e.WorkflowRun == nil:
		absent = "workflow run"
	}
	if absent == "" {
		return nil
	}
	return fmt.Errorf("it is a %s event, and names no %s", e.Name, absent)
}

func (p payload) pullRequest(form *forms) *PullRequest {
	if p.PullRequest == nil {
		return p.commented(form)
	}
	number := p.PullRequest.Number
	if number == 0 {
		number = p.Number
	}
	if number <= 0 {
		form.refuse("pull_request.number", fmt.Sprint(number), "the number of a pull request")
		return nil
	}
	return &PullRequest{
		Number: number, Draft: p.PullRequest.Draft,
		Author: p.PullRequest.User.name("pull_request.user.login", form),
		Head:   p.PullRequest.Head.branch("pull_request.head", form),
		Base:   p.PullRequest.Base.branch("pull_request.base", form),
	}
}

// commented is the pull request that a comment was written on: its number and
// its author are all that the payload says.
func (p payload) commented(form *forms) *PullRequest {
	if p.Issue == nil || p.Issue.PullRequest == nil {
		return nil
	}
	if p.Issue.Number <= 0 {
		form.refuse("issue.number", fmt.Sprint(p.Issue.Number), "the number of a pull request")
		return nil
	}
	return &PullRequest{Number: p.Issue.Number, Draft: p.Issue.Draft, Author: p.Issue.User.name("issue.user.login", form)}
}

// name is empty for a user that was deleted.
func (u *payloadUser) name(field string, form *forms) string {
	if u == nil {
		return ""
	}
	return form.login(field, u.Login)
}

func (b payloadBranch) branch(field string, form *forms) Branch {
	return Branch{
		Ref: form.ref(field+".ref", b.Ref), SHA: form.sha(field+".sha", b.SHA),
		Repository: b.Repo.name(field+".repo.full_name", form),
	}
}

// name is empty for a repository that was deleted.
func (r *payloadRepository) name(field string, form *forms) string {
	if r == nil {
		return ""
	}
	return form.repository(field, r.FullName)
}

func (p payload) mergeGroup(form *forms) *MergeGroup {
	if p.MergeGroup == nil {
		return nil
	}
	return &MergeGroup{
		HeadSHA: form.sha("merge_group.head_sha", p.MergeGroup.HeadSHA),
		HeadRef: form.ref("merge_group.head_ref", p.MergeGroup.HeadRef),
		BaseSHA: form.sha("merge_group.base_sha", p.MergeGroup.BaseSHA),
		BaseRef: form.ref("merge_group.base_ref", p.MergeGroup.BaseRef),
	}
}

func (p payload) workflowRun(form *forms) *WorkflowRun {
	run := p.WorkflowRun
	if run == nil {
		return nil
	}
	if run.ID <= 0 {
		form.refuse("workflow_run.id", fmt.Sprint(run.ID), "the number of a run")
		return nil
	}
	if run.Path == "" && p.Workflow != nil {
		run.Path = p.Workflow.Path
	}
	return &WorkflowRun{
		ID: run.ID, Attempt: max(run.Attempt, 0),
		Event:          form.word("workflow_run.event", run.Event),
		Path:           form.workflow("workflow_run.path", run.Path),
		HeadSHA:        form.sha("workflow_run.head_sha", run.HeadSHA),
		HeadBranch:     form.ref("workflow_run.head_branch", run.HeadBranch),
		HeadRepository: run.HeadRepository.name("workflow_run.head_repository.full_name", form),
		Conclusion:     form.word("workflow_run.conclusion", run.Conclusion),
		URL:            form.page("workflow_run.html_url", run.URL),
	}
}
