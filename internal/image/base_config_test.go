package image_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// baseReader is closed with the test; without a host it has no Engine.
func baseReader(t *testing.T, plan gate.RegistryPlan, host string) *image.BaseReader {
	t.Helper()
	if host == "" {
		host = "unix://" + filepath.Join(t.TempDir(), "none.sock")
	}
	reader := image.NewBaseReader(plan, host)
	t.Cleanup(func() { check(t, reader.Close()) })
	return reader
}

// withVariables is an image that sets variables and has a trigger.
func withVariables(t *testing.T, architecture string, env ...string) v1.Image {
	t.Helper()
	made := smallImage(t, architecture)
	config, err := made.ConfigFile()
	check(t, err)
	config = config.DeepCopy()
	config.Config.Env, config.Config.OnBuild = env, []string{"ENV X=1"}
	made, err = mutate.ConfigFile(made, config)
	check(t, err)
	return made
}

// inspectingEngine is an Engine that knows one image, by its answer to an inspection.
func inspectingEngine(t *testing.T, ref string, answer map[string]any) (host string) {
	t.Helper()
	started := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/_ping":
		case "/v1.41/images/" + ref + "/json":
			_ = json.NewEncoder(w).Encode(answer)
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"message":"No such image"}`))
		}
	}))
	t.Cleanup(started.Close)
	return "tcp://" + strings.TrimPrefix(started.URL, "http://")
}

func TestTheConfigurationOfABaseIsReadFromItsRegistryWithoutItsLayers(t *testing.T) {
	var blobs []string
	host := serve(t, true, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/") {
				blobs = append(blobs, r.URL.Path)
			}
			next.ServeHTTP(w, r)
		})
	})
	index := mutate.AppendManifests(empty.Index,
		forPlatform(withVariables(t, "arm64", "A=1"), "arm64"), forPlatform(withVariables(t, "s390x", "B=2", "PATH=/x"), "s390x"))
	ref, err := name.ParseReference(host + "/base:1")
	check(t, err)
	check(t, remote.WriteIndex(ref, index, remote.WithAuth(&authn.Basic{Username: user, Password: password})))
	blobs = nil
	got, err := baseReader(t, loginTo(host), "").Read(t.Context(), host+"/base:1", "linux/s390x")
	check(t, err)
	want := image.BaseConfig{OS: "linux", Architecture: "s390x", Env: []string{"B=2", "PATH=/x"}, OnBuild: []string{"ENV X=1"}, Source: "the registry " + host}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(blobs) != 1 {
		t.Errorf("more than the configuration was fetched: %v", blobs)
	}
	if _, err := baseReader(t, loginTo(host), "").Read(t.Context(), host+"/base:1", "linux/amd64"); !errors.Is(err, image.ErrPlatform) {
		t.Errorf("a platform that is not there gives %v", err)
	}
	if _, err := baseReader(t, gate.RegistryPlan{}, "").Read(t.Context(), host+"/base:1", "linux/s390x"); !errors.Is(err, image.ErrAuth) || strings.Contains(err.Error(), password) {
		t.Errorf("without a login: %v", err)
	}
	if _, err := baseReader(t, loginTo(host), "").Read(t.Context(), host+"/none:1", ""); !errors.Is(err, image.ErrNotFound) {
		t.Errorf("an image that is not there gives %v", err)
	}
}

func TestTheEnginesImageIsTakenBeforeTheRegistrysUnlessItIsForAnotherPlatform(t *testing.T) {
	registry := serve(t, false, nil)
	push(t, registry+"/base:1", withVariables(t, "arm64", "FROM=registry"))
	ref := registry + "/base:1"
	engine := inspectingEngine(t, ref, map[string]any{
		"Os": "linux", "Architecture": "amd64", "Config": map[string]any{"Env": []string{"FROM=engine"}, "OnBuild": []string{"ARG Y"}},
	})
	reader := baseReader(t, gate.RegistryPlan{}, engine)
	for _, test := range []struct {
		ref, platform, source string
	}{
		{ref, "linux/amd64", "the Docker Engine"},
		{ref, "linux/arm64", "the registry " + registry},
	} {
		got, err := reader.Read(t.Context(), test.ref, test.platform)
		if err != nil || got.Source != test.source {
			t.Errorf("%s for %s: %+v, %v", test.ref, test.platform, got, err)
		}
	}
	// A registry that has none leaves the Engine's, whatever it is for.
	only := registry + "/only:1"
	reader = baseReader(t, gate.RegistryPlan{}, inspectingEngine(t, only, map[string]any{"Os": "linux", "Architecture": "s390x"}))
	got, err := reader.Read(t.Context(), only, "linux/amd64")
	if err != nil || got.Architecture != "s390x" || len(got.Env) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTheConfigurationOfABaseIsReadFromALayout(t *testing.T) {
	dir := ociDir(t, mutate.IndexAddendum{Add: withVariables(t, "arm64", "A=1")})
	reader := baseReader(t, gate.RegistryPlan{}, "")
	got, err := reader.ReadLayout(t.Context(), dir, "linux/arm64")
	if err != nil || got.Architecture != "arm64" || !cmp.Equal(got.Env, []string{"A=1"}) || got.Source != "the layout "+dir {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := reader.ReadLayout(t.Context(), dir+"/none", ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there gives %v", err)
	}
	check(t, os.WriteFile(filepath.Join(dir, "index.json"), []byte("{"), 0o600))
	if _, err := reader.ReadLayout(t.Context(), dir, ""); !errors.Is(err, image.ErrCorrupt) {
		t.Errorf("a broken layout gives %v", err)
	}
}

func TestNamesOfBasesAreNamesAndNoPlaces(t *testing.T) {
	reader := baseReader(t, gate.RegistryPlan{}, inspectingEngine(t, "docker:24", map[string]any{"Os": "linux", "Architecture": "amd64"}))
	if got, err := reader.Read(t.Context(), "docker:24", "linux/amd64"); err != nil || got.OS != "linux" {
		t.Errorf("the image that is called docker: %+v, %v", got, err)
	}
	for _, text := range []string{"", "-x", "a\nb", "Not//a/name"} {
		if _, err := reader.Read(t.Context(), text, ""); err == nil {
			t.Errorf("%q is taken for a name", text)
		}
	}
	if _, err := reader.Read(t.Context(), "a", "moon/"); !errors.Is(err, image.ErrReference) {
		t.Errorf("a platform that is none gives %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader.Read(ctx, "a", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run gives %v", err)
	}
}

// TestTheEnginesOwnBaseIsRead needs an Engine that has the image.
func TestTheEnginesOwnBaseIsRead(t *testing.T) {
	if os.Getenv("GATE_E2E") != "1" {
		t.Skip("needs a Docker Engine with debian:bookworm-slim; set GATE_E2E=1")
	}
	reader := image.NewBaseReader(gate.RegistryPlan{}, "")
	defer func() { check(t, reader.Close()) }()
	got, err := reader.Read(t.Context(), "debian:bookworm-slim", "")
	if errors.Is(err, image.ErrNotFound) || errors.Is(err, image.ErrUnreachable) {
		t.Skipf("no Engine has debian:bookworm-slim: %v", err)
	}
	if err != nil || got.OS != "linux" || got.Source != "the Docker Engine" || got.Architecture == "" {
		t.Errorf("%+v, %v", got, err)
	}
}
