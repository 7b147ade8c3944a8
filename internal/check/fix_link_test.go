package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestALinkIsNotFixed(t *testing.T) {
	folder, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "Dockerfile")
	text := "FROM debian:12\nRUN apt-get install x=1\n"
	write(t, elsewhere, text)
	write(t, filepath.Join(folder, "a/Dockerfile"), text)
	if err := os.MkdirAll(filepath.Join(folder, "b"), 0o750); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "b/Dockerfile")
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	plan := gate.Plan{Lint: gate.LintPlan{Profile: "recommended", ShellCheck: "off"}}
	plain := filepath.Join(folder, "a/Dockerfile")
	fixed, err := Fix(t.Context(), plan, []string{plain, link}, environment(t))
	if err != nil || len(fixed) != 2 {
		t.Fatalf("%d files, %v", len(fixed), err)
	}
	for _, f := range fixed {
		switch f.Path {
		case plain:
			if !f.Changed() || f.Unreadable != nil {
				t.Errorf("the plain file: changed %v, %v", f.Changed(), f.Unreadable)
			}
		case link:
			if f.Changed() || f.Unreadable == nil || !strings.Contains(f.Unreadable.Error(), "symbolic link") {
				t.Errorf("the link: changed %v, %v", f.Changed(), f.Unreadable)
			}
		}
	}
}
