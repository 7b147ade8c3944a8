package git_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/git"
)

// worktree is a directory in which the real git program works.
type worktree struct {
	t   *testing.T
	dir string
}

// newWorktree makes an empty repository with the real git.
func newWorktree(t *testing.T) worktree {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("the git program, which makes the repositories, is not installed")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := worktree{t, dir}
	w.git("init", "--quiet", "--initial-branch=main")
	return w
}

// git runs git without the user's configuration, at a fixed time.
func (w worktree) git(args ...string) string {
	w.t.Helper()
	out, err := w.try(args...)
	if err != nil {
		w.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(out)
}

func (w worktree) try(args ...string) (string, error) {
	program := exec.Command("git", append([]string{"-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main"}, args...)...)
	program.Dir = w.dir
	program.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b.c", "GIT_AUTHOR_DATE=1700000000 +0000",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b.c", "GIT_COMMITTER_DATE=1700000000 +0000",
	}
	var stdout, stderr bytes.Buffer
	program.Stdout, program.Stderr = &stdout, &stderr
	err := program.Run()
	if err != nil {
		return stderr.String(), err
	}
	return stdout.String(), nil
}

// write writes files given as path, content, path, content ….
func (w worktree) write(pairs ...string) worktree {
	w.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		file := filepath.Join(w.dir, pairs[i])
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(pairs[i+1]), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
	return w
}

// commit writes files and commits all there is.
func (w worktree) commit(pairs ...string) string {
	w.t.Helper()
	w.write(pairs...).git("add", "--all")
	w.git("commit", "--quiet", "--allow-empty", "--message", "x")
	return w.git("rev-parse", "HEAD")
}

// clone clones with the given options into a new directory.
func (w worktree) clone(args ...string) worktree {
	w.t.Helper()
	dir, err := filepath.EvalSymlinks(w.t.TempDir())
	if err != nil {
		w.t.Fatal(err)
	}
	target := filepath.Join(dir, "clone")
	w.git(append(append([]string{"clone", "--quiet"}, args...), "file://"+w.dir, target)...)
	return worktree{w.t, target}
}

func (w worktree) open() *git.Repository {
	w.t.Helper()
	r, err := git.Open(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// merged makes what GitHub makes of a pull request: a merge commit whose first
// parent is the base.
func merged(t *testing.T) (w worktree, root, base, head, merge string) {
	w = newWorktree(t)
	root = w.commit("a.txt", "one\n", "dir/b.txt", "two\n")
	w.git("checkout", "--quiet", "-b", "fix")
	head = w.commit("dir/b.txt", "three\n")
	w.git("checkout", "--quiet", "main")
	base = w.commit("c.txt", "four\n")
	w.git("merge", "--quiet", "--no-ff", "--message", "m", "fix")
	return w, root, base, head, w.git("rev-parse", "HEAD")
}
