package image_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/containergate/gate/internal/image"
)

// fakeEngine speaks as much of the Engine's API as image asks for. It knows one
// image, app:1, which save hands out.
func fakeEngine(t *testing.T, version string, save http.HandlerFunc) (host string) {
	t.Helper()
	started := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", version)
		path := strings.TrimPrefix(r.URL.Path, "/v"+version)
		switch {
		case path == "/_ping":
		case path == "/images/app:1/json":
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"Id":"sha256:00","RepoTags":["app:1","example.com/app:1"],"RepoDigests":["app@sha256:aa","example.com/app@sha256:bb"]}`))
		case path == "/images/get":
			save(w, r)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"message":"No such image"}`))
		}
	}))
	t.Cleanup(started.Close)
	return "tcp://" + strings.TrimPrefix(started.URL, "http://")
}

func TestAnImageOfAnEngineIsSavedAndRead(t *testing.T) {
	saved := dockerArchive(t, smallImage(t, "arm64"))
	var query string
	hand := func(w http.ResponseWriter, r *http.Request) { query = r.URL.RawQuery; http.ServeFile(w, r, saved) }
	old, current := fakeEngine(t, "1.41", hand), fakeEngine(t, "1.48", hand)
	for _, ref := range []string{"docker:app:1", "app:1"} {
		got := opened(t, ref, image.Options{DockerHost: old, Platform: "linux/arm64"})
		if got.Digest() != "sha256:aa" || !cmp.Equal(got.Tags(), []string{"app:1", "example.com/app:1"}) || len(got.Layers()) != 2 {
			t.Errorf("%s: digest %s, tags %v, layers %v", ref, got.Digest(), got.Tags(), got.Layers())
		}
		if strings.Contains(query, "platform") {
			t.Errorf("an old Engine was asked for a platform: %s", query)
		}
	}
	opened(t, "docker:app:1", image.Options{DockerHost: current, Platform: "linux/arm64"})
	if !strings.Contains(query, "arm64") {
		t.Errorf("a current Engine was not asked for the platform: %s", query)
	}
	if err := refused(t, "docker:app:1", image.Options{DockerHost: old, Platform: "linux/amd64"}); !errors.Is(err, image.ErrPlatform) {
		t.Errorf("another platform gives %v", err)
	}
}

func TestAnEngineWithoutTheImageSaysSo(t *testing.T) {
	host := fakeEngine(t, "1.41", func(http.ResponseWriter, *http.Request) { t.Error("an unknown image was saved") })
	err := refused(t, "docker:other:1", image.Options{DockerHost: host})
	if !errors.Is(err, image.ErrNotFound) || !strings.Contains(err.Error(), "docker pull") {
		t.Errorf("got %v", err)
	}
}

func TestAnEngineThatBreaksOffLeavesNothing(t *testing.T) {
	host := fakeEngine(t, "1.41", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_, _ = w.Write(make([]byte, 1000))
	})
	if err := refused(t, "docker:app:1", image.Options{DockerHost: host}); !errors.Is(err, image.ErrUnreachable) {
		t.Errorf("got %v", err)
	}
}

func TestCancellingInTheMiddleOfASaveEndsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	host := fakeEngine(t, "1.41", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(make([]byte, 100_000))
		_ = http.NewResponseController(w).Flush()
		cancel()
		<-r.Context().Done()
	})
	temp := t.TempDir()
	if _, err := image.Open(ctx, "docker:app:1", image.Options{TempDir: temp, DockerHost: host}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	nothingIn(t, temp)
}

func TestAnAddressThatIsNoneIsNamed(t *testing.T) {
	for _, host := range []string{"nonsense", "ftp://x"} {
		if err := refused(t, "docker:app:1", image.Options{DockerHost: host}); !errors.Is(err, image.ErrUnreachable) {
			t.Errorf("%s gives %v", host, err)
		}
	}
}

// TestARealEngine builds an image and reads it from the daemon and from what
// docker save writes.
func TestARealEngine(t *testing.T) {
	if os.Getenv("GATE_E2E") != "1" {
		t.Skip("needs a Docker Engine; set GATE_E2E=1")
	}
	docker, err := exec.LookPath("docker")
	if err != nil {
		t.Skip("the docker command is not on PATH")
	}
	run := func(stdin string, args ...string) string {
		command := exec.CommandContext(t.Context(), docker, args...)
		command.Stdin = strings.NewReader(stdin)
		output, err := command.Output()
		if err != nil {
			t.Fatalf("docker %v: %v", args, err)
		}
		return strings.TrimSpace(string(output))
	}
	const name = "gate-image-test:1"
	id := run("FROM scratch\nLABEL a=b\nUSER 7\nWORKDIR /x\n", "build", "-q", "-t", name, "-")
	t.Cleanup(func() { _ = exec.Command(docker, "rmi", "-f", name).Run() })
	for _, ref := range []string{"docker:" + name, "docker:" + id, name} {
		got := opened(t, ref, image.Options{})
		if got.ID() != id || got.Config().User != "7" {
			t.Errorf("%s: ID %s, want %s", ref, got.ID(), id)
		}
	}
	hollow := run("FROM scratch\nLABEL a=b\n", "build", "-q", "-")
	t.Cleanup(func() { _ = exec.Command(docker, "rmi", "-f", hollow).Run() })
	if err := refused(t, "docker:"+hollow, image.Options{}); !errors.Is(err, image.ErrUnsupported) || !strings.Contains(err.Error(), "no layers") {
		t.Errorf("an image without layers gives %v", err)
	}
	if err := refused(t, "docker:gate-image-test:none", image.Options{}); !errors.Is(err, image.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if err := refused(t, "docker:Not//A/name", image.Options{}); !errors.Is(err, image.ErrReference) && !errors.Is(err, image.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestAnImageMayBeClosedTwice(t *testing.T) {
	temp := t.TempDir()
	got, err := image.Open(t.Context(), "oci-dir:"+ociDir(t, mutate.IndexAddendum{Add: smallImage(t, "amd64")}), image.Options{TempDir: temp})
	check(t, err)
	check(t, got.Close())
	check(t, got.Close())
	nothingIn(t, temp)
}
