package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/containergate/gate/internal/github/githubtest"
)

// TestAct runs action.yml in a workflow, with act in place of GitHub's runner: a
// pull request that brings a vulnerable package, and then mends it.
func TestAct(t *testing.T) {
	bin := gateBin(t)
	image := needed(t, "GATE_ACTION_IMAGE")
	a := newActRunner(t)
	docker(t, "image", "inspect", "--format", "{{.Id}}", image)
	pull := newProposal(t, image)
	build := exec.CommandContext(t.Context(), bin, "db", "build", "--from", "../examples/advisories", "--out", filepath.Join(pull.folder, actDatabase))
	if out, err := build.CombinedOutput(); err != nil && !exitedWith(err, 3) {
		t.Fatalf("build the database: %v\n%s", err, out)
	}
	github := githubtest.New(t, githubtest.Options{Scenario: pull.scenario()})

	tests := []struct {
		name, version string
		code          int
		sees, comment string
	}{
		{"a job whose gate says no fails, and its next step can read why", "7.88.1-10+deb12u3", 1,
			"outcome=failure verdict=fail complete=true exit-code=1 blocked=1", "CVE-2023-38545"},
		{"a job whose gate passes goes on, and the same comment says so", "7.88.1-10+deb12u13", 0,
			"outcome=success verdict=pass complete=true exit-code=0 blocked=0", "gate: resolved"},
	}
	for i, tt := range tests {
		pull.bring(t, github, tt.version)
		code, log := a.run(t, pull, github, i+1)
		t.Logf("%s:\n%s", tt.name, log)
		if code != tt.code {
			t.Errorf("%s: act exited with %d, want %d", tt.name, code, tt.code)
		}
		state := github.Repository("octo/app")
		if len(state.Comments) != 1 || len(state.Uploads) != i+1 {
			t.Fatalf("%s: %d comments and %d uploads, want 1 and %d", tt.name, len(state.Comments), len(state.Uploads), i+1)
		}
		comment, upload := state.Comments[0], state.Uploads[i]
		url := fmt.Sprintf("https://github.com/octo/app/pull/7#issuecomment-%d", comment.ID)
		for _, line := range []string{tt.sees, "comment-url=" + url, "sarif-id=" + upload.ID} {
			if !strings.Contains(log, "next step: "+line+"\n") {
				t.Errorf("%s: the next step did not say %q", tt.name, line)
			}
		}
		if comment.Issue != 7 || comment.Author != "github-actions[bot]" || !strings.Contains(comment.Body, tt.comment) {
			t.Errorf("%s: #%d has a comment by %s without %q:\n%s", tt.name, comment.Issue, comment.Author, tt.comment, comment.Body)
		}
		if upload.Commit != pull.merge || upload.Ref != "refs/pull/7/merge" || len(upload.Errors) > 0 {
			t.Errorf("%s: upload for %s at %s, errors %v", tt.name, upload.Ref, upload.Commit, upload.Errors)
		}
	}
	if leaks := github.Leaks(); len(leaks) > 0 {
		t.Errorf("another host got the token: %+v", leaks)
	}
}

// needed is what a variable names. Without it there is nothing to test, which in
// CI is a failure: there the script that sets the variables must be broken.
func needed(t *testing.T, variable string) string {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		missing(t, variable+" is not set: run make e2e")
	}
	return value
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// The names of act's things in the Engine. Containers and volumes begin with the
// workflow's name; the cache of tools belongs to all workflows.
const (
	actImage     = "gate-e2e-job:act"
	actPrefix    = "act-gate-e2e-"
	actToolcache = "act-toolcache"
)

// actRunner runs workflows with act.
type actRunner struct {
	program string
	// home is where act keeps what it keeps.
	home string
}

// newActRunner makes the job's image, and sees to it that nothing stays.
func newActRunner(t *testing.T) *actRunner {
	t.Helper()
	a := &actRunner{program: needed(t, "GATE_ACT"), home: t.TempDir()}
	busybox := needed(t, "GATE_BUSYBOX")
	if !haveDocker() {
		missing(t, "no Docker Engine")
	}
	toolcache := docker(t, "volume", "ls", "--quiet", "--filter", "name="+actToolcache)
	t.Cleanup(func() {
		for id := range strings.FieldsSeq(docker(t, "ps", "--all", "--quiet", "--filter", "name="+actPrefix)) {
			docker(t, "rm", "--force", "--volumes", id)
		}
		volumes := docker(t, "volume", "ls", "--quiet", "--filter", "name="+actPrefix)
		if toolcache == "" {
			volumes += docker(t, "volume", "ls", "--quiet", "--filter", "name="+actToolcache)
		}
		for name := range strings.FieldsSeq(volumes) {
			docker(t, "volume", "rm", "--force", name)
		}
		docker(t, "rmi", "--force", actImage)
	})
	layer := filepath.Join(t.TempDir(), "layer.tar")
	if err := busyboxLayer(t.Context(), busybox, layer); err != nil {
		t.Fatal(err)
	}
	docker(t, "import", "--change", "ENV PATH=/bin", layer, actImage)
	return a
}

// run runs the workflow for a pull request, and returns act's exit code and log.
func (a *actRunner) run(t *testing.T, pull *proposal, github *githubtest.Server, id int) (int, string) {
	t.Helper()
	event := filepath.Join(a.home, "event.json")
	if err := os.WriteFile(event, pull.event(t), 0o600); err != nil {
		t.Fatal(err)
	}
	host := os.Getenv("DOCKER_HOST")
	if host == "" {
		host = "unix:///var/run/docker.sock"
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, a.program, "pull_request", "--directory", pull.folder,
		"--workflows", filepath.Join(pull.folder, ".github", "workflows", "gate.yml"),
		"--eventpath", event, "--platform", "ubuntu-24.04="+actImage,
		"--pull=false", "--rm", "--no-cache-server", "--secret", "GITHUB_TOKEN",
		"--env", "GITHUB_API_URL="+github.URL(), "--env", "GITHUB_REPOSITORY=octo/app",
		"--env", fmt.Sprintf("GITHUB_RUN_ID=%d", id))
	// act reads settings and keeps caches at home, and asks its makers for news.
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + a.home, "XDG_CONFIG_HOME=" + a.home, "XDG_CACHE_HOME=" + a.home,
		"ACT_DISABLE_VERSION_CHECK=1", "DOCKER_HOST=" + host, "GITHUB_TOKEN=token",
	}
	// It takes its containers along when it is interrupted, but not when killed.
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = time.Minute
	out, err := command.CombinedOutput()
	if command.ProcessState == nil {
		t.Fatalf("run act: %v", err)
	}
	return command.ProcessState.ExitCode(), string(out)
}

// docker returns the standard output of the Docker client. It works in cleanups
// too, when the test's own context has ended.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	client := os.Getenv("GATE_DOCKER")
	if client == "" {
		client = "docker"
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	var stderr strings.Builder
	command := exec.CommandContext(ctx, client, args...)
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Errorf("docker %s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}
