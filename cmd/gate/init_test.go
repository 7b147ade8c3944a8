package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runIn runs a command line in the working directory.
func runIn(t *testing.T, exit int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	p := &process{stdin: strings.NewReader(""), stdout: &out, stderr: &out, getenv: func(string) (string, bool) { return "", false }}
	if code := p.run(t.Context(), args); code != exit {
		t.Fatalf("gate %s exits with %d, want %d:\n%s", strings.Join(args, " "), code, exit, &out)
	}
	return out.String()
}

func TestAScheduledWorkflowStandsBesideTheOther(t *testing.T) {
	t.Chdir(t.TempDir())
	if out := runIn(t, 0, "init"); !strings.Contains(out, "require the check") {
		t.Errorf("it says\n%s", out)
	}
	policy, err := os.ReadFile(".gate.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if out := runIn(t, 0, "init", "--workflow", "rescan"); strings.Contains(out, "require the check") || strings.Contains(out, "wrote .gate.yaml") {
		t.Errorf("it says\n%s", out)
	}
	if after, err := os.ReadFile(".gate.yaml"); err != nil || !bytes.Equal(policy, after) {
		t.Errorf("the policy is another one (%v)", err)
	}
	if text, err := os.ReadFile(filepath.Join(".github", "workflows", "gate-rescan.yml")); err != nil || !strings.Contains(string(text), "rescan merge") {
		t.Errorf("there is no such workflow: %v", err)
	}
	runIn(t, 2, "init", "--workflow", "rescan")
	t.Run("with a policy where there is none", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if out := runIn(t, 0, "init", "--workflow", "rescan"); !strings.Contains(out, "wrote .gate.yaml") {
			t.Errorf("it says\n%s", out)
		}
	})
}
