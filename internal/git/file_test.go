package git_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/git"
)

func TestFilesAreReadAsTheCommitHasThem(t *testing.T) {
	w := newWorktree(t)
	large := make([]byte, git.MaxFile)
	rand.NewChaCha8([32]byte{}).Read(large)
	first := w.commit(".gate.yaml", "fail-on: high\n", "dir/deep/x", "x", "large", string(large), "empty", "")
	second := w.commit(".gate.yaml", "fail-on: low\r\n", "large", string(large[1:]))
	w.write(".gate.yaml", "not committed")
	for range 2 {
		r := w.open()
		for _, c := range []struct{ sha, path, want string }{
			{first, ".gate.yaml", "fail-on: high\n"},
			{second, ".gate.yaml", "fail-on: low\r\n"},
			{second, "dir/deep/x", "x"},
			{second, "empty", ""},
			{first, "large", string(large)},
			{second, "large", string(large[1:])},
		} {
			got, err := r.File(c.sha, c.path)
			if string(got) != c.want || err != nil {
				t.Errorf("%s: %.40q, %v", c.path, got, err)
			}
		}
		w.git("gc", "--quiet", "--aggressive") // Now the same from packs, one large file as a delta.
	}
}

func TestAFileThatIsNotThereIsToldFromOneThatCannotBeRead(t *testing.T) {
	w := newWorktree(t)
	w.write("file", "x", "target/x", "x", "big", strings.Repeat("x", git.MaxFile+1))
	for name, target := range map[string]string{"link": "file", "linked-dir": "target", ".gate.yaml": "/etc/passwd"} {
		if err := os.Symlink(target, filepath.Join(w.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	w.commit()
	w.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",sub")
	w.git("commit", "--quiet", "--message", "x")
	sha := w.git("rev-parse", "HEAD")
	r := w.open()
	for _, path := range []string{"none", "none/x", "target/none", "file/x", "FILE"} {
		if _, err := r.File(sha, path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for path, want := range map[string]string{
		"link": "symbolic link", "linked-dir/x": "symbolic link", ".gate.yaml": "symbolic link",
		"sub": "submodule", "sub/x": "submodule", "target": "directory", "big": "more than",
		"": "no path", ".": "no path", "/etc/passwd": "no path", "../x": "no path", "a//b": "no path", "target/": "no path", "target/../file": "no path",
	} {
		_, err := r.File(sha, path)
		if err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, git.ErrMissing) {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestWhatWasNotFetchedIsMissing(t *testing.T) {
	full, root, base, _, merge := merged(t)
	r := full.clone("--depth=1").open()
	if got, err := r.File(merge, "a.txt"); string(got) != "one\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, sha := range []string{root, base} {
		if _, err := r.File(sha, "a.txt"); !errors.Is(err, git.ErrMissing) || errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	}
	r = full.partial().open()
	if _, err := r.File(merge, "a.txt"); !errors.Is(err, git.ErrMissing) {
		t.Errorf("a content that was not fetched: %v", err)
	}
	if _, err := r.File(merge, "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not in the commit: %v", err)
	}
}

func TestBorrowedObjectsAreFound(t *testing.T) {
	full, root, _, _, merge := merged(t)
	first := full.clone("--shared")
	full.git("gc", "--quiet")
	second := worktree{t, filepath.Join(t.TempDir(), "second")}
	full.git("clone", "--quiet", "--shared", first.dir, second.dir)
	// By hand, since git writes absolute paths.
	third := worktree{t, filepath.Join(filepath.Dir(second.dir), "third")}
	full.git("init", "--quiet", third.dir)
	list := filepath.Join(third.dir, ".git", "objects", "info", "alternates")
	if err := os.WriteFile(list, []byte("# a comment\n\n/nowhere/objects\n../../../second/.git/objects\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]worktree{"absolute": first, "through another": second, "relative": third} {
		r := w.open()
		if got, err := r.File(merge, "dir/b.txt"); string(got) != "three\n" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if found, err := r.IsAncestor(root, merge); !found || err != nil {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
}
