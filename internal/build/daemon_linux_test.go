package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// startFake starts a fake without namespaces, so that it runs for any user.
func startFake(t *testing.T, ctx context.Context, link string) (*daemon, string) {
	t.Helper()
	temp := t.TempDir()
	d, err := newDaemon(daemonPrograms{buildkitd: link}, Options{TempDir: temp})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.stop() })
	return d, temp
}

func noted(t *testing.T, link string) []string {
	t.Helper()
	note, err := os.ReadFile(link + ".note")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(note), "\n")
}

// leftovers lists what stands in a directory that should be empty.
func leftovers(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestADaemonIsStartedAskedAndStopped(t *testing.T) {
	link := fakeDaemon(t, "buildkitd")
	t.Setenv("GITHUB_TOKEN", "ghs_secret")
	t.Setenv("HTTPS_PROXY", "http://proxy:1")
	d, temp := startFake(t, t.Context(), link)
	bk, caps, err := d.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if caps.describe != "buildkitd v0.0.1" || !caps.namedContexts || !caps.layout {
		t.Errorf("capabilities %+v", caps)
	}
	note := noted(t, link)
	for _, want := range []string{"--root " + d.dir, "--config " + d.dir, "--containerd-worker=false"} {
		if !strings.Contains(note[1], want) {
			t.Errorf("arguments lack %q: %s", want, note[1])
		}
	}
	env := strings.Join(note[2:], "\n")
	if strings.Contains(env, "ghs_secret") || !strings.Contains(env, "HTTPS_PROXY=http://proxy:1") || !strings.Contains(env, "HOME="+d.dir) {
		t.Errorf("environment:\n%s", env)
	}
	if err := errors.Join(bk.Close(), d.stop(), d.stop()); err != nil {
		t.Error(err)
	}
	if d.err != nil {
		t.Errorf("it was not asked to end: %v", d.err)
	}
	if err := syscall.Kill(d.cmd.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the process is still there: %v", err)
	}
	if left := leftovers(t, temp); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestADaemonThatDiesSaysWhy(t *testing.T) {
	link := fakeDaemon(t, "buildkitd-dies")
	d, _ := startFake(t, t.Context(), link)
	_, _, err := d.connect(t.Context())
	if !errors.Is(err, ErrNoBuilder) || !strings.Contains(err.Error(), "(exit status 1). It said:\n  | no worker found") {
		t.Errorf("got %v", err)
	}
}

func TestADaemonThatDoesNotEndIsKilled(t *testing.T) {
	d, temp := startFake(t, t.Context(), fakeDaemon(t, "buildkitd-stubborn"))
	bk, _, err := d.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d.patience = time.Millisecond
	if err := errors.Join(bk.Close(), d.stop()); err != nil {
		t.Error(err)
	}
	if exit := new(exec.ExitError); !errors.As(d.err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("ended by %v", d.err)
	}
	if left := leftovers(t, temp); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestACancelledStartLeavesNothing(t *testing.T) {
	d, temp := startFake(t, t.Context(), fakeDaemon(t, "buildkitd-mute"))
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("interrupt signal")
	cancel(reason)
	_, _, err := d.connect(ctx)
	if !errors.Is(err, reason) || errors.Is(err, ErrNoBuilder) {
		t.Errorf("got %v", err)
	}
	d.patience = time.Millisecond
	if err := d.stop(); err != nil {
		t.Error(err)
	}
	if left := leftovers(t, temp); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestADaemonStopsWhenTheRunIsCancelled(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("without root a daemon needs rootlesskit, which the fake has not")
	}
	link := fakeDaemon(t, "buildkitd")
	ctx, cancel := context.WithCancel(t.Context())
	temp := t.TempDir()
	builder, err := Open(ctx, gate.BuilderPlan{Kind: "daemonless", BuildKitd: link}, Options{TempDir: temp})
	if err != nil {
		t.Fatal(err)
	}
	if builder.Name() != "daemonless" {
		t.Errorf("name %s", builder.Name())
	}
	cancel()
	// Close waits for the stop that the cancel began.
	if err := builder.Close(); err != nil {
		t.Error(err)
	}
	if left := leftovers(t, temp); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestALongTemporaryDirectoryStillHasASocket(t *testing.T) {
	link := fakeDaemon(t, "buildkitd")
	temp := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if err := os.MkdirAll(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	d, err := newDaemon(daemonPrograms{buildkitd: link}, Options{TempDir: temp})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.socket) > longestSocket {
		t.Errorf("the socket's path has %d bytes", len(d.socket))
	}
	if err := d.stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(d.socketDir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket's directory is left: %v", err)
	}
}

func TestProgramsThatAreMissingAreNamed(t *testing.T) {
	link := fakeDaemon(t, "buildkitd")
	if found, err := findPrograms("", true); err != nil || found.buildkitd != link {
		t.Errorf("as root: %+v, %v", found, err)
	}
	if _, err := findPrograms("", false); !errors.Is(err, ErrNoBuilder) || !strings.Contains(err.Error(), "rootlesskit") {
		t.Errorf("without root: %v", err)
	}
	if err := os.Remove(filepath.Join(filepath.Dir(link), "runc")); err != nil {
		t.Fatal(err)
	}
	if _, err := findPrograms("", true); !errors.Is(err, ErrNoBuilder) || !strings.Contains(err.Error(), "apt-get install runc") {
		t.Errorf("without runc: %v", err)
	}
}

func TestInsecureRegistriesAreConfigured(t *testing.T) {
	dir := t.TempDir()
	if err := writeConfig(dir, "/x/s", gate.RegistryPlan{Insecure: []string{"localhost:5000"}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, configName))
	if err != nil || string(text) != "[otel]\n  socketPath = \"/x/s-otel\"\n[registry.\"localhost:5000\"]\n  http = true\n  insecure = true\n" {
		t.Errorf("%s, %v", text, err)
	}
	if err := writeConfig(dir, "/x/s", gate.RegistryPlan{Insecure: []string{"x\"]\nevil"}}); !errors.Is(err, ErrInput) {
		t.Errorf("got %v", err)
	}
}

func TestAMountPointIsReadFromTheTable(t *testing.T) {
	for line, want := range map[string]string{
		`36 35 98:0 / /mnt/a rw - ext3 /dev/root rw`:          "/mnt/a",
		`36 35 98:0 / /mnt/with\040space rw - ext3 /dev/x rw`: "/mnt/with space",
		`36 35 98:0 / /mnt/end\04 rw - x y z`:                 `/mnt/end\04`,
		"short line":                                          "",
	} {
		if got := mountPoint(line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestTheLogOfADaemonKeepsItsEnd(t *testing.T) {
	log := &tailLog{}
	for i := range 10000 {
		if _, err := fmt.Fprintf(log, "line %d\n", i); err != nil {
			t.Fatal(err)
		}
	}
	if got := log.last(2); got != "\n  | line 9998\n  | line 9999" {
		t.Errorf("got %q", got)
	}
	if len(log.data) > keptLog {
		t.Errorf("%d bytes are kept", len(log.data))
	}
}
