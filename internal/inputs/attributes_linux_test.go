package inputs_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/inputs"
)

func TestAttributesOfFilesCount(t *testing.T) {
	files := shop("FROM debian\nCOPY src /\n")
	base, head := files.write(t), files.write(t)
	if err := syscall.Setxattr(filepath.Join(head, "src/main.go"), "user.gate", []byte("1"), 0); err != nil {
		t.Skip(err)
	}
	one, two := of(t, base, gate.BuildSpec{}, noTriggers), of(t, head, gate.BuildSpec{}, noTriggers)
	if inputs.Same(one, two) {
		t.Error("an attribute does not count")
	}
	must(t, syscall.Setxattr(filepath.Join(head, "src/main.go"), "user.gate", []byte("2"), 0))
	if three := of(t, head, gate.BuildSpec{}, noTriggers); inputs.Same(two, three) {
		t.Error("the value of an attribute does not count")
	}
}

func TestFilesThatAreNoFilesMakeTheInputsUnknown(t *testing.T) {
	root := shop("FROM debian\nCOPY src /\n").write(t)
	if err := syscall.Mkfifo(filepath.Join(root, "src/pipe"), 0o644); err != nil {
		t.Skip(err)
	}
	if got := why(of(t, root, gate.BuildSpec{}, noTriggers)); !strings.Contains(got, "src/pipe: it is neither a file") {
		t.Error(got)
	}
	must(t, os.WriteFile(filepath.Join(root, ".dockerignore"), []byte("src/pipe\n"), 0o644))
	if got := why(of(t, root, gate.BuildSpec{}, noTriggers)); got != "" {
		t.Errorf("a pipe that is ignored: %s", got)
	}
}
