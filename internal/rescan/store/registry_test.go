package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/image"
)

// fake is a repository in memory.
type fake struct {
	mu    sync.Mutex
	kept  map[string]image.StoredArtifact
	fails error
	// meanwhile is called once, after the next write.
	meanwhile func()
}

func newFake() *fake { return &fake{kept: map[string]image.StoredArtifact{}} }

func (f *fake) String() string { return "registry.example.com/sboms" }
func (f *fake) Close()         {}

func (f *fake) Tags(ctx context.Context) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append(slices.Sorted(maps.Keys(f.kept)), "latest", "sbom-sha256-x"), errors.Join(f.fails, ctx.Err())
}

func (f *fake) Artifact(ctx context.Context, tag string) (image.StoredArtifact, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := errors.Join(f.fails, ctx.Err()); err != nil {
		return image.StoredArtifact{}, err
	}
	found, there := f.kept[tag]
	if !there {
		return image.StoredArtifact{}, image.ErrNotFound
	}
	return found, nil
}

func (f *fake) ArtifactHead(ctx context.Context, tag string) (image.StoredArtifact, error) {
	found, err := f.Artifact(ctx, tag)
	found.Content = nil
	return found, err
}

func (f *fake) PutArtifact(ctx context.Context, tag string, made image.StoredArtifact) (string, error) {
	made.Digest = digestOf(string(made.Content))
	f.mu.Lock()
	err := errors.Join(f.fails, ctx.Err())
	if err == nil {
		f.kept[tag] = made
	}
	meanwhile := f.meanwhile
	f.meanwhile = nil
	f.mu.Unlock()
	if meanwhile != nil {
		meanwhile()
	}
	return made.Digest, err
}

func (f *fake) DeleteArtifact(_ context.Context, tag string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, there := f.kept[tag]; !there {
		return image.ErrNotFound
	}
	delete(f.kept, tag)
	return f.fails
}

// realRegistry starts the docker-registry program, that GATE_REGISTRY_BIN names
// or that is in the path, and gives its host.
func realRegistry(t *testing.T) string {
	t.Helper()
	program := os.Getenv("GATE_REGISTRY_BIN")
	if program == "" {
		found, err := exec.LookPath("docker-registry")
		if err != nil {
			t.Skip("GATE_REGISTRY_BIN names no docker-registry, and none is in the path")
		}
		program = found
	}
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	free, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	host := free.Addr().String()
	check(t, free.Close())
	file := filepath.Join(t.TempDir(), "config.yml")
	text := fmt.Sprintf("version: 0.1\nstorage: {filesystem: {rootdirectory: %q}, delete: {enabled: true}}\nhttp: {addr: %q}\n", t.TempDir(), host)
	check(t, os.WriteFile(file, []byte(text), 0o600))
	command := exec.CommandContext(t.Context(), program, "serve", file)
	// Of the environment, what begins with REGISTRY_ would be its configuration.
	command.Env = []string{"PATH=" + os.Getenv("PATH")}
	check(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1500 {
		if answer, err := http.Get("http://" + host + "/v2/"); err == nil {
			check(t, answer.Body.Close())
			return host
		}
		<-tick.C
	}
	t.Fatal("the registry does not answer")
	return ""
}
