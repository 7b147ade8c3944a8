package guards_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// scene is a folder in which gate is called.
type scene struct {
	*testing.T
	folder string
}

func newScene(t *testing.T) scene {
	t.Helper()
	return scene{T: t, folder: t.TempDir()}
}

// with writes files into the folder.
func (s scene) with(files tree) scene {
	files.write(s.T, s.folder)
	return s
}

func (s scene) path(name string) string { return filepath.Join(s.folder, filepath.FromSlash(name)) }

// call calls gate with the example advisories.
func (s scene) call(args ...string) call {
	s.Helper()
	return call{folder: s.folder, args: args, env: map[string]string{"GATE_DB": examples(s.T)}}
}

// scan scans a root file system as an image.
func (s scene) scan(files tree, args ...string) call {
	s.Helper()
	put(s.T, s.path("image.tar"), string(pack(s.T, saved(s.T, "amd64", pack(s.T, files)))))
	return s.call(append([]string{"scan", "docker-archive:image.tar", "--name", "shop", "--platform", "linux/amd64"}, args...)...)
}

// choose picks the faulty thing or the mended one.
func choose[T any](broken bool, faulty, mended T) T {
	if broken {
		return faulty
	}
	return mended
}

// exampleDatabase is built once of the example advisories.
var exampleDatabase = sync.OnceValues(func() (string, error) {
	bin, err := built()
	if err != nil {
		return "", err
	}
	dir, err := workshop()
	if err != nil {
		return "", err
	}
	out := filepath.Join(dir, "db")
	return out, exec.Command(bin, "db", "build", "--from", filepath.Join("..", "..", "examples", "advisories"), "--out", out).Run()
})

func examples(t *testing.T) string {
	t.Helper()
	out, err := exampleDatabase()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// advisories builds a database of one record, and tells where it lies.
func advisories(t *testing.T, manifest, records string) string {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	in, out := t.TempDir(), filepath.Join(t.TempDir(), "db")
	put(t, filepath.Join(in, "manifest.json"), manifest)
	put(t, filepath.Join(in, "records.json"), records)
	cmd := exec.CommandContext(t.Context(), bin, "db", "build", "--from", in, "--out", out)
	cmd.Env = []string{"HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir()}
	text, err := cmd.CombinedOutput()
	if _, missing := os.Stat(filepath.Join(out, "vulnerability.db")); missing != nil {
		t.Fatalf("build a database: %v\n%s", err, text)
	}
	return out
}
