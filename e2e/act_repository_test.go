package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/containergate/gate/internal/github/githubtest"
)

const (
	// actPackage is the version that the package of testdata/act has at the base.
	actPackage = "7.88.1-10+deb12u12"
	// actDatabase is a folder of the checkout that no commit has. It must not be
	// ignored either: act copies what git ignores to no job.
	actDatabase = "db"
)

// proposal is a repository with pull request 7: as a checkout for act, and as
// what the fake GitHub knows of it.
type proposal struct {
	// folder is the checkout; home is nobody's, for git.
	folder, home string
	files        []txtar.File
	// base, head and merge are the commits of the pull request.
	base, head, merge string
}

// newProposal fills the checkout with testdata/act and action.yml, whose image is
// this one.
func newProposal(t *testing.T, image string) *proposal {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/act/repository.txtar")
	if err != nil {
		t.Fatal(err)
	}
	p := &proposal{folder: t.TempDir(), home: t.TempDir(), files: archive.Files}
	for _, file := range p.files {
		p.write(t, file.Name, string(file.Data))
	}
	action, err := os.ReadFile("../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	// act would build the Dockerfile with images of a registry.
	const own = "\n  image: Dockerfile\n"
	if strings.Count(string(action), own) != 1 {
		t.Fatalf("action.yml does not have the one line %q", strings.TrimSpace(own))
	}
	p.write(t, "action.yml", strings.Replace(string(action), own, "\n  image: docker://"+image+"\n", 1))
	p.git(t, "init", "--quiet", "--initial-branch", "main")
	p.base = p.commit(t, "base")
	return p
}

func (p *proposal) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(p.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// scenario is the repository before anything is proposed.
func (p *proposal) scenario() githubtest.Scenario {
	files := map[string]string{}
	for _, file := range p.files {
		files[file.Name] = string(file.Data)
	}
	return githubtest.Scenario{Repositories: []githubtest.Repository{{
		Name: "octo/app", DefaultBranch: "main", Branches: map[string]string{"main": p.base},
		Commits: []githubtest.Commit{{SHA: p.base, Files: files}},
	}}}
}

// bring makes the pull request bring this version of the package, and checks out
// its merge commit.
func (p *proposal) bring(t *testing.T, github *githubtest.Server, version string) {
	t.Helper()
	p.git(t, "switch", "--quiet", "--force-create", "topic", p.base)
	changed := map[string]string{}
	for _, file := range p.files {
		if text := string(file.Data); strings.Contains(text, actPackage) {
			changed[file.Name] = strings.Replace(text, actPackage, version, 1)
			p.write(t, file.Name, changed[file.Name])
		}
	}
	p.head = p.commit(t, version)
	p.git(t, "switch", "--quiet", "--detach", p.base)
	p.git(t, "merge", "--quiet", "--no-ff", "--no-edit", "topic")
	p.merge = p.git(t, "rev-parse", "HEAD")
	github.Change("octo/app", func(r *githubtest.Repository) {
		r.Commits = append(r.Commits,
			githubtest.Commit{SHA: p.head, Parents: []string{p.base}, Changed: changed},
			githubtest.Commit{SHA: p.merge, Parents: []string{p.base, p.head}, Changed: changed})
		r.Branches["topic"] = p.head
		r.Pulls = []githubtest.Pull{{
			Number: 7, Author: "octocat", MergeSHA: p.merge,
			Head: githubtest.Side{Ref: "topic", SHA: p.head}, Base: githubtest.Side{Ref: "main", SHA: p.base},
		}}
	})
}

// event is the payload with which GitHub starts the workflow.
func (p *proposal) event(t *testing.T) []byte {
	t.Helper()
	repository := map[string]any{"full_name": "octo/app", "default_branch": "main"}
	event, err := json.Marshal(map[string]any{
		"action": "synchronize", "number": 7, "repository": repository,
		"pull_request": map[string]any{
			"number": 7, "draft": false, "user": map[string]any{"login": "octocat"},
			"head": map[string]any{"ref": "topic", "sha": p.head, "repo": repository},
			"base": map[string]any{"ref": "main", "sha": p.base, "repo": repository},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// commit commits all files but the database and returns the commit's name.
func (p *proposal) commit(t *testing.T, message string) string {
	t.Helper()
	p.git(t, "add", "--all", "--", ".", ":!"+actDatabase)
	p.git(t, "commit", "--quiet", "--message", message)
	return p.git(t, "rev-parse", "HEAD")
}

// git runs git without anybody's configuration and returns its answer.
func (p *proposal) git(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", append([]string{"-C", p.folder}, args...)...)
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.home, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=octocat", "GIT_AUTHOR_EMAIL=octocat@example.com", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z",
		"GIT_COMMITTER_NAME=octocat", "GIT_COMMITTER_EMAIL=octocat@example.com", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z",
	}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}
