package check

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// registryWith serves one image under the name base:1, for anybody who has the
// login where there is one. It counts what is fetched of it.
func registryWith(t *testing.T, config, login string) (host string, fetched *atomic.Int32) {
	t.Helper()
	for _, name := range []string{"HOME", "DOCKER_CONFIG", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, t.TempDir())
	}
	t.Setenv("DOCKER_AUTH_CONFIG", "")
	sum := func(text string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text))) }
	manifest := fmt.Sprintf(`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
		"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":%q,"size":%d},
		"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%064d","size":1}]}`, sum(config), len(config), 1)
	fetched = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != login {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		switch r.URL.Path {
		case "/v2/":
		case "/v2/base/manifests/1":
			fetched.Add(1)
			w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			_, _ = w.Write([]byte(manifest))
		case "/v2/base/blobs/" + sum(config):
			_, _ = w.Write([]byte(config))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), fetched
}

// linted lints the Dockerfile of a build, which is not carried out. Without an
// Engine's address there is none.
func linted(t *testing.T, text string, plan gate.Plan, spec gate.BuildSpec) gate.Analysis {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "Dockerfile")
	write(t, file, text)
	spec.Context, spec.Dockerfile = folder, file
	if plan.Lint.Profile == "" {
		plan.Lint = gate.LintPlan{Profile: "recommended", ShellCheck: "off"}
	}
	if plan.Builder.DockerHost == "" {
		plan.Builder.DockerHost = "unix:///nowhere/docker.sock"
	}
	run := &run{plan: plan, env: environment(t)}
	if _, err := run.lint(t.Context(), gate.ImagePlan{Name: "app", Dockerfile: file, Build: &spec}); err != nil {
		t.Fatal(err)
	}
	return run.analyses[0]
}

func findingsOf(a gate.Analysis, rule string) (lines []int) {
	for _, f := range a.Findings {
		if f.Rule == rule {
			lines = append(lines, f.Location.Line)
		}
	}
	return lines
}

const baseConfig = `{"os":"linux","architecture":"s390x","config":{"Env":["PATH=/bin","GOPATH=/go"],"OnBuild":["ARG MORE"]},
	"rootfs":{"type":"layers","diff_ids":["sha256:` + "0000000000000000000000000000000000000000000000000000000000000001" + `"]}}`

func TestWhatTheBaseImageSetsIsKnownToTheLintOfABuild(t *testing.T) {
	host, fetched := registryWith(t, baseConfig, "secret")
	plan := gate.Plan{Registry: gate.RegistryPlan{Credentials: []gate.RegistryCredential{{Host: host, Username: "me", Password: gate.NewSecret("secret")}}}}
	text := "ARG HOST=nowhere\nARG TAG\nFROM ${HOST}/base:${TAG} AS one\nWORKDIR $GOPATH/x\nCOPY $GOROOT /x/\nFROM one\nUSER $MORE\nLABEL a=$NOT\nFROM $HOST/base:1\n"
	spec := gate.BuildSpec{Args: map[string]string{"HOST": host, "TAG": "1"}, Platforms: []string{"linux/s390x"}}
	got := linted(t, text, plan, spec)
	if lines := findingsOf(got, "undefined-variable"); !slices.Equal(lines, []int{5, 8}) {
		t.Errorf("undefined variables are found in lines %v", lines)
	}
	if lines := findingsOf(got, "base-platform"); len(lines) != 0 {
		t.Errorf("other platforms are found in lines %v", lines)
	}
	if fetched.Load() != 1 {
		t.Errorf("the image was asked for %d times", fetched.Load())
	}
	if want := "The lint knows the configuration of the base images ***/base:1 (from the registry " + host + ")."; !slices.Contains(got.Notes, want) {
		t.Errorf("notes are %q, without %q", got.Notes, want)
	}
	spec.Platforms = []string{"linux/amd64"}
	if lines := findingsOf(linted(t, text, plan, spec), "base-platform"); !slices.Equal(lines, []int{3, 9}) {
		t.Errorf("other platforms are found in lines %v", lines)
	}
}

func TestABaseThatCannotBeReadIsANoteAndNothingElse(t *testing.T) {
	host, _ := registryWith(t, baseConfig, "secret")
	text := "FROM " + host + "/base:1 AS a\nUSER $X\nFROM " + host + "/base:1\nFROM scratch\nFROM a\n"
	got := linted(t, text, gate.Plan{}, gate.BuildSpec{})
	if len(findingsOf(got, "undefined-variable")) != 0 || len(got.Gaps) != 0 {
		t.Errorf("findings %v, gaps %v", got.Findings, got.Gaps)
	}
	want := []string{"The configuration of the base image " + host + "/base:1 is not known, as its registry denies access: the lint can't tell which variables it sets."}
	if !slices.Equal(got.Notes, want) {
		t.Errorf("notes are %q", got.Notes)
	}
	strict := linted(t, text, gate.Plan{Lint: gate.LintPlan{Profile: "strict", ShellCheck: "off"}}, gate.BuildSpec{})
	if lines := findingsOf(strict, "undefined-variable"); !slices.Equal(lines, []int{2}) {
		t.Errorf("the strict profile finds undefined variables in lines %v", lines)
	}
}

func TestNamedContextsStandInThePlaceOfBases(t *testing.T) {
	host, _ := registryWith(t, baseConfig, "")
	text := "FROM debian\nUSER $GOPATH\nFROM docker.io/library/alpine:3\nUSER $A\nFROM golang:1\nUSER $A\n"
	got := linted(t, text, gate.Plan{}, gate.BuildSpec{Platforms: []string{"linux/amd64"}, Contexts: map[string]string{
		"docker.io/library/debian:latest": "docker-image://" + host + "/base:1",
		"alpine:3":                        t.TempDir(),
		"golang:1":                        "oci-layout:///nowhere",
		"golang:1::linux/arm64":           t.TempDir(),
	}})
	if lines := findingsOf(got, "undefined-variable"); !slices.Equal(lines, []int{4}) {
		t.Errorf("undefined variables are found in lines %v", lines)
	}
	// A context is taken as it is, whatever its platform.
	if lines := findingsOf(got, "base-platform"); len(lines) != 0 {
		t.Errorf("other platforms are found in lines %v", lines)
	}
	if len(got.Notes) != 2 || !strings.Contains(got.Notes[1], "/nowhere is not known") {
		t.Errorf("notes are %q", got.Notes)
	}
}

func TestOnlyBuildsAskAndOnlySoOften(t *testing.T) {
	host, fetched := registryWith(t, baseConfig, "")
	var text strings.Builder
	for n := range maxBases + 5 {
		fmt.Fprintf(&text, "FROM %s/none:%d\n", host, n)
	}
	got := linted(t, text.String(), gate.Plan{}, gate.BuildSpec{})
	if last := got.Notes[len(got.Notes)-1]; len(got.Notes) != maxBases+1 || !strings.Contains(last, "5 more base images") {
		t.Errorf("%d notes, the last is %q", len(got.Notes), last)
	}
	run := &run{env: environment(t)}
	file := dockerfile.Parse("Dockerfile", []byte("FROM "+host+"/base:1\n"))
	if known, notes := run.bases(t.Context(), gate.ImagePlan{Ref: "app:1"}, file); known != nil || notes != nil || fetched.Load() != 0 {
		t.Errorf("what is not built is asked for: %v, %v", known, notes)
	}
}

// TestTheEnginesDebianIsKnown needs a Docker Engine that has the image.
func TestTheEnginesDebianIsKnown(t *testing.T) {
	if os.Getenv("GATE_E2E") != "1" {
		t.Skip("needs a Docker Engine with debian:bookworm-slim; set GATE_E2E=1")
	}
	plan := gate.Plan{Builder: gate.BuilderPlan{DockerHost: "unix:///var/run/docker.sock"}}
	got := linted(t, "FROM debian:bookworm-slim\nUSER $NOBODY_SETS_THIS\n", plan, gate.BuildSpec{})
	if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "debian:bookworm-slim (from the Docker Engine)") {
		t.Skipf("no Engine has debian:bookworm-slim: %q", got.Notes)
	}
	if lines := findingsOf(got, "undefined-variable"); !slices.Equal(lines, []int{2}) {
		t.Errorf("undefined variables are found in lines %v", lines)
	}
}
