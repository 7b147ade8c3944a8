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
