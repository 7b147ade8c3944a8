package github

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
)

// maxEvent bounds the payload that is read: GitHub's own limit for webhooks.
const maxEvent = 25 << 20

// unnamed is the name of an event whose real name the runner did not give. No
// event has it, so Trigger takes it for the most dangerous kind.
const unnamed = "unknown"

// Event reads what started the workflow from the environment and the payload
// file. Outside Actions it is the zero Event.
//
// A payload that can't be read, or values in it that can't be true (a commit
// that is no hash, a number that is text), are an error that names each of
// them; the Event beside it holds everything else, and nothing of what was
// refused. Free text of the payload (titles, bodies, messages) is never read.
func (r *Runtime) Event() (Event, error) {
	form := &forms{}
	event := Event{
		Name:       form.word("GITHUB_EVENT_NAME", r.Env("GITHUB_EVENT_NAME")),
		Repository: form.repository("GITHUB_REPOSITORY", r.Env("GITHUB_REPOSITORY")),
		Ref:        form.ref("GITHUB_REF", r.Env("GITHUB_REF")),
		SHA:        form.sha("GITHUB_SHA", r.Env("GITHUB_SHA")),
	}
	if event.Name == "" && (r.Active() || r.Env("GITHUB_EVENT_NAME") != "") {
		event.Name = unnamed
		form.refuse("GITHUB_EVENT_NAME", r.Env("GITHUB_EVENT_NAME"), "the name of an event")
	}
	var failed error
	if path := r.Env("GITHUB_EVENT_PATH"); path != "" {
		failed = event.readPayload(path, form)
	}
	if event.PullRequest == nil && event.Name == "pull_request" {
		event.PullRequest = r.environmentPullRequest(event, form)
	}
	return event, errors.Join(failed, form.err())
}

// environmentPullRequest is as much of a pull request as its payload is not
// needed for. It names no commits and no repositories.
func (r *Runtime) environmentPullRequest(event Event, form *forms) *PullRequest {
	number := pullNumber(event.Ref)
	if number == 0 {
		return nil
	}
	return &PullRequest{
		Number: number,
		Head:   Branch{Ref: form.ref("GITHUB_HEAD_REF", r.Env("GITHUB_HEAD_REF"))},
		Base:   Branch{Ref: form.ref("GITHUB_BASE_REF", r.Env("GITHUB_BASE_REF"))},
	}
}

// pullNumber returns N of refs/pull/N/merge and refs/pull/N/head, else 0.
func pullNumber(ref string) int {
	match := regexp.MustCompile(`^refs/pull/([1-9][0-9]*)/(?:merge|head)$`).FindStringSubmatch(ref)
	if match == nil {
		return 0
	}
	number, _ := strconv.Atoi(match[1]) // Too large a number is no pull request either.
	return number
}

// readPayload adds what the payload file says.
func (e *Event) readPayload(path string, form *forms) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("read the event: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("read the event %s: it is not a file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the event: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxEvent+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("read the event: %w", err)
	}
	if len(data) > maxEvent {
		return fmt.Errorf("read the event %s: it has more than %d bytes, which is more than GitHub ever sends", path, maxEvent)
	}
	if err := e.parse(data, form); err != nil {
		return fmt.Errorf("parse the event %s: %w", path, err)
	}
	return nil
}
