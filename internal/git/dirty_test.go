package git_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func (w worktree) dirty(below string) []string {
	w.t.Helper()
	got, err := w.open().Dirty(w.t.Context(), below)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

func (w worktree) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w worktree) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestFilesThatAreNotTheCommitsAreNamed(t *testing.T) {
	cases := []struct {
		name   string
		change func(w worktree)
		want   []string
	}{
		{"nothing", func(worktree) {}, nil},
		{"new times", func(w worktree) { w.write("app/main.go", "package main\n") }, nil},
		{"a change of the same length", func(w worktree) { w.write("app/main.go", "package evil\n") }, []string{"app/main.go"}},
		{"a change that was staged", func(w worktree) { w.write("Dockerfile", "FROM x").git("add", "-A") }, []string{"Dockerfile"}},
		{"a new file", func(w worktree) { w.write("app/new", "x") }, []string{"app/new"}},
		{"a removed file", func(w worktree) { w.must(os.Remove(w.path("app/main.go"))) }, []string{"app/main.go"}},
		{"a removed directory", func(w worktree) { w.must(os.RemoveAll(w.path("app"))) }, []string{"app/main.go", "app/run.sh", "app/vendor/x"}},
		{"an empty directory", func(w worktree) { w.must(os.Mkdir(w.path("empty"), 0o755)) }, nil},
		{"an ignored file", func(w worktree) { w.write("app/x.log", "x", "out/y", "x") }, nil},
		{"a tracked file below an ignored directory", func(w worktree) { w.write("app/vendor/x", "changed", "app/vendor/y", "x") }, []string{"app/vendor/x"}},
		{"a lost executable bit", func(w worktree) { w.must(os.Chmod(w.path("app/run.sh"), 0o644)) }, []string{"app/run.sh"}},
		{"a new executable bit", func(w worktree) { w.must(os.Chmod(w.path("Dockerfile"), 0o755)) }, []string{"Dockerfile"}},
		{"an executable bit that is not kept", func(w worktree) {
			w.git("config", "core.fileMode", "false")
			w.must(os.Chmod(w.path("Dockerfile"), 0o755))
		}, nil},
		{"a link elsewhere", func(w worktree) {
			w.must(os.Remove(w.path("link")))
			w.must(os.Symlink("/etc/passwd", w.path("link")))
		}, []string{"link"}},
		{"a link in place of a file, with its content as target", func(w worktree) {
			w.must(os.Remove(w.path("Dockerfile")))
			w.must(os.Symlink("FROM a", w.path("Dockerfile")))
		}, []string{"Dockerfile"}},
		{"a file in place of a link, with its target as content", func(w worktree) {
			w.must(os.Remove(w.path("link")))
			w.write("link", "Dockerfile")
		}, []string{"link"}},
		{"a directory in place of a file", func(w worktree) {
			w.must(os.Remove(w.path("Dockerfile")))
			w.write("Dockerfile/x", "x")
		}, []string{"Dockerfile", "Dockerfile/x"}},
		{"a link in place of a directory, to an equal one", func(w worktree) {
			w.must(os.Rename(w.path("app"), w.path("moved")))
			w.must(os.Symlink("moved", w.path("app")))
		}, []string{"app", "app/main.go", "app/run.sh", "app/vendor/x", "moved/main.go", "moved/run.sh"}},
		{"another repository inside", func(w worktree) {
			w.git("init", "--quiet", "pr")
			w.write("pr/Dockerfile", "FROM evil")
		}, []string{"pr/Dockerfile"}},
		{"other line endings", func(w worktree) { w.write("app/main.go", "package main\r\n") }, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorktree(t)
			w.write("Dockerfile", "FROM a", "app/main.go", "package main\n", "app/run.sh", "x", ".gitignore", "*.log\n/out/\nvendor\n", "app/vendor/x", "v")
			w.must(os.Symlink("Dockerfile", w.path("link")))
			w.must(os.Chmod(w.path("app/run.sh"), 0o755))
			w.git("add", "--force", "app/vendor/x")
			w.commit()
			c.change(w)
			if diff := cmp.Diff(c.want, w.dirty("")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOnlyWhatLiesBelowTheDirectoryCounts(t *testing.T) {
	w := newWorktree(t)
	w.commit("a/Dockerfile", "1", "ab/x", "1", "b/x", "1", ".gitignore", "dist\n")
	w.write("ab/x", "2", "b/new", "2", "dist/x", "2", "dist/y/z", "2")
	w.must(os.Symlink("b", w.path("link")))
	outside := t.TempDir()
	w.must(os.Symlink(outside, w.path("out")))
	for below, want := range map[string][]string{
		"a": nil, "ab": {"ab/x"}, "b": {"b/new"}, "b/x": nil, "b/new": {"b/new"}, "link": {"b/new"}, w.path("b"): {"b/new"},
		".": {"ab/x", "b/new", "link", "out"}, "dist": {"dist/x", "dist/y/z"}, "dist/y": {"dist/y/z"},
	} {
		if diff := cmp.Diff(want, w.dirty(below)); diff != "" {
			t.Errorf("%s: %s", below, diff)
		}
	}
	for _, below := range []string{"none", "..", "out", outside} {
		if got, err := w.open().Dirty(t.Context(), below); err == nil {
			t.Errorf("%s: %v", below, got)
		}
	}
}

func TestAtMostTwentyFilesAreNamedAlwaysTheSame(t *testing.T) {
	w := newWorktree(t)
	w.commit()
	for i := range 50 {
		w.write(fmt.Sprintf("d%d/f", i), "x")
	}
	got := w.dirty("")
	if len(got) != 20 || !slices.IsSorted(got) || !slices.Equal(got, w.dirty("")) {
		t.Errorf("%d: %v", len(got), got)
	}
}

func TestAFileThatLFSHasFetchedIsTheCommits(t *testing.T) {
	w := newWorktree(t)
	content := strings.Repeat("model", 1000)
	pointer := fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid sha256:%x\nsize %d\n", sha256.Sum256([]byte(content)), len(content))
	w.commit("model.bin", pointer, "notes", "version 1\n"+pointer)
	w.write("model.bin", content)
	if got := w.dirty(""); len(got) != 0 {
		t.Error(got)
	}
	w.write("model.bin", content[1:]+"x", "notes", content)
	if diff := cmp.Diff([]string{"model.bin", "notes"}, w.dirty("")); diff != "" {
		t.Error(diff)
	}
}

func TestWhatASparseCheckoutLeavesOutIsNotRemoved(t *testing.T) {
	w := newWorktree(t)
	w.commit("a/x", "1", "a/y", "1", "b/x", "1")
	w.git("sparse-checkout", "set", "a")
	w.must(os.Remove(w.path("a/y")))
	if _, err := os.Stat(w.path("b")); err == nil {
		t.Fatal("git left nothing out")
	}
	if diff := cmp.Diff([]string{"a/y"}, w.dirty("")); diff != "" {
		t.Error(diff)
	}
}

func TestASubmoduleIsItsCommitOrDirty(t *testing.T) {
	inner := newWorktree(t)
	old := inner.commit("x", "1", "d/y", "1")
	inner.commit("x", "2")
	w := newWorktree(t)
	w.git("submodule", "--quiet", "add", "file://"+inner.dir, "lib/sub")
	w.commit()
	sub := worktree{t, w.path("lib/sub")}
	expect := func(state string, want ...string) {
		t.Helper()
		// An ignore file that the commit does not have is always told, see below.
		ignoreFile := func(path string) bool { return filepath.Base(path) == ".gitignore" }
		got := slices.DeleteFunc(w.dirty(""), ignoreFile)
		if diff := cmp.Diff(slices.DeleteFunc(want, ignoreFile), got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", state, diff)
		}
	}
	expect("clean")
	sub.write("d/y", "2", "new", "x")
	expect("changed", "lib/sub/d/y", "lib/sub/new")
	if diff := cmp.Diff([]string{"lib/sub/d/y"}, w.dirty("lib/sub/d")); diff != "" {
		// The nearest repository is the submodule, but this one was asked.
		t.Error(diff)
	}
	sub.git("checkout", "--quiet", "--force", old)
	sub.must(os.Remove(sub.path("new")))
	expect("another commit", "lib/sub")
	w.must(os.RemoveAll(sub.dir))
	w.must(os.Mkdir(sub.dir, 0o755))
	expect("not fetched")
	sub.write("x", "x")
	expect("files without a repository", "lib/sub/x")
}

func TestACancelledComparisonEnds(t *testing.T) {
	w := newWorktree(t)
	w.commit("b/a", "1")
	w.write("c/new", "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, below := range []string{"b", "c"} {
		if got, err := w.open().Dirty(ctx, below); !errors.Is(err, context.Canceled) {
			t.Error(below, got, err)
		}
	}
}

// TestDirtyIsWhatGitStatusSays compares random work trees under random rules
// with git itself.
func TestDirtyIsWhatGitStatusSays(t *testing.T) {
	patterns := []string{
		"a", "b/", "/a", "/b/", "*.x", "!a.x", "a/b", "a/*", "!a/b", "**/b", "a/**", "a/**/b", "/*", "!/b", "?", "[ab]", "[!a]", "[^b].x",
		"\\a", "b.x ", "# a", "", "!", "/", "[a", "a/b/", "*/b", "**", "a**", "[]a]", "[[:alpha:]]", "!b", "\\[a", "*b*", "[a-b].?", "!*/",
	}
	names := []string{"a", "b", "a.x", "b.x", "[a", "c"}
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		w := newWorktree(t)
		some := func() (text string) {
			for range random.IntN(4) {
				text += patterns[random.IntN(len(patterns))] + "\n"
			}
			return text
		}
		place := func() string {
			parts := make([]string, 1+random.IntN(3))
			for i := range parts {
				parts[i] = names[random.IntN(len(names))]
			}
			return strings.Join(parts, "/")
		}
		put := func(count int) {
			for range count {
				file := w.path(place())
				if os.MkdirAll(filepath.Dir(file), 0o755) == nil {
					_ = os.WriteFile(file, []byte{byte('0' + random.IntN(3))}, 0o600) // It may be a directory already.
				}
			}
		}
		put(8)
		w.git("add", "--all", "--force")
		w.commit()
		w.write(".gitignore", some(), ".git/info/exclude", some())
		put(10)
		if random.IntN(2) == 0 {
			_ = os.RemoveAll(w.path(place())) // A file may be where a directory is meant.
		}
		if info, err := os.Stat(w.path("a")); err == nil && info.IsDir() {
			_ = os.WriteFile(w.path("a/.gitignore"), []byte(some()), 0o600)
		}
		want := w.status()
		if len(want) > 20 {
			continue
		}
		// An ignore file that the commit does not have is always told, see below.
		ignoreFile := func(path string) bool { return filepath.Base(path) == ".gitignore" }
		got := slices.DeleteFunc(w.dirty(""), ignoreFile)
		if diff := cmp.Diff(slices.DeleteFunc(want, ignoreFile), got, cmpopts.EquateEmpty()); diff != "" {
			root, _ := os.ReadFile(w.path(".gitignore"))
			inner, _ := os.ReadFile(w.path("a/.gitignore"))
			exclude, _ := os.ReadFile(w.path(".git/info/exclude"))
			t.Errorf("seed %d: %s\nexclude %q\n.gitignore %q\na/.gitignore %q", seed, diff, exclude, root, inner)
		}
	}
}

func TestAnIgnoreFileThatHidesItselfIsTold(t *testing.T) {
	w := newWorktree(t)
	w.write("a", "1")
	w.git("add", "--all")
	w.commit()
	w.write(".gitignore", "*\n", "hidden", "2")
	if got := w.dirty(""); !slices.Contains(got, ".gitignore") {
		t.Errorf("dirty = %v", got)
	}
}

// status is what git itself says, against HEAD.
func (w worktree) status() []string {
	w.t.Helper()
	var paths []string
	out, err := w.try("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignored=no")
	w.must(err)
	for entry := range strings.SplitSeq(out, "\x00") {
		if len(entry) > 3 {
			paths = append(paths, entry[3:])
		}
	}
	slices.Sort(paths)
	return paths
}
