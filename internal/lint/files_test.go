package lint_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/lint"
)

func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("FROM a:1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFilesFindsDockerfilesInDirectoriesAndTakesFilesAsGiven(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "Dockerfile", "Dockerfile.dockerignore", "a/api.Dockerfile", "a/Dockerfile.dev", "b/Containerfile", "b/Dockerfiles", "b/NotDockerfile",
		"Dockerfile.d/notes.txt", ".git/Dockerfile", "odd.name")
	t.Chdir(dir)
	if err := os.Symlink(".", "loop"); err != nil {
		t.Fatal(err)
	}
	got, err := lint.Files(t.Context(), []string{"odd.name", ".", "Dockerfile"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"odd.name", "Dockerfile", filepath.Join("a", "Dockerfile.dev"), filepath.Join("a", "api.Dockerfile"), filepath.Join("b", "Containerfile")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPathThatDoesNotExistIsAnError(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "none")
	if _, err := lint.Files(t.Context(), []string{missing}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing) {
		t.Errorf("the error is %v", err)
	}
	if _, err := lint.Load(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error is %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	write(t, dir, "Dockerfile")
	if _, err := lint.Files(cancelled, []string{dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error after a cancel is %v", err)
	}
}

func TestLoadReadsAFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "Dockerfile")
	file, err := lint.Load(filepath.Join(dir, "Dockerfile"))
	if err != nil || len(file.Stages) != 1 || file.Path != filepath.Join(dir, "Dockerfile") {
		t.Errorf("file %+v, error %v", file, err)
	}
}

func TestFilesLeavesOutWhatGitIgnores(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "Dockerfile", "vendor/Dockerfile", "a/vendor/x/Dockerfile", "a/out/Dockerfile", "a/keep/Dockerfile", "a/keep/Dockerfile.tmp",
		"b/Dockerfile.tmp", "b/deep/er/Dockerfile", "c/Dockerfile", "c/sub/Dockerfile")
	for name, text := range map[string]string{
		".gitignore":        "# comment\n\nvendor/\n*.tmp\n/c/sub\nb/**/Dockerfile\n[\n",
		"a/.gitignore":      "out\n!keep/*.tmp\r\n",
		".git/info/exclude": "c/Dockerfile\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for start, want := range map[string][]string{
		dir:                         {"Dockerfile", "a/keep/Dockerfile", "a/keep/Dockerfile.tmp"},
		filepath.Join(dir, "a"):     {"a/keep/Dockerfile", "a/keep/Dockerfile.tmp"},
		filepath.Join(dir, "c/sub"): {"c/sub/Dockerfile"},
	} {
		got, err := lint.Files(t.Context(), []string{start})
		if err != nil {
			t.Fatal(err)
		}
		for n, file := range got {
			relative, err := filepath.Rel(dir, file)
			if err != nil {
				t.Fatal(err)
			}
			got[n] = filepath.ToSlash(relative)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", start, diff)
		}
	}
}

func TestADirectoryThatCannotBeReadDoesNotHideTheOthers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/Dockerfile", "b/Dockerfile")
	if err := os.Chmod(filepath.Join(dir, "a"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "a"), 0o750) })
	if _, err := os.ReadDir(filepath.Join(dir, "a")); err == nil {
		t.Skip("this user can read every directory")
	}
	got, err := lint.Files(t.Context(), []string{dir})
	if !errors.Is(err, fs.ErrPermission) || len(got) != 1 || got[0] != filepath.Join(dir, "b", "Dockerfile") {
		t.Errorf("%v, %v", got, err)
	}
}
