package proposal

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// ownerFiles are where GitHub looks for code owners; the first one counts.
var ownerFiles = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// owned is one line of a CODEOWNERS file.
type owned struct {
	pattern string
	owners  []string
}

// parseOwners reads a CODEOWNERS file.
func parseOwners(data []byte) []owned {
	var lines []owned
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 0 {
			lines = append(lines, owned{pattern: fields[0], owners: fields[1:]})
		}
	}
	return lines
}

// ownersOf are the owners of a file: those of the last line that is about it.
func ownersOf(lines []owned, file string) []string {
	for _, line := range slices.Backward(lines) {
		if line.matches(file) {
			return line.owners
		}
	}
	return nil
}

// matches follows GitHub's rules: a pattern with a slash before its end is
// about the root, any other about every folder; a folder is everything in it.
func (o owned) matches(file string) bool {
	pattern, folder := strings.CutSuffix(o.pattern, "/")
	anchored := strings.Contains(pattern, "/")
	pattern = strings.TrimPrefix(pattern, "/")
	for part := file; part != "."; part = path.Dir(part) {
		if folder && part == file {
			continue
		}
		if anchored && strings.HasSuffix("/"+pattern, "/*") && part != file {
			// docs/* is about the files in docs, and not about those further down.
			continue
		}
		if like(pattern, part, anchored) {
			return true
		}
	}
	return false
}

func like(pattern, name string, anchored bool) bool {
	if !anchored {
		return caseful(pattern, path.Base(name))
	}
	if rest, ok := strings.CutPrefix(pattern, "**/"); ok && caseful(rest, name) {
		return true
	}
	return caseful(pattern, name)
}

// caseful is gate.Wildcard where case matters, as it does in paths.
func caseful(pattern, text string) bool {
	if !gate.Wildcard(pattern, text) {
		return false
	}
	for piece := range strings.SplitSeq(pattern, "*") {
		if !strings.Contains(text, piece) {
			return false
		}
	}
	return true
}

// approvers are the users among the owners of a file who have approved the
// commit, and did not ask for changes later. The author's own review does not
// count. teams is true when a team is among the owners, whose members are not known.
func (s Source) approvers(ctx context.Context, number int, head, author string, owners []string) (users []string, teams bool, err error) {
	reviews, complete, err := s.API.Reviews(ctx, s.Event.Repository, number)
	if err != nil {
		return nil, false, err
	}
	if !complete {
		return nil, false, errors.New("there are more reviews than GitHub lists")
	}
	last := map[string]bool{}
	for _, review := range reviews {
		switch review.State {
		case "APPROVED":
			last[strings.ToLower(review.User)] = review.SHA == head
		case "CHANGES_REQUESTED", "DISMISSED":
			last[strings.ToLower(review.User)] = false
		}
	}
	for _, owner := range owners {
		user, isUser := strings.CutPrefix(strings.ToLower(owner), "@")
		switch {
		case strings.Contains(user, "/"):
			teams = true
		case isUser && user != "" && last[user] && user != strings.ToLower(author):
			users = append(users, owner)
		}
	}
	return users, teams, nil
}

// readOwners reads the code owners of the base commit, whom the change can't
// alter; none where there is no such file.
func readOwners(r *reader) ([]owned, error) {
	for _, name := range ownerFiles {
		data, err := r.ReadFile(name)
		if err == nil {
			return parseOwners(data), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return nil, nil
}
