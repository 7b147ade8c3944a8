package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

// octo is the repository's name at GitHub.
const octo = "octo/app"

// hosted is a repository with pull request 7 from topic into main, and the
// GitHub that has it.
type hosted struct {
	repository
	server *githubtest.Server
	// base, head and merge are the commits of the pull request.
	base, head, merge string
	// eventBase is what the payload calls the base, where that is another.
	eventBase string
	fork      bool
}

// hosted makes the commits of a pull request and hands them to a GitHub.
func (b *bases) hosted(t *testing.T, base, head tree) *hosted {
	t.Helper()
	r := b.repository(t)
	h := &hosted{repository: r, base: r.commit(t, base)}
	h.propose(t, "main", head)
	return h
}

// propose adds pull request 7 of a tree into a branch.
func (h *hosted) propose(t *testing.T, into string, head tree) {
	t.Helper()
	h.git(t, "checkout", "--quiet", "-B", "topic", into)
	h.head = h.commit(t, head)
	h.git(t, "checkout", "--quiet", "-B", "merged", into)
	h.base = h.sha(t, into)
	h.git(t, "merge", "--quiet", "--no-ff", "--message", "merge", "topic")
	h.merge = h.sha(t, "HEAD")
}

// start makes GitHub know all commits that there are now.
func (h *hosted) start(t *testing.T) {
	t.Helper()
	token := githubtest.ActionsToken()
	if h.fork {
		token = githubtest.ForkToken()
	}
	repo := githubtest.Repository{Name: octo, DefaultBranch: "main", Branches: map[string]string{"main": h.base, "topic": h.head}}
	for line := range strings.SplitSeq(h.git(t, "log", "--all", "--format=%H %P"), "\n") {
		fields := strings.Fields(line)
		commit := githubtest.Commit{SHA: fields[0], Parents: fields[1:], Files: map[string]string{}}
		for path := range strings.SplitSeq(strings.TrimSuffix(h.raw(t, "ls-tree", "-r", "-z", "--name-only", fields[0]), "\x00"), "\x00") {
			commit.Files[path] = h.raw(t, "show", fields[0]+":"+path)
		}
		repo.Commits = append(repo.Commits, commit)
	}
	side := githubtest.Side{Ref: "topic", SHA: h.head}
	if h.fork {
		side.Repository = "mona/app"
	}
	repo.Pulls = []githubtest.Pull{{Number: 7, Author: "mona", Head: side, Base: githubtest.Side{Ref: "main", SHA: h.named()}, MergeSHA: h.merge}}
	h.server = githubtest.New(t, githubtest.Options{Scenario: githubtest.Scenario{
		Repositories: []githubtest.Repository{repo}, Tokens: map[string]githubtest.Token{"ghs_opensesame": token},
	}})
}

func (h *hosted) named() string {
	if h.eventBase != "" {
		return h.eventBase
	}
	return h.base
}

// pull is the event of the pull request.
func (h *hosted) pull() (kind string, payload any) {
	from := octo
	if h.fork {
		from = "mona/app"
	}
	side := func(ref, sha, repo string) map[string]any {
		return map[string]any{"ref": ref, "sha": sha, "repo": map[string]any{"full_name": repo}}
	}
	return "pull_request", map[string]any{
		"action": "synchronize", "number": 7, "repository": map[string]any{"full_name": octo, "default_branch": "main"},
		"pull_request": map[string]any{
			"number": 7, "draft": false, "user": map[string]any{"login": "mona"},
			"head": side("topic", h.head, from), "base": side("main", h.named(), octo),
		},
	}
}

// group is the event of a merge queue.
func (h *hosted) group() (kind string, payload any) {
	return "merge_group", map[string]any{
		"action": "checks_requested", "repository": map[string]any{"full_name": octo, "default_branch": "main"},
		"merge_group": map[string]any{
			"head_sha": h.merge, "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-" + h.base, "base_sha": h.base, "base_ref": "refs/heads/main",
		},
	}
}

// push is the event of a commit on the default branch.
func push(sha string) (kind string, payload any) {
	return "push", map[string]any{
		"ref": "refs/heads/main", "before": strings.Repeat("0", 40), "after": sha,
		"repository": map[string]any{"full_name": octo, "default_branch": "main"},
	}
}

// act runs the action's command in a checkout, as a step of an event of a
// commit, and reads the report that it leaves.
func (h *hosted) act(t *testing.T, checkout repository, exit int, sha, kind string, payload any, env ...string) judged {
	t.Helper()
	if h.server == nil {
		h.start(t)
	}
	folder := t.TempDir()
	event, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"event.json": event, "output": nil, "summary": nil} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ref := map[string]string{"pull_request": "refs/pull/7/merge", "push": "refs/heads/main", "merge_group": "refs/heads/gh-readonly-queue/main/pr-7-" + h.base}[kind]
	report := filepath.Join(checkout.dir, "gate-report.json")
	own := []string{
		"HOME=" + h.home, "GITHUB_WORKSPACE=" + checkout.dir, "RUNNER_TEMP=" + folder,
		"GITHUB_OUTPUT=" + filepath.Join(folder, "output"), "GITHUB_STEP_SUMMARY=" + filepath.Join(folder, "summary"),
		"GITHUB_EVENT_NAME=" + kind, "GITHUB_EVENT_PATH=" + filepath.Join(folder, "event.json"),
		"GITHUB_API_URL=" + h.server.URL(), "GITHUB_SHA=" + sha, "GITHUB_REF=" + ref,
		"INPUT_GITHUB-TOKEN=ghs_opensesame", "INPUT_CONTEXT=.",
	}
	out := checkout.run(t, exit, slices.Concat(runnerEnvironment(), own, env), "action")
	j := h.judged(t, report, out)
	if err := os.Remove(report); err != nil {
		t.Fatal(err)
	}
	return j
}

// actPull is the step of the pull request, in a checkout of its merge commit alone.
func (h *hosted) actPull(t *testing.T, exit int, env ...string) judged {
	t.Helper()
	kind, payload := h.pull()
	return h.act(t, h.shallow(t, "merged"), exit, h.merge, kind, payload, env...)
}

// asked wants to have been asked for so many archives.
func (h *hosted) asked(t *testing.T, archives int) {
	t.Helper()
	count := 0
	for _, request := range h.server.Requests() {
		if strings.Contains(request.Path, "/tarball/") {
			count++
		}
	}
	if count != archives {
		t.Errorf("GitHub was asked for %d archives, want %d", count, archives)
	}
}
