package advisories

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

func TestOfTwoGatesAtOnceOneFetchesAndTheOtherUsesIt(t *testing.T) {
	s := newRogue(t, packed(t))
	plan := gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()}
	var gates sync.WaitGroup
	for range 3 {
		gates.Go(func() {
			k := keeper(newClock())
			// The waits are real here: somebody else has to get on.
			k.Sleep = func(ctx context.Context, _ time.Duration) error { return wait(ctx, time.Millisecond) }
			db, err := k.Open(t.Context(), plan)
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	gates.Wait()
	if got := len(s.ranges()); got != 1 {
		t.Errorf("the archive was fetched %d times", got)
	}
}

// TestHelperHoldsTheLock is not a test: it is another process that has the lock.
func TestHelperHoldsTheLock(t *testing.T) {
	dir := os.Getenv("GATE_TEST_LOCK")
	if dir == "" {
		t.Skip("this is the other process of the test below")
	}
	if _, _, err := (cache{dir: dir}).lock(t.Context(), Keeper{}.ready()); err != nil {
		t.Fatal(err)
	}
	_, _ = os.Stdout.WriteString("held\n")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
}

func TestALockIsWaitedForUntilItsProcessIsDead(t *testing.T) {
	s := newRogue(t, packed(t))
	plan := gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()}
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHelperHoldsTheLock$")
	other.Env = append(os.Environ(), "GATE_TEST_LOCK="+plan.CacheDir)
	if _, err := other.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err == nil {
		err = other.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	waited := 0
	k := keeper(newClock())
	k.Sleep = func(context.Context, time.Duration) error {
		if waited++; waited == 3 {
			_ = other.Process.Kill()
			_ = other.Wait()
		}
		return nil
	}
	db, err := k.Open(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil || waited != 3 {
		t.Errorf("%v; waited %d times, want 3", err, waited)
	}
}

func TestALockIsNotWaitedForForEver(t *testing.T) {
	s := newRogue(t, packed(t))
	plan := gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()}
	unlock, _, err := cache{dir: plan.CacheDir}.lock(t.Context(), Keeper{}.ready())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := keeper(newClock()).Open(t.Context(), plan); !errors.Is(err, ErrFetch) {
		t.Errorf("error = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	k := keeper(newClock())
	k.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	if _, err := k.Open(ctx, plan); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
}
