package github

import (
	"encoding/json"
	"fmt"
	"os"
)

// Event is what started the workflow, as far as gate reads it.
type Event struct {
	// Name is the event's kind: pull_request, push, schedule, …
	Name string
	// Ref and SHA are what the runner checked out by default.
	Ref string
	SHA string
	// PullRequest is the number of the pull request; 0 when there is none.
	PullRequest int
	// HeadSHA is the last commit of the pull request's own branch.
	HeadSHA string
}

// maxEvent bounds the payload that is read: GitHub's own limit for webhooks.
const maxEvent = 25 << 20

// Event reads the event. Outside Actions it is the zero Event.
func (r *Runtime) Event() (Event, error) {
	event := Event{Name: r.Env("GITHUB_EVENT_NAME"), Ref: r.Env("GITHUB_REF"), SHA: r.Env("GITHUB_SHA")}
	path := r.Env("GITHUB_EVENT_PATH")
	if path == "" {
		return event, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return event, fmt.Errorf("read the event: %w", err)
	}
	if info.Size() > maxEvent {
		return event, fmt.Errorf("read the event %s: it has %d bytes, more than GitHub ever sends", path, info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return event, fmt.Errorf("read the event: %w", err)
	}
	return event, event.parse(path, data)
}

func (e *Event) parse(path string, data []byte) error {
	var payload struct {
		PullRequest struct {
			Number int `json:"number"`
			Head   struct {
				SHA string `json:"sha"`
			} `json:"head"`
		} `json:"pull_request"`
	}
	if err := json.Unmarshal(data, &payload); err != nil {
		return fmt.Errorf("parse the event %s: %w", path, err)
	}
	e.PullRequest, e.HeadSHA = payload.PullRequest.Number, payload.PullRequest.Head.SHA
	return nil
}
