package pin_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/containergate/gate/internal/pin"
)

// written makes a file with a mode, in a folder of its own.
func written(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Dockerfile")
	if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFileIsReplacedAsAWholeAndKeepsItsMode(t *testing.T) {
	path := written(t, "FROM a:1\n", 0o751)
	text, err := pin.Read(path)
	if err != nil || string(text) != "FROM a:1\n" {
		t.Fatalf("read %q, %v", text, err)
	}
	before, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	if err := (pin.Result{Path: path, Before: text, After: []byte("FROM a:2\n")}).Write(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if now, _ := os.ReadFile(path); err != nil || string(now) != "FROM a:2\n" || info.Mode().Perm() != 0o751 {
		t.Errorf("%q, %v, %v", now, info, err)
	}
	old := make([]byte, 20)
	if n, _ := before.Read(old); string(old[:n]) != "FROM a:1\n" {
		t.Errorf("who had it open reads %q", old[:n])
	}
	alone(t, path)
}

// alone wants nothing beside the file.
func alone(t *testing.T, path string) {
	t.Helper()
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("%v are left in the folder, %v", left, err)
	}
}

func TestAFileThatHasChangedIsNotWritten(t *testing.T) {
	path := written(t, "FROM somebody:else\n", 0o644)
	if err := (pin.Result{Path: path, Before: []byte("FROM a:1\n"), After: []byte("FROM a:2\n")}).Write(); err == nil {
		t.Error("it was written")
	}
	if now, _ := os.ReadFile(path); string(now) != "FROM somebody:else\n" {
		t.Errorf("it is %q", now)
	}
	alone(t, path)
}

func TestASymbolicLinkIsNeitherReadNorFollowed(t *testing.T) {
	outside := written(t, "FROM a:1\n", 0o644)
	link := filepath.Join(t.TempDir(), "Dockerfile")
	if err := os.Symlink(outside, link); err != nil {
		t.Skip("no symbolic links here: " + err.Error())
	}
	if _, err := pin.Read(link); !errors.Is(err, pin.ErrInput) {
		t.Errorf("reading gives %v", err)
	}
	if err := (pin.Result{Path: link, Before: []byte("FROM a:1\n"), After: []byte("FROM a:2\n")}).Write(); !errors.Is(err, pin.ErrInput) {
		t.Errorf("writing gives %v", err)
	}
	if now, _ := os.ReadFile(outside); string(now) != "FROM a:1\n" {
		t.Errorf("it is %q", now)
	}
	alone(t, link)
}

func TestWhatIsNoFileIsRefused(t *testing.T) {
	folder := t.TempDir()
	if _, err := pin.Read(filepath.Join(folder, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing gives %v", err)
	}
	if _, err := pin.Read(filepath.Join(folder, "none", "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing in nothing gives %v", err)
	}
	if err := os.Mkdir(filepath.Join(folder, "sub"), 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := pin.Read(filepath.Join(folder, "sub")); !errors.Is(err, pin.ErrInput) {
		t.Errorf("a folder gives %v", err)
	}
}
