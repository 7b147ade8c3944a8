package attack_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/proposal"
)

// byMistake is what a maintainer does without meaning to.
func byMistake() map[string]attack {
	return map[string]attack{
		"build-on-a-powerful-event":         buildOnAPowerfulEvent,
		"files-over-a-clean-checkout":       filesOverACleanCheckout,
		"another-commit-on-a-trusted-event": anotherCommitOnATrustedEvent,
		"remote-context":                    remoteContext,
		"misspelt-policy":                   misspeltPolicy,
		"forgotten-waiver":                  forgottenWaiver,
		"missing-permission":                missingPermission,
	}
}

// checkout is a workspace with the base checked out, and a pull request's commit
// that can be fetched.
type checkout struct {
	folder, base, head string
	server             *githubtest.Server
}

// checkedOut makes a checkout. The API knows the base branch and the head.
func checkedOut(t *testing.T) checkout {
	t.Helper()
	folder := t.TempDir()
	git(t, folder, "init", "--quiet", "--initial-branch=main")
	put(t, filepath.Join(folder, "Dockerfile"), goodFile)
	put(t, filepath.Join(folder, "src/main.go"), "package main\n")
	base := commit(t, folder)
	put(t, filepath.Join(folder, "Dockerfile"), badFile)
	head := commit(t, folder)
	git(t, folder, "branch", "pull", head)
	git(t, folder, "reset", "--quiet", "--hard", base)
	server := serve(t, githubtest.Scenario{
		Tokens: map[string]githubtest.Token{token: githubtest.ActionsToken()},
		Repositories: []githubtest.Repository{{Name: repository, Branches: map[string]string{"main": base},
			Commits: []githubtest.Commit{{SHA: base}, {SHA: head, Parents: []string{base}}},
			Pulls:   []githubtest.Pull{{Number: 7, Author: "mallory", Head: githubtest.Side{Ref: "topic", SHA: head, Repository: fork}}}}},
	})
	return checkout{folder: folder, base: base, head: head, server: server}
}

// mayBuild asks for a build on an event of the base's commit.
func (c checkout) mayBuild(t *testing.T, event string, spec gate.BuildSpec) error {
	t.Helper()
	source := proposal.Source{API: connect(t, c.server.URL()), Workspace: c.folder, Event: github.Event{
		Name: event, Repository: repository, DefaultBranch: "main", Ref: "refs/heads/main", SHA: c.base,
		PullRequest: &github.PullRequest{Number: 7, Head: github.Branch{SHA: c.head, Ref: "topic", Repository: fork}, Base: github.Branch{SHA: c.base, Ref: "main", Repository: repository}},
	}}
	if spec.Context == "" {
		spec.Context = c.folder
	}
	if spec.Dockerfile == "" {
		spec.Dockerfile = filepath.Join(c.folder, "Dockerfile")
	}
	image := gate.ImagePlan{Name: "shop", Dockerfile: spec.Dockerfile, Build: &spec}
	if gate.RemoteContext(spec.Context) {
		image.Dockerfile = ""
	}
	return source.MayBuild(t.Context(), []gate.ImagePlan{image})
}

// wantRefusal holds that nothing is built, and that the way out is named.
func wantRefusal(t *testing.T, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "docs/github.md") {
		t.Errorf("error = %v", err)
	}
}

// powerful are events that anybody may cause, with a token that may write.
func powerful() []string {
	return []string{"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion_comment", "pull_request_review", "brand_new_event", "unknown"}
}

func buildOnAPowerfulEvent(t *testing.T) {
	c := checkedOut(t)
	nested, worktree := filepath.Join(c.folder, "pr"), filepath.Join(t.TempDir(), "pr")
	git(t, c.folder, "clone", "--quiet", "--branch", "pull", c.folder, nested)
	git(t, c.folder, "worktree", "add", "--quiet", "--detach", worktree, c.head)
	for _, event := range powerful() {
		t.Run(event, func(t *testing.T) {
			for name, folder := range map[string]string{"beside the base": nested, "as a worktree": worktree} {
				if err := c.mayBuild(t, event, gate.BuildSpec{Context: folder, Dockerfile: filepath.Join(folder, "Dockerfile")}); err == nil {
					t.Errorf("the head that lies %s is built", name)
				}
			}
			wantRefusal(t, c.mayBuild(t, event, gate.BuildSpec{Contexts: map[string]string{"src": nested}}))
			wantRefusal(t, c.mayBuild(t, event, gate.BuildSpec{Dockerfile: filepath.Join(nested, "Dockerfile")}))
		})
	}
	if err := os.RemoveAll(nested); err != nil {
		t.Fatal(err)
	}
	if err := c.mayBuild(t, "pull_request_target", gate.BuildSpec{}); err != nil {
		t.Errorf("the base itself: %v", err)
	}
	git(t, c.folder, "checkout", "--quiet", c.head)
	for _, event := range powerful() {
		wantRefusal(t, c.mayBuild(t, event, gate.BuildSpec{}))
	}
	c.server.Fail(githubtest.Match{}, githubtest.Fault{Kind: githubtest.Unavailable})
	wantRefusal(t, c.mayBuild(t, "pull_request_target", gate.BuildSpec{}))
}

func filesOverACleanCheckout(t *testing.T) {
	for name, copyOver := range map[string]func(t *testing.T, c checkout){
		"a changed file": func(t *testing.T, c checkout) { put(t, filepath.Join(c.folder, "Dockerfile"), badFile) },
		"a new file":     func(t *testing.T, c checkout) { put(t, filepath.Join(c.folder, "src/evil.go"), "package main\n") },
		"a file that is gone": func(t *testing.T, c checkout) {
			if err := os.Remove(filepath.Join(c.folder, "src/main.go")); err != nil {
				t.Fatal(err)
			}
		},
		"of the same size and time": func(t *testing.T, c checkout) {
			path := filepath.Join(c.folder, "Dockerfile")
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			put(t, path, strings.Replace(goodFile, "1000", "0000", 1))
			if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
				t.Fatal(err)
			}
		},
		"that the index does not look at": func(t *testing.T, c checkout) {
			git(t, c.folder, "update-index", "--assume-unchanged", "Dockerfile")
			git(t, c.folder, "update-index", "--skip-worktree", "src/main.go")
			put(t, filepath.Join(c.folder, "Dockerfile"), badFile)
			put(t, filepath.Join(c.folder, "src/main.go"), "package evil\n")
		},
		"that are in the index": func(t *testing.T, c checkout) {
			git(t, c.folder, "checkout", "--quiet", c.head, "--", "Dockerfile")
		},
		"a link in place of a file": func(t *testing.T, c checkout) {
			path := filepath.Join(c.folder, "src/main.go")
			if err := errors.Join(os.Remove(path), os.Symlink("/etc/passwd", path)); err != nil {
				t.Fatal(err)
			}
		},
		"with an ignore file that hides them": func(t *testing.T, c checkout) {
			put(t, filepath.Join(c.folder, ".gitignore"), "*\n")
			put(t, filepath.Join(c.folder, "evil.go"), "package main\n")
		},
		"that a filter makes look alike": func(t *testing.T, c checkout) {
			git(t, c.folder, "config", "filter.x.clean", "git show HEAD:Dockerfile")
			put(t, filepath.Join(c.folder, ".git/info/attributes"), "Dockerfile filter=x\n")
			put(t, filepath.Join(c.folder, "Dockerfile"), badFile)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := checkedOut(t)
			copyOver(t, c)
			wantRefusal(t, c.mayBuild(t, "pull_request_target", gate.BuildSpec{}))
			wantRefusal(t, c.mayBuild(t, "workflow_run", gate.BuildSpec{Context: filepath.Join(c.folder, "src")}))
		})
	}
	t.Run("on whatever event", func(t *testing.T) {
		c := checkedOut(t)
		put(t, filepath.Join(c.folder, "Dockerfile"), badFile)
		for _, event := range powerful() {
			wantRefusal(t, c.mayBuild(t, event, gate.BuildSpec{}))
		}
	})
	t.Run("a folder of no repository", func(t *testing.T) {
		c := checkedOut(t)
		outside := t.TempDir()
		put(t, filepath.Join(outside, "Dockerfile"), badFile)
		wantRefusal(t, c.mayBuild(t, "pull_request_target", gate.BuildSpec{Context: outside, Dockerfile: filepath.Join(outside, "Dockerfile")}))
	})
	t.Run("a submodule at another commit", func(t *testing.T) {
		c := checkedOut(t)
		git(t, c.folder, "submodule", "--quiet", "add", c.folder, "vendor")
		c.base = commit(t, c.folder)
		c.server.Change(repository, func(r *githubtest.Repository) {
			r.Commits, r.Branches["main"] = append(r.Commits, githubtest.Commit{SHA: c.base}), c.base
		})
		if err := c.mayBuild(t, "pull_request_target", gate.BuildSpec{}); err != nil {
			t.Fatalf("the base itself: %v", err)
		}
		git(t, filepath.Join(c.folder, "vendor"), "checkout", "--quiet", c.head)
		wantRefusal(t, c.mayBuild(t, "pull_request_target", gate.BuildSpec{}))
		wantRefusal(t, c.mayBuild(t, "pull_request_target", gate.BuildSpec{Context: filepath.Join(c.folder, "vendor")}))
	})
}

func anotherCommitOnATrustedEvent(t *testing.T) {
	c := checkedOut(t)
	events := []string{"workflow_dispatch", "push", "schedule", "merge_group", "release", "repository_dispatch"}
	for _, event := range events {
		if err := c.mayBuild(t, event, gate.BuildSpec{}); err != nil {
			t.Errorf("%s, its own commit: %v", event, err)
		}
	}
	nested := filepath.Join(c.folder, "pr")
	git(t, c.folder, "clone", "--quiet", "--branch", "pull", c.folder, nested)
	for _, event := range events {
		wantRefusal(t, c.mayBuild(t, event, gate.BuildSpec{Context: nested, Dockerfile: filepath.Join(nested, "Dockerfile")}))
		wantRefusal(t, c.mayBuild(t, event, gate.BuildSpec{Contexts: map[string]string{"src": nested}}))
	}
	git(t, c.folder, "checkout", "--quiet", c.head)
	for _, event := range events {
		wantRefusal(t, c.mayBuild(t, event, gate.BuildSpec{}))
	}
}

func remoteContext(t *testing.T) {
	c := checkedOut(t)
	for _, address := range []string{
		"https://github.com/octo/shop.git#refs/pull/7/head", "git://github.com/octo/shop.git", "git@github.com:octo/shop.git", "ssh://git@github.com/octo/shop.git",
		"github.com/octo/shop", "https://example.org/context.tar.gz", "http://example.org/context.tar",
	} {
		for _, event := range powerful() {
			if err := c.mayBuild(t, event, gate.BuildSpec{Context: address, Dockerfile: "Dockerfile"}); err == nil {
				t.Errorf("%s is the context on %s", address, event)
			}
		}
		if err := c.mayBuild(t, "pull_request_target", gate.BuildSpec{Contexts: map[string]string{"src": address}}); err == nil {
			t.Errorf("%s is a named context on pull_request_target", address)
		}
	}
}
