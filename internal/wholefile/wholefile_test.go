package wholefile_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/containergate/gate/internal/wholefile"
)

func TestAFileIsReplacedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	broken := errors.New("it breaks off")
	for _, step := range []struct {
		write func(io.Writer) error
		want  string
		err   error
	}{
		{func(w io.Writer) error { return errors.Join(wholefile.Bytes([]byte("half"))(w), broken) }, "", broken},
		{wholefile.Bytes([]byte("one")), "one", nil},
		{func(w io.Writer) error { return errors.Join(wholefile.Bytes([]byte("half"))(w), broken) }, "one", broken},
		{wholefile.Bytes([]byte("two")), "two", nil},
	} {
		if err := wholefile.Write(path, 0o640, step.write); !errors.Is(err, step.err) {
			t.Errorf("error = %v, want %v", err, step.err)
		}
		text, err := os.ReadFile(path)
		if string(text) != step.want || (step.want == "") != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("there is %q, %v; want %q", text, err, step.want)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v are there, %v", entries, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestAPlaceThatCantBeWrittenToStaysAsItIs(t *testing.T) {
	dir := t.TempDir()
	if err := wholefile.Write(filepath.Join(dir, "nowhere", "a"), 0o600, wholefile.Bytes(nil)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error = %v", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "folder", "in it"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := wholefile.Write(filepath.Join(dir, "folder"), 0o600, wholefile.Bytes(nil)); err == nil {
		t.Error("a folder was replaced")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v are there, %v", entries, err)
	}
}
