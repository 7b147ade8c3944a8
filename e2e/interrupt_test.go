package e2e_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestInterrupted stops gate in the middle of a RUN: it says so, leaves no
// file and no process, prints no verdict and exits with 128 and the signal.
func TestInterrupted(t *testing.T) {
	bin := gateBin(t)
	if !haveDocker() {
		t.Skip("no Docker Engine to take a base image from")
	}
	tests := []struct {
		name    string
		builder string
		signal  syscall.Signal
		code    int
	}{
		{"SIGINT while an Engine builds", "docker", syscall.SIGINT, 130},
		{"SIGTERM while an Engine builds", "docker", syscall.SIGTERM, 143},
		{"SIGTERM while a buildkitd of gate's own builds", "daemonless", syscall.SIGTERM, 143},
	}
	layout := baseLayout(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := []string{"check", slowContext(t), "--builder", tt.builder, "--no-cache", "--db", "nowhere"}
			if tt.builder == "daemonless" {
				if os.Getenv("GATE_BUILDKITD") == "" || os.Getuid() != 0 {
					t.Skip("no buildkitd, or not root")
				}
				args = append(args, "--buildkitd", os.Getenv("GATE_BUILDKITD"),
					"--build-context", "debian:bookworm-slim=oci-layout://"+layout+"@"+layoutDigest(layout))
			}
			temp := t.TempDir()
			code, stdout := interruptWhenAsleep(t, exec.Command(bin, args...), temp, tt.signal)
			if code != tt.code || stdout != "" {
				t.Errorf("exit code %d, want %d; standard output %q, want none", code, tt.code, stdout)
			}
			if left, _ := os.ReadDir(temp); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			for _, words := range [][]string{{"buildkitd", temp}, {"sleep 31419"}} {
				if running(t, words...) {
					t.Errorf("%v still runs", words)
				}
			}
		})
	}
}

// asleep is what the build prints when it is time to interrupt it.
const asleep = "the build is asleep now"

func slowContext(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	text := "FROM debian:bookworm-slim\nRUN echo " + asleep + " && sleep 31419\n"
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// interruptWhenAsleep runs the command, signals it when the build sleeps, and
// returns its exit code and standard output.
func interruptWhenAsleep(t *testing.T, command *exec.Cmd, temp string, signal syscall.Signal) (int, string) {
	t.Helper()
	var stdout strings.Builder
	command.Env = append(os.Environ(), "TMPDIR="+temp)
	command.Stdout = &stdout
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	seen := false
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		log.WriteString(lines.Text() + "\n")
		// The instruction's own text holds the words as well, after "echo".
		if !seen && strings.Contains(lines.Text(), asleep) && !strings.Contains(lines.Text(), "echo") {
			seen = true
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = command.Wait()
	if !seen || !strings.Contains(log.String(), "interrupted") {
		t.Errorf("the log does not tell of the interruption:\n%s", log.String())
	}
	return command.ProcessState.ExitCode(), stdout.String()
}

// running looks for a process that has both words in its command line.
func running(t *testing.T, words ...string) bool {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, _ := os.ReadFile(file)
		line := strings.ReplaceAll(string(data), "\x00", " ")
		all := true
		for _, word := range words {
			all = all && strings.Contains(line, word)
		}
		if all {
			return true
		}
	}
	return false
}
