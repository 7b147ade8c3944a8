package build

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/client"

	"github.com/containergate/gate/internal/gate"
)

// fakeEngine answers like a Docker Engine and notes what is deleted.
type fakeEngine struct {
	version, component string
	images             map[string]map[string]any
	deleted            []string
}

func (f *fakeEngine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if i := strings.Index(path, "/v1."); i == 0 {
		path = path[strings.Index(path[1:], "/")+1:]
	}
	id := strings.TrimSuffix(strings.TrimPrefix(path, "/images/"), "/json")
	var answer any
	switch {
	case path == "/_ping":
		w.Header().Set("Api-Version", "1.41")
		return
	case path == "/version":
		answer = map[string]any{"Version": f.version, "ApiVersion": "1.41", "Components": []map[string]string{{"Name": f.component}}}
	case path == "/info":
		answer = map[string]any{"DriverStatus": [][2]string{}}
	case path == "/images/json":
		list := []map[string]any{}
		for id := range f.images {
			list = append(list, map[string]any{"Id": id})
		}
		answer = list
	case r.Method == http.MethodDelete:
		f.deleted = append(f.deleted, id)
		answer = []any{}
	case f.images[id] != nil:
		answer = f.images[id]
	default:
		http.Error(w, `{"message":"no such image"}`, http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (f *fakeEngine) serve(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return "tcp://" + strings.TrimPrefix(server.URL, "http://")
}

// alone makes the machine look as if it had no builder at all.
func alone(t *testing.T) {
	t.Helper()
	for _, name := range []string{"DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION", "XDG_RUNTIME_DIR", "BUILDKIT_HOST"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("PATH", t.TempDir())
}

func TestTheEngineIsAskedWhatItIs(t *testing.T) {
	alone(t)
	builder, err := Open(t.Context(), gate.BuilderPlan{Kind: "docker", DockerHost: (&fakeEngine{version: "20.10.24", component: "Engine"}).serve(t)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if builder.Name() != "docker" {
		t.Errorf("name %s", builder.Name())
	}
	_, err = builder.Build(t.Context(), gate.BuildSpec{Context: tree(t, map[string]string{"Dockerfile": "FROM a\n"}), Contexts: map[string]string{"a": "docker-image://b"}})
	if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "Docker Engine 20.10.24") {
		t.Errorf("got %v", err)
	}
	if err := builder.Close(); err != nil {
		t.Error(err)
	}
}

func TestOnlyANewImageWithoutANameIsRemoved(t *testing.T) {
	for name, test := range map[string]struct {
		existed bool
		tags    []string
		gone    bool
		removed bool
	}{
		"a new image":                       {removed: true},
		"one that was there before":         {existed: true},
		"one that somebody has named since": {tags: []string{"app:1"}},
		"one that is gone already":          {gone: true},
	} {
		t.Run(name, func(t *testing.T) {
			alone(t)
			fake := &fakeEngine{version: "27.0.0", images: map[string]map[string]any{}}
			solver, err := connectEngine(t.Context(), fake.serve(t), Options{})
			if err != nil {
				t.Fatal(err)
			}
			image := map[string]any{"Id": "sha256:1", "Os": "linux", "Architecture": "arm64", "RepoTags": test.tags}
			if test.existed {
				fake.images["sha256:1"] = image
			}
			ctx, cancel := context.WithCancel(t.Context())
			target, err := solver.newTarget(ctx)
			if err != nil {
				t.Fatal(err)
			}
			fake.images["sha256:1"] = image
			result, err := target.result(ctx, &client.SolveResponse{ExporterResponse: map[string]string{imageDigest: "sha256:1"}})
			if err != nil || result.Ref != "docker:sha256:1" || result.Platform != "linux/arm64" {
				t.Fatalf("%+v, %v", result, err)
			}
			if test.gone {
				delete(fake.images, "sha256:1")
			}
			// Also after the run was cancelled and the builder closed.
			cancel()
			if err := errors.Join(solver.Close(), result.Release()); err != nil {
				t.Error(err)
			}
			if removed := len(fake.deleted) > 0; removed != test.removed {
				t.Errorf("removed: %v, want %v", removed, test.removed)
			}
		})
	}
}

func TestNoBuilderSaysWhatWasTriedAndWhatToDo(t *testing.T) {
	absent := "unix://" + filepath.Join(t.TempDir(), "absent.sock")
	for name, test := range map[string]struct {
		plan gate.BuilderPlan
		kind error
		want []string
	}{
		"auto with nothing at all":          {gate.BuilderPlan{DockerHost: absent}, ErrNoBuilder, []string{"docker: no Docker Engine answers at " + absent, "BUILDKIT_HOST is not set", "daemonless: buildkitd is not on PATH", "install buildkitd and runc"}},
		"auto inside a container action":    {gate.BuilderPlan{Kind: "auto", DockerHost: absent, NoDaemonless: true}, ErrNoBuilder, []string{"inside a container action"}},
		"auto with a dead BUILDKIT_HOST":    {gate.BuilderPlan{BuildKitHost: absent}, ErrNoBuilder, []string{"no BuildKit answers at " + absent, "unset BUILDKIT_HOST"}},
		"docker is not there":               {gate.BuilderPlan{Kind: "docker", DockerHost: absent}, ErrNoBuilder, []string{"no Docker Engine answers", "set DOCKER_HOST"}},
		"docker is Podman":                  {gate.BuilderPlan{Kind: "docker", DockerHost: (&fakeEngine{component: "Podman Engine"}).serve(t)}, ErrNoBuilder, []string{"Podman's"}},
		"buildkit without an address":       {gate.BuilderPlan{Kind: "buildkit"}, ErrInput, []string{"BUILDKIT_HOST"}},
		"buildkit without a scheme":         {gate.BuilderPlan{Kind: "buildkit", BuildKitHost: "/run/x"}, ErrInput, []string{"no scheme"}},
		"docker without a scheme":           {gate.BuilderPlan{Kind: "docker", DockerHost: "localhost"}, ErrInput, []string{"no scheme"}},
		"daemonless where it is forbidden":  {gate.BuilderPlan{Kind: "daemonless", NoDaemonless: true}, ErrNoBuilder, []string{"mount the Docker socket"}},
		"a buildkitd that does not exist":   {gate.BuilderPlan{Kind: "daemonless", BuildKitd: "/nope/buildkitd"}, ErrInput, []string{"/nope/buildkitd"}},
		"auto with a host without a scheme": {gate.BuilderPlan{DockerHost: "localhost"}, ErrInput, []string{"no scheme"}},
		"a builder that nobody knows":       {gate.BuilderPlan{Kind: "podman"}, ErrInput, []string{"auto, docker, buildkit or daemonless"}},
	} {
		t.Run(name, func(t *testing.T) {
			alone(t)
			_, err := Open(t.Context(), test.plan, Options{TempDir: t.TempDir()})
			if !errors.Is(err, test.kind) {
				t.Fatalf("got %v, want %v", err, test.kind)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in: %v", want, err)
				}
			}
		})
	}
}

func TestAutoTakesTheEngineThatAnswers(t *testing.T) {
	alone(t)
	t.Setenv("DOCKER_HOST", (&fakeEngine{version: "27.0.0"}).serve(t))
	builder, err := Open(t.Context(), gate.BuilderPlan{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = builder.Close() }()
	if builder.Name() != "docker" {
		t.Errorf("took %s", builder.Name())
	}
}

func TestAnInterruptedSearchIsNotAMissingBuilder(t *testing.T) {
	alone(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, plan := range []gate.BuilderPlan{{}, {Kind: "docker"}, {BuildKitHost: "unix:///nope"}} {
		_, err := Open(ctx, plan, Options{})
		if err == nil || errors.Is(err, ErrNoBuilder) {
			t.Errorf("%+v: %v", plan, err)
		}
	}
}
