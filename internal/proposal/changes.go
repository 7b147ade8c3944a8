package proposal

import (
	"context"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/git"
	"github.com/containergate/gate/internal/github/rest"
)

// workflows is the folder in which a change can rewrite how it is judged.
const workflows = ".github/workflows/"

// changed lists what the proposal changes. It is complete only when every
// changed file is in the list.
func (s Source) changed(ctx context.Context, base string) (files []rest.File, complete bool) {
	if s.API != nil && s.Event.PullRequest != nil {
		files, complete, err := s.API.PullRequestFiles(ctx, s.Event.Repository, s.Event.PullRequest.Number)
		if err == nil {
			return files, complete
		}
	}
	// A token with contents: read alone may not see the pull request of a
	// private repository, and may compare commits.
	if s.API != nil {
		files, complete, err := s.API.Compare(ctx, s.Event.Repository, base, s.Event.SHA)
		if err == nil {
			return files, complete
		}
	}
	repository, err := git.Open(s.Workspace)
	if err != nil {
		return nil, false
	}
	paths, err := repository.Changed(base, s.Event.SHA)
	if err != nil {
		return nil, false
	}
	for _, path := range paths {
		files = append(files, rest.File{Path: path, Status: "modified"})
	}
	return files, true
}

// edits picks the changes that bear on the verdict, sorted by path.
func edits(files []rest.File, policies []string, details []string) []gate.Edit {
	var edits []gate.Edit
	for _, f := range files {
		edit := gate.Edit{Path: f.Path, Change: changeWord(f.Status)}
		switch {
		case slices.Contains(policies, f.Path) || slices.Contains(policies, f.Previous):
			edit.Kind, edit.Details = gate.EditPolicy, details
			// The differences are those of all policy files together: told once.
			details = nil
		case strings.HasPrefix(f.Path, workflows) || strings.HasPrefix(f.Previous, workflows):
			edit.Kind = gate.EditWorkflow
		default:
			continue
		}
		if f.Previous != "" && f.Previous != f.Path {
			edit.Details = append([]string{"was " + f.Previous}, edit.Details...)
		}
		edits = append(edits, edit)
	}
	slices.SortFunc(edits, func(a, b gate.Edit) int { return strings.Compare(a.Path, b.Path) })
	return edits
}

func changeWord(status string) string {
	switch status {
	case "added", "removed", "renamed":
		return status
	default:
		return "changed"
	}
}

// onlyPolicy reports whether the change is about policy files and nothing else.
func onlyPolicy(files []rest.File, complete bool, policies []string) bool {
	if !complete || len(files) == 0 {
		return false
	}
	for _, f := range files {
		if !slices.Contains(policies, f.Path) || (f.Previous != "" && !slices.Contains(policies, f.Previous)) {
			return false
		}
	}
	return true
}
