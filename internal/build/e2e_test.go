package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// debian is the base image of these tests. The Engine has it under this name,
// and buildkitd gets it as a named context.
const debian = "debian:bookworm-slim"

// bench is one of the machine's builders and what tests need beside it.
type bench struct {
	Builder
	progress bytes.Buffer
	// contexts make debian known to this builder.
	contexts map[string]string
}

// eachBuilder runs a test with the Docker Engine of this machine and with the
// buildkitd that GATE_BUILDKITD names.
func eachBuilder(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	for _, kind := range []string{"docker", "daemonless"} {
		t.Run(kind, func(t *testing.T) { test(t, realBuilder(t, kind)) })
	}
}

func realBuilder(t *testing.T, kind string) *bench {
	t.Helper()
	if os.Getenv("GATE_E2E") != "1" {
		t.Skip("set GATE_E2E=1 to build with real builders")
	}
	plan := gate.BuilderPlan{Kind: kind, BuildKitd: os.Getenv("GATE_BUILDKITD")}
	b := &bench{}
	if kind == "daemonless" {
		if _, err := exec.LookPath("buildkitd"); err != nil && plan.BuildKitd == "" {
			t.Skip("set GATE_BUILDKITD to a buildkitd program")
		}
		b.contexts = map[string]string{debian: "oci-layout://" + debianLayout(t)}
	}
	var err error
	b.Builder, err = Open(t.Context(), plan, Options{Progress: &b.progress, Display: "plain", TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// debianOnce copies the Engine's debian into an OCI layout, once for all tests.
// The layout stands in a directory that the last line of TestMain removes.
var debianOnce = sync.OnceValues(func() (string, error) {
	skopeo, err := exec.LookPath("skopeo")
	if err != nil {
		return "", fmt.Errorf("skopeo copies the base image out of the Engine: %w", err)
	}
	dir, err := os.MkdirTemp("", "gate-debian-")
	if err != nil {
		return "", err
	}
	out, err := exec.Command(skopeo, "copy", "-q", "docker-daemon:"+debian, "oci:"+dir+"/layout").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("copy %s out of the Engine: %w: %s", debian, err, out)
	}
	return dir, nil
})

func debianLayout(t *testing.T) string {
	t.Helper()
	dir, err := debianOnce()
	if err != nil {
		t.Skip(err)
	}
	return dir + "/layout"
}

// one builds spec and expects one image.
func (b *bench) one(t *testing.T, spec gate.BuildSpec) Result {
	t.Helper()
	results, err := b.build(t.Context(), spec)
	if err != nil {
		t.Fatalf("%v\n%s", err, &b.progress)
	}
	if len(results) != 1 {
		t.Fatalf("%d results", len(results))
	}
	t.Cleanup(func() {
		if err := results[0].Release(); err != nil {
			t.Error(err)
		}
	})
	return results[0]
}

func (b *bench) build(ctx context.Context, spec gate.BuildSpec) ([]Result, error) {
	if spec.Contexts == nil {
		spec.Contexts = b.contexts
	}
	return b.Build(ctx, spec)
}

// failure builds spec and expects a failed instruction.
func (b *bench) failure(t *testing.T, spec gate.BuildSpec) *Failure {
	t.Helper()
	_, err := b.build(t.Context(), spec)
	failure := new(Failure)
	if !errors.As(err, &failure) {
		t.Fatalf("got %v, want a Failure\n%s", err, &b.progress)
	}
	return failure
}

// holds reports whether the image or anything that was shown has text in it.
func (b *bench) holds(t *testing.T, result Result, text string) bool {
	t.Helper()
	if strings.Contains(b.progress.String(), text) {
		return true
	}
	var archive []byte
	var err error
	if dir, ok := strings.CutPrefix(result.Ref, "oci-dir:"); ok {
		archive, err = exec.CommandContext(t.Context(), "tar", "-C", dir, "-c", ".").Output()
	} else {
		archive, err = exec.CommandContext(t.Context(), "docker", "save", result.ImageID).Output()
	}
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(archive, []byte(text))
}
