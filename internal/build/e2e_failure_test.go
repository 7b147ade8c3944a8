package build

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

func TestE2EAFailedRunShowsItsLineAndOutput(t *testing.T) {
	eachBuilder(t, func(t *testing.T, b *bench) {
		dir := tree(t, map[string]string{"Dockerfile": "FROM " + debian + " AS base\nRUN true\nFROM base AS final\nARG TOKEN\nRUN echo before $TOKEN \\\n  && echo last words >&2 && exit 7\nRUN true\n"})
		failure := b.failure(t, gate.BuildSpec{Context: dir, NoCache: true, Args: map[string]string{"TOKEN": "tell-nobody"}})
		t.Log(failure.Details())
		if failure.Line != 5 || failure.EndLine != 6 || !strings.HasPrefix(failure.Instruction, "RUN echo before") {
			t.Errorf("found at %d-%d: %q", failure.Line, failure.EndLine, failure.Instruction)
		}
		if !slices.Contains(failure.Output, "last words") || !slices.Contains(failure.Output, "before ***") {
			t.Errorf("output: %q", failure.Output)
		}
		if !errors.Is(failure, ErrFailed) || errors.Is(failure, ErrInput) || !strings.Contains(failure.Error(), "exit code: 7") {
			t.Errorf("error: %v", failure)
		}
		if strings.Contains(failure.Details()+b.progress.String(), "tell-nobody") {
			t.Errorf("the argument's value was shown: %s\n%s", failure.Details(), &b.progress)
		}
	})
}

func TestE2EWrongDockerfilesAreWrongInput(t *testing.T) {
	for name, test := range map[string]struct {
		dockerfile string
		line       int
		want       string
	}{
		"a source that is not there": {"FROM scratch\nLABEL a=b\nCOPY nope /\n", 3, "not found"},
		"an unknown instruction":     {"FROM scratch\nFROB x\n", 2, "unknown instruction"},
		"no FROM at all":             {"LABEL a=b\n", 1, "no build stage"},
		"a flag that is unknown":     {"FROM scratch\nCOPY --frob=1 a b\n", 2, "frob"},
	} {
		t.Run(name, func(t *testing.T) {
			eachBuilder(t, func(t *testing.T, b *bench) {
				failure := b.failure(t, gate.BuildSpec{Context: tree(t, map[string]string{"Dockerfile": test.dockerfile})})
				t.Log(failure.Details())
				if !errors.Is(failure, ErrInput) || !strings.Contains(strings.ToLower(failure.Error()), test.want) {
					t.Errorf("got %v, want ErrInput with %q", failure, test.want)
				}
				if failure.Line != test.line {
					t.Errorf("line %d, want %d", failure.Line, test.line)
				}
			})
		})
	}
}

func TestE2EABaseThatCannotBePulledIsNotWrongInput(t *testing.T) {
	eachBuilder(t, func(t *testing.T, b *bench) {
		failure := b.failure(t, gate.BuildSpec{Context: tree(t, map[string]string{"Dockerfile": "FROM localhost:1/nope:1\nLABEL a=b\n"})})
		t.Log(failure.Details())
		if errors.Is(failure, ErrInput) || failure.Line != 1 {
			t.Errorf("line %d: %v", failure.Line, failure)
		}
	})
}

func TestE2ECancellingLeavesNoProcess(t *testing.T) {
	const marker = "31415926.5"
	eachBuilder(t, func(t *testing.T, b *bench) {
		dir := tree(t, map[string]string{"Dockerfile": "FROM " + debian + "\nRUN sleep " + marker + "\n"})
		ctx, cancel := context.WithCancelCause(t.Context())
		interrupted := errors.New("interrupted by the test")
		go func() {
			ticker := time.NewTicker(20 * time.Millisecond)
			defer ticker.Stop()
			for ctx.Err() == nil && !running(marker) {
				<-ticker.C
			}
			cancel(interrupted)
		}()
		_, err := b.build(ctx, gate.BuildSpec{Context: dir, NoCache: true})
		if !errors.Is(err, interrupted) {
			t.Errorf("got %v", err)
		}
		if b.Name() == "daemonless" {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
			if running(marker) {
				t.Error("the step still runs after the daemon was stopped")
			}
			return
		}
		// The Engine ends the step by itself, in its own time.
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for i := 0; running(marker); i++ {
			if i > 500 {
				t.Fatal("the step still runs")
			}
			<-ticker.C
		}
	})
}

// running reports whether a sleep with this argument runs anywhere.
func running(marker string) bool {
	return exec.Command("pgrep", "-x", "-f", "sleep "+marker).Run() == nil
}
