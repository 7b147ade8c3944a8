package build

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/client"

	"github.com/containergate/gate/internal/gate"
)

// fakeEngine answers like a Docker Engine that holds images under names.
type fakeEngine struct {
	version, component string
	// stumbles makes it fail over an image that it does not have.
	stumbles bool
	// names are those of each image, by id.
	names map[string][]string
}

func (f *fakeEngine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if i := strings.Index(path, "/v1."); i == 0 {
		path = path[strings.Index(path[1:], "/")+1:]
	}
	about := strings.TrimPrefix(path, "/images/")
	id := f.holder(strings.TrimSuffix(strings.TrimSuffix(about, "/json"), "/tag"))
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
		for id, names := range f.names {
			list = append(list, map[string]any{"Id": id, "RepoTags": names})
		}
		answer = list
	case id == "" && f.stumbles:
		http.Error(w, `{"message":"failed to get digest: no such file or directory"}`, http.StatusInternalServerError)
		return
	case id == "":
		http.Error(w, `{"message":"no such image"}`, http.StatusNotFound)
		return
	case strings.HasSuffix(about, "/tag"):
		f.names[id] = append(f.names[id], r.URL.Query().Get("repo")+":"+r.URL.Query().Get("tag"))
		w.WriteHeader(http.StatusCreated)
		return
	case r.Method == http.MethodDelete:
		f.names[id] = slices.DeleteFunc(f.names[id], func(name string) bool { return name == about })
		if len(f.names[id]) == 0 {
			delete(f.names, id)
		}
		answer = []any{}
	default:
		answer = map[string]any{"Id": id, "Os": "linux", "Architecture": "arm64", "RepoTags": f.names[id]}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// holder is the image of an id or a name.
func (f *fakeEngine) holder(text string) string {
	for id, names := range f.names {
		if id == text || slices.Contains(names, text) {
			return id
		}
	}
	return ""
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

func TestARunTakesAwayOnlyItsOwnNameOfAnImage(t *testing.T) {
	const built = "sha256:1"
	for name, test := range map[string]struct {
		// before are the names that the image has before the build; nil is no image.
		before []string
		// meanwhile is what happens to it before the run ends.
		meanwhile func(*fakeEngine)
		// left are its names after the run; nil is no image.
		left []string
	}{
		"a new image goes":                            {},
		"one that was there before stays":             {before: []string{"app:1"}, left: []string{"app:1"}},
		"one that was there without a name stays":     {before: []string{}, left: []string{}},
		"one that an old Engine calls nameless stays": {before: []string{noTag}, left: []string{noTag}},
		"one that somebody has named since stays":     {meanwhile: func(f *fakeEngine) { f.names[built] = append(f.names[built], "app:1") }, left: []string{"app:1"}},
		"one that another run holds stays":            {before: []string{gate.RunRepository + ":other"}, left: []string{gate.RunRepository + ":other"}},
		"one that is gone already is no error":        {meanwhile: func(f *fakeEngine) { delete(f.names, built) }},
	} {
		t.Run(name, func(t *testing.T) {
			alone(t)
			fake := &fakeEngine{version: "27.0.0", names: map[string][]string{}}
			solver, err := connectEngine(t.Context(), fake.serve(t), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if test.before != nil {
				fake.names[built] = test.before
			}
			ctx, cancel := context.WithCancel(t.Context())
			target, err := solver.newTarget(ctx)
			if err != nil {
				t.Fatal(err)
			}
			fake.names[built] = append([]string{}, test.before...)
			result, err := target.result(ctx, &client.SolveResponse{ExporterResponse: map[string]string{imageDigest: built}})
			if err != nil || result.Ref != "docker:"+built || result.Platform != "linux/arm64" {
				t.Fatalf("%+v, %v", result, err)
			}
			if test.meanwhile != nil {
				test.meanwhile(fake)
			}
			// Also after the run was cancelled and the builder closed.
			cancel()
			if err := errors.Join(solver.Close(), result.Release()); err != nil {
				t.Error(err)
			}
			left, is := fake.names[built]
			if is != (test.left != nil) || !slices.Equal(left, test.left) {
				t.Errorf("left are %q (%v), want %q", left, is, test.left)
			}
		})
	}
}

func TestAnImageThatVanishesIsToldApart(t *testing.T) {
	alone(t)
	for _, stumbles := range []bool{false, true} {
		solver, err := connectEngine(t.Context(), (&fakeEngine{version: "27.0.0", stumbles: stumbles}).serve(t), Options{})
		if err != nil {
			t.Fatal(err)
		}
		target, err := solver.newTarget(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = target.result(t.Context(), &client.SolveResponse{ExporterResponse: map[string]string{imageDigest: "sha256:1"}})
		if !errors.Is(err, errVanished) {
			t.Errorf("stumbling %t: got %v", stumbles, err)
		}
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
