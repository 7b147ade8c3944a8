//go:build unix

package shellcheck

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestACancelledRunKillsTheProgram(t *testing.T) {
	withFake(t, "tells")
	name := filepath.Join(os.Getenv("PATH"), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the user has had enough")
	session := NewSession("")
	done := make(chan []Answer)
	go func() { done <- session.Check(ctx, scriptsOf(runs(3, "echo"))) }()
	// Opening waits for the program to open the other end.
	pipe, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	cancel(reason)
	for _, a := range <-done {
		if !errors.Is(a.Err, reason) {
			t.Errorf("error %v, want the reason of the cancellation", a.Err)
		}
	}
	// It ends when the program has ended.
	if _, err := io.ReadAll(pipe); err != nil {
		t.Fatal(err)
	}
	if session.failed > 0 {
		t.Error("a cancellation was counted as a failure of the program")
	}
}
