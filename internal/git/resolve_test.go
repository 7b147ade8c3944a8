package git_test

import (
	"testing"

	"github.com/containergate/gate/internal/git"
)

func TestNamesOfCommitsAreResolvedAsGitDoes(t *testing.T) {
	w := newWorktree(t)
	run := w.git
	for _, message := range []string{"one", "two", "three"} {
		run("commit", "-q", "--allow-empty", "-m", message)
	}
	run("tag", "light", "HEAD~1")
	run("tag", "-a", "-m", "x", "heavy", "HEAD~2")
	run("branch", "feature/x", "HEAD~1")
	run("update-ref", "refs/remotes/origin/main", "HEAD~2")
	run("pack-refs", "--all")
	repository, err := git.Open(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"HEAD", "HEAD~", "HEAD~1", "main~2", "light", "heavy", "feature/x", "origin/main", "refs/heads/main", run("rev-parse", "HEAD~1")} {
		got, err := repository.Resolve(name)
		if want := run("rev-parse", name+"^{commit}"); got != want || err != nil {
			t.Errorf("%s is %s, want %s: %v", name, got, want, err)
		}
	}
	for _, name := range []string{"", "nothing", "HEAD~9", "HEAD~x", "HEAD~99999999999", "../HEAD", "main^{tree}"} {
		if got, err := repository.Resolve(name); err == nil {
			t.Errorf("%q is %s, want an error", name, got)
		}
	}
}
