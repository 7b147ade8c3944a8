package git_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/containergate/gate/internal/git"
)

func TestADirectoryWithoutARepositoryIsErrNone(t *testing.T) {
	if _, err := git.Open(t.TempDir()); !errors.Is(err, git.ErrNone) {
		t.Error(err)
	}
	if _, err := git.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestTheRepositoryIsFoundFromAnywhereInside(t *testing.T) {
	w := newWorktree(t)
	want := w.commit("a/b/c.txt", "x")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(w.dir, "a"), link); err != nil {
		t.Fatal(err)
	}
	// An empty .git is nothing to git either.
	if err := os.MkdirAll(filepath.Join(w.dir, "a", "b", ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{w.dir, filepath.Join(w.dir, "a", "b"), link, filepath.Join(w.dir, "a", "b", "c.txt")} {
		r, err := git.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if head, err := r.Head(); r.Root() != w.dir || head != want || err != nil {
			t.Errorf("%s: %s at %s, %v", dir, r.Root(), head, err)
		}
	}
}

func TestHeadIsReadHoweverItIsKept(t *testing.T) {
	w := newWorktree(t)
	if _, err := w.open().Head(); err == nil || !strings.Contains(err.Error(), "no commit") {
		t.Errorf("a branch without a commit: %v", err)
	}
	first := w.commit("a", "1")
	second := w.commit("a", "2")
	check := func(kind, want string) {
		t.Helper()
		if head, err := w.open().Head(); head != want || err != nil {
			t.Errorf("%s: %s, %v", kind, head, err)
		}
	}
	check("a branch", second)
	w.git("pack-refs", "--all")
	check("packed references", second)
	w.git("gc", "--quiet")
	check("packed objects", second)
	w.git("checkout", "--quiet", "--detach", first)
	check("detached", first)
}

func TestALinkedWorkTreeAndASubmoduleAreRepositories(t *testing.T) {
	inner := newWorktree(t)
	innerHead := inner.commit("inner.txt", "i")
	w := newWorktree(t)
	first := w.commit("a", "1")
	w.git("submodule", "--quiet", "add", "file://"+inner.dir, "sub")
	second := w.commit()
	w.git("pack-refs", "--all")
	linked := worktree{t, filepath.Join(filepath.Dir(t.TempDir()), "linked")}
	w.git("worktree", "add", "--quiet", "--detach", linked.dir, first)

	r := linked.open()
	if head, err := r.Head(); head != first || err != nil || r.Root() != linked.dir {
		t.Errorf("linked: %s %s %v", r.Root(), head, err)
	}
	if parents, err := r.Parents(second); len(parents) != 1 || parents[0] != first || err != nil {
		t.Errorf("linked: %v %v", parents, err)
	}
	linked.git("checkout", "--quiet", "-b", "topic", second)
	if head, err := linked.open().Head(); head != second || err != nil {
		t.Errorf("linked, on a branch: %s %v", head, err)
	}
	sub := worktree{t, filepath.Join(w.dir, "sub")}
	if head, err := sub.open().Head(); head != innerHead || err != nil || sub.open().Root() != sub.dir {
		t.Errorf("submodule: %s %v", head, err)
	}
}

func TestAGitFileThatLeadsNowhereIsAnError(t *testing.T) {
	for _, text := range []string{"gitdir: /nowhere/.git/worktrees/x\n", "nonsense", "", "gitdir: .\n"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ".git"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := git.Open(dir); err == nil || errors.Is(err, git.ErrNone) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestARepositoryOfAnotherKindIsRefusedInWords(t *testing.T) {
	w := newWorktree(t)
	w.commit("a", "1")
	config := filepath.Join(w.dir, ".git", "config")
	plain, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"[extensions]\n\tobjectFormat = sha256\n": "sha1 only",
		"[extensions]\n\trefStorage = reftable\n": "files only",
		"[core\n": "parse its config",
	} {
		if err := os.WriteFile(config, append(plain, text...), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := git.Open(w.dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	made := filepath.Join(t.TempDir(), "sha256")
	if _, err := w.try("init", "--quiet", "--object-format=sha256", made); err != nil {
		t.Skip("this git makes no SHA-256 repositories")
	}
	if _, err := git.Open(made); err == nil || !strings.Contains(err.Error(), "sha1 only") {
		t.Error(err)
	}
}

func TestWhatCheckoutWritesIntoTheConfigIsNoObstacle(t *testing.T) {
	w := newWorktree(t)
	w.commit("a/x", "1", "b/y", "2")
	w.git("config", "http.https://github.com/.extraheader", "AUTHORIZATION: basic ***")
	w.git("config", "includeIf.gitdir:/github/workspace/.git.path", "/github/runner_temp/git-credentials.config")
	w.git("config", "extensions.partialClone", "origin")
	w.git("config", "gc.auto", "0")
	w.git("sparse-checkout", "set", "a")
	if !strings.Contains(w.git("config", "--list"), "extensions.worktreeconfig=true") {
		t.Log("this git makes sparse checkouts without an own config")
	}
	if _, err := w.open().Head(); err != nil {
		t.Error(err)
	}
}

func TestARepositoryThatGoGitMadeIsReadWithoutTheProgram(t *testing.T) {
	dir := t.TempDir()
	made, err := gogit.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, err := made.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Add("a.txt"); err != nil {
		t.Fatal(err)
	}
	id, err := tree.Commit("x", &gogit.CommitOptions{Author: &object.Signature{Name: "a", Email: "a@b.c"}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := git.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	content, err := r.File(id.String(), "a.txt")
	if string(content) != "one" || err != nil {
		t.Errorf("%q, %v", content, err)
	}
	if dirty, err := r.Dirty(t.Context(), ""); len(dirty) != 0 || err != nil {
		t.Error(dirty, err)
	}
}
