package attack_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/scan/advisories"
)

// described is GitHub's description of its API, read once.
var described = sync.OnceValues(githubtest.FindDescription)

// exampleDatabase is built once of the example advisories.
var exampleDatabase = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "gate-attack-")
	if err != nil {
		return "", err
	}
	return dir, advisories.Build(context.Background(), filepath.Join(home, "examples", "advisories"), dir)
})

// home is the repository's root; the attacks change the working directory.
var home = func() string {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return "."
	}
	return root
}()

func TestMain(m *testing.M) {
	m.Run()
	if dir, _ := exampleDatabase(); dir != "" {
		_ = os.RemoveAll(dir)
	}
}

func database(t *testing.T) string {
	t.Helper()
	dir, err := exampleDatabase()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
