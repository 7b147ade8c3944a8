package inputs_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/inputs"
)

func TestModesCountButForWhatAUmaskDoes(t *testing.T) {
	for mode, affects := range map[fs.FileMode]bool{
		0o644: false, 0o664: false, 0o755: true, 0o600: true, 0o646: true, 0o666: true, 0o444: true,
		0o644 | fs.ModeSetuid: true, 0o644 | fs.ModeSetgid: true, 0o644 | fs.ModeSticky: true,
	} {
		files := shop("FROM debian\nCOPY src /\n")
		base, head := files.write(t), files.write(t)
		must(t, os.Chmod(filepath.Join(base, "src/main.go"), 0o644))
		must(t, os.Chmod(filepath.Join(head, "src/main.go"), mode))
		if same := inputs.Same(of(t, base, gate.BuildSpec{}, noTriggers), of(t, head, gate.BuildSpec{}, noTriggers)); same == affects {
			t.Errorf("%v affects the image: %v", mode, affects)
		}
	}
}

func TestTheModesOfFoldersAboveAnExceptionCount(t *testing.T) {
	files := shop("FROM debian\nCOPY . /\n").with(repo{".dockerignore": "*\n!src/lib\n"})
	base, head := files.write(t), files.write(t)
	must(t, os.Chmod(filepath.Join(head, "src"), 0o700))
	if inputs.Same(of(t, base, gate.BuildSpec{}, noTriggers), of(t, head, gate.BuildSpec{}, noTriggers)) {
		t.Error("the mode of a folder does not count, which is copied for what it holds")
	}
}

func TestTimesDoNotCount(t *testing.T) {
	files := shop("FROM debian\nCOPY . /\n")
	base, head := files.write(t), files.write(t)
	info, err := os.Stat(filepath.Join(base, "go.mod"))
	must(t, err)
	must(t, os.Chtimes(filepath.Join(head, "go.mod"), info.ModTime().AddDate(1, 0, 0), info.ModTime().AddDate(1, 0, 0)))
	if !inputs.Same(of(t, base, gate.BuildSpec{}, noTriggers), of(t, head, gate.BuildSpec{}, noTriggers)) {
		t.Error("the time of a file counts")
	}
}

func TestNamesOfOneFileCount(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only looked at on Linux")
	}
	files := shop("FROM debian\nCOPY src /\n").with(repo{"src/a": "1", "src/b": "1"})
	base, head := files.write(t), files.write(t)
	must(t, os.Remove(filepath.Join(head, "src/b")))
	if err := os.Link(filepath.Join(head, "src/a"), filepath.Join(head, "src/b")); err != nil {
		t.Skip(err)
	}
	if inputs.Same(of(t, base, gate.BuildSpec{}, noTriggers), of(t, head, gate.BuildSpec{}, noTriggers)) {
		t.Error("two files and one file with two names are the same")
	}
}

func TestTheEndOfTheContextIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	cancel(stop)
	root := shop("FROM debian\nCOPY . /\n").write(t)
	_, err := inputs.Of(ctx, inputs.Build{Root: root, Spec: gate.BuildSpec{Context: ".", Dockerfile: "Dockerfile"}})
	if !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	if _, err := inputs.Of(t.Context(), inputs.Build{Root: filepath.Join(root, "none")}); err == nil {
		t.Error("a working directory that is not there is no error")
	}
}

func TestAFileThatCannotBeReadMakesTheInputsUnknown(t *testing.T) {
	root := shop("FROM debian\nCOPY src /\n").write(t)
	must(t, os.Chmod(filepath.Join(root, "src/main.go"), 0))
	if file, err := os.Open(filepath.Join(root, "src/main.go")); err == nil {
		_ = file.Close()
		t.Skip("this user reads everything")
	}
	if got := why(of(t, root, gate.BuildSpec{}, noTriggers)); !strings.Contains(got, "src/main.go: it can't be read") {
		t.Error(got)
	}
}
