package e2e_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// gateBin is the program under test; without it nothing can run.
func gateBin(t *testing.T) string {
	t.Helper()
	bin := os.Getenv("GATE_BIN")
	if bin == "" {
		t.Skip("GATE_BIN names no gate program: run make e2e")
	}
	absolute, err := filepath.Abs(bin)
	if err != nil {
		t.Fatal(err)
	}
	return absolute
}

func TestScripts(t *testing.T) {
	bin := gateBin(t)
	database := filepath.Join(t.TempDir(), "db")
	build := exec.CommandContext(t.Context(), bin, "db", "build", "--from", "../examples/advisories", "--out", database)
	if out, err := build.CombinedOutput(); err != nil && !exitedWith(err, 3) {
		t.Fatalf("build the database: %v\n%s", err, out)
	}
	layout := baseLayout(t)
	programs := t.TempDir()
	if docker := os.Getenv("GATE_DOCKER"); docker != "" {
		if err := os.Symlink(docker, filepath.Join(programs, "docker")); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Condition:           condition,
		Cmds:                commands(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", strings.Join([]string{filepath.Dir(bin), programs, os.Getenv("PATH")}, string(os.PathListSeparator)))
			env.Setenv("DOCKER_BUILDKIT", "1")
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("GATE", bin)
			env.Setenv("DB", database)
			env.Setenv("GATE_DB", database)
			env.Setenv("GATE_MAX_DB_AGE", "0")
			env.Setenv("BASE_LAYOUT", layout)
			env.Setenv("BASE_DIGEST", layoutDigest(layout))
			root, err := filepath.Abs("..")
			env.Setenv("ROOT", root)
			for _, name := range []string{"DOCKER_HOST", "GATE_BUILDKITD", "GATE_GRYPE", "GATE_ACTION_IMAGE"} {
				env.Setenv(name, os.Getenv(name))
			}
			return err
		},
	})
}

// baseLayout saves the base image of the Engine as an OCI layout, for the
// builders that can't see the Engine's images; empty where there is no Engine.
func baseLayout(t *testing.T) string {
	t.Helper()
	if !haveDocker() {
		return ""
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	layout := filepath.Join(t.TempDir(), "base")
	if err := layoutOf(ctx, "debian:bookworm-slim", layout); err != nil {
		t.Fatalf("save the base image: %v", err)
	}
	return layout
}
