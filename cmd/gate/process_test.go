package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// runGate runs a command line in a folder of its own.
func runGate(t *testing.T, files map[string]string, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	var out, complaints bytes.Buffer
	p := &process{
		stdin: strings.NewReader(files["stdin"]), stdout: &out, stderr: &complaints,
		getenv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	}
	code = p.run(context.Background(), args)
	return code, out.String(), complaints.String()
}

const (
	clean  = "FROM debian:12\nHEALTHCHECK NONE\nUSER 1000\n"
	faulty = "FROM debian:12\nRUN sudo true\nHEALTHCHECK NONE\nUSER 1000\n"
)

func TestExitCodesOfACommandLine(t *testing.T) {
	tests := []struct {
		name   string
		files  map[string]string
		env    map[string]string
		args   []string
		code   int
		stderr string
	}{
		{"nothing blocks", map[string]string{"Dockerfile": clean}, nil, []string{"lint"}, 0, ""},
		{"something blocks", map[string]string{"Dockerfile": faulty}, nil, []string{"lint"}, 1, ""},
		{"something blocks, and --exit-zero", map[string]string{"Dockerfile": faulty}, nil, []string{"lint", "--exit-zero"}, 0, ""},
		{"the environment sets an option", map[string]string{"Dockerfile": faulty}, map[string]string{"GATE_LINT_FAIL_ON": "never"}, []string{"lint"}, 0, ""},
		{"a flag wins over the environment", map[string]string{"Dockerfile": faulty}, map[string]string{"GATE_LINT_FAIL_ON": "never"}, []string{"lint", "--lint-fail-on", "info"}, 1, ""},
		{"an unknown flag", nil, nil, []string{"lint", "--no-such"}, 2, "unknown flag: --no-such; see gate lint --help"},
		{"an unknown command", nil, nil, []string{"lnit"}, 2, `unknown command "lnit"`},
		{"a missing file", nil, nil, []string{"lint", "nowhere"}, 2, "nowhere"},
		{"nothing to lint is no pass", nil, nil, []string{"lint"}, 2, "there is no Dockerfile in ."},
		{"a broken policy file", map[string]string{"Dockerfile": clean, ".gate.yaml": "version: 1\nfial-on: high\n"}, nil, []string{"lint"}, 2, ".gate.yaml:2:1"},
		{"a report that can't be written makes a pass incomplete", map[string]string{"Dockerfile": clean, "file": ""}, nil, []string{"lint", "-o", "json=file/x.json"}, 3, "file/x.json"},
		{"a report that can't be written leaves a block a block", map[string]string{"Dockerfile": faulty, "file": ""}, nil, []string{"lint", "-o", "json=file/x.json"}, 1, "file/x.json"},
		{"and --exit-zero does not hide it", map[string]string{"Dockerfile": faulty, "file": ""}, nil, []string{"lint", "--exit-zero", "-o", "json=file/x.json"}, 3, "file/x.json"},
		{"an empty Dockerfile is incomplete or refused, never green", map[string]string{"Dockerfile": "", "stdin": ""}, nil, []string{"lint"}, 1, ""},
		{"--exit-zero does not make it green", map[string]string{"Dockerfile": ""}, nil, []string{"lint", "--exit-zero"}, 3, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := runGate(t, tt.files, tt.env, tt.args...)
			if code != tt.code || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("exit code %d, want %d\nstdout: %s\nstderr: %s", code, tt.code, stdout, stderr)
			}
			if code == gate.ExitUsage && stdout != "" {
				t.Errorf("a wrong command line printed to standard output: %s", stdout)
			}
		})
	}
}

func TestRulesAreExplainedByAnyName(t *testing.T) {
	code, stdout, _ := runGate(t, nil, nil, "explain", "dl3007")
	if code != 0 || !strings.Contains(stdout, "pin-base-image (medium)") || !strings.Contains(stdout, "Why: ") || !strings.Contains(stdout, "CIS 4.2") {
		t.Errorf("exit code %d:\n%s", code, stdout)
	}
	if code, _, stderr := runGate(t, nil, nil, "explain", "DL9999"); code != 2 || !strings.Contains(stderr, `"DL9999"`) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if code, stdout, _ := runGate(t, nil, nil, "rules"); code != 0 || !strings.Contains(stdout, "no-sudo") {
		t.Errorf("exit code %d:\n%s", code, stdout)
	}
}

func TestOutputsAreWrittenWhole(t *testing.T) {
	code, _, stderr := runGate(t, map[string]string{"Dockerfile": faulty}, nil,
		"lint", "-o", "json=out/a.json", "-o", "sarif=out/a.sarif", "-o", "markdown=out/a.md")
	if code != 1 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	entries, err := os.ReadDir("out")
	if err != nil || len(entries) != 3 {
		t.Fatalf("files: %v, %v", entries, err)
	}
	for _, entry := range entries {
		data, _ := os.ReadFile(filepath.Join("out", entry.Name()))
		if !bytes.Contains(data, []byte("no-sudo")) {
			t.Errorf("%s does not tell of the finding", entry.Name())
		}
	}
}

func TestNoTemporaryFolderIsLeft(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	runGate(t, map[string]string{"Dockerfile": clean}, nil, "lint")
	left, err := filepath.Glob(filepath.Join(temp, "gate-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
