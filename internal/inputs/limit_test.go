package inputs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestTheLimitsMakeTheInputsUnknown(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "Dockerfile"), []byte("FROM scratch\nCOPY *.txt /\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for n := range 50 {
		if err := os.WriteFile(filepath.Join(root, fmt.Sprintf("%d.txt", n)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		files, visits int
		want          string
	}{{50, 200, ""}, {49, 200, "more than 49 files"}, {50, 60, "more than 60 looks"}, {50, 20, "more than 20 looks"}} {
		found, err := Of(t.Context(), Build{Root: root, Spec: gate.BuildSpec{Context: ".", Dockerfile: "Dockerfile"}, files: c.files, visits: c.visits})
		if err != nil {
			t.Fatal(err)
		}
		reasons := fmt.Sprint(found.Unknown)
		if (found.Digest == "") != (c.want != "") || !strings.Contains(reasons, c.want) {
			t.Errorf("%d files and %d looks give %q and %s", c.files, c.visits, found.Digest, reasons)
		}
	}
}

func TestAMazeOfLinksIsGoneThroughOnce(t *testing.T) {
	root := t.TempDir()
	for n := range 40 {
		// Each link leads to the next one in two ways.
		if err := os.Symlink(fmt.Sprintf("../d/x/../l%d", n+1), filepath.Join(mkdir(t, root, "d"), fmt.Sprintf("l%d", n))); err != nil {
			t.Fatal(err)
		}
	}
	mkdir(t, root, "d/x")
	if err := os.WriteFile(filepath.Join(root, "Dockerfile"), []byte("FROM scratch\nCOPY d/l0 /\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := Of(t.Context(), Build{Root: root, Spec: gate.BuildSpec{Context: ".", Dockerfile: "Dockerfile"}, visits: 2_000})
	if err != nil {
		t.Fatal(err)
	}
	if found.Digest == "" {
		t.Error(found.Unknown)
	}
}

func mkdir(t *testing.T, parts ...string) string {
	t.Helper()
	place := filepath.Join(parts...)
	if err := os.MkdirAll(place, 0o700); err != nil {
		t.Fatal(err)
	}
	return place
}

func TestTooManyLinksMakeTheInputsUnknown(t *testing.T) {
	root := t.TempDir()
	for n := range 300 {
		if err := os.Symlink(fmt.Sprintf("l%d", n+1), filepath.Join(root, fmt.Sprintf("l%d", n))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "Dockerfile"), []byte("FROM scratch\nCOPY l0 /\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := Of(t.Context(), Build{Root: root, Spec: gate.BuildSpec{Context: ".", Dockerfile: "Dockerfile"}})
	if err != nil {
		t.Fatal(err)
	}
	if found.Digest != "" || !strings.Contains(fmt.Sprint(found.Unknown), "l255: there are too many links") {
		t.Errorf("%q, %v", found.Digest, found.Unknown)
	}
}
