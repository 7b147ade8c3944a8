package store

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The environment of a child: what it does, and in which store.
const childTask, childPlace = "GATE_STORE_CHILD", "GATE_STORE_PLACE"

// TestMain makes a child of the test binary when it is asked to.
func TestMain(m *testing.M) {
	tasks := map[string]func(context.Context, Store, io.Writer) error{"forever": putForever, "together": countTogether}
	task, there := tasks[os.Getenv(childTask)]
	if !there {
		os.Exit(m.Run())
	}
	if err := child(task); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func child(task func(context.Context, Store, io.Writer) error) error {
	store, err := openDir(os.Getenv(childPlace))
	if err != nil {
		return err
	}
	return errors.Join(task(context.Background(), store, os.Stdout), store.Close())
}

func startChild(t *testing.T, task, place string) (*exec.Cmd, *bufio.Scanner, *bytes.Buffer) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), childTask+"="+task, childPlace+"="+place)
	output, err := command.StdoutPipe()
	check(t, err)
	said := &bytes.Buffer{}
	command.Stderr = said
	check(t, command.Start())
	return command, bufio.NewScanner(output), said
}

// add raises the number in a state by one, as often as it takes.
func add(ctx context.Context, store Store, name string) (int, error) {
	for {
		state, err := store.State(ctx, name)
		if err != nil && !errors.Is(err, ErrMissing) {
			return 0, err
		}
		number := 0
		if err == nil {
			if number, err = strconv.Atoi(string(state.Data)); err != nil {
				return 0, err
			}
		}
		_, err = store.PutState(ctx, State{Name: name, Data: []byte(strconv.Itoa(number + 1)), Version: state.Version})
		if !errors.Is(err, ErrConflict) {
			return number + 1, err
		}
	}
}

// putForever puts entries and counts in a state until it is killed, and says
// after each what is there now.
func putForever(ctx context.Context, store Store, out io.Writer) error {
	for turn := 0; ; turn++ {
		word := fmt.Sprint("image", turn%7)
		if err := store.Put(ctx, entryOf(word, 20_000+turn)); err != nil {
			return err
		}
		number, err := add(ctx, store, "count")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, word, number); err != nil {
			return err
		}
	}
}

func TestAWriterThatIsKilledAtAnyMomentLosesAndDamagesNothing(t *testing.T) {
	place := t.TempDir()
	store := openAt(t, place)
	acknowledged, counted := map[string]bool{}, 0
	for round := range 100 {
		command, lines, said := startChild(t, "forever", place)
		for range round % 9 {
			if !lines.Scan() {
				t.Fatalf("the child ended: %s", said)
			}
			word, number, _ := strings.Cut(lines.Text(), " ")
			acknowledged[word] = true
			before := counted
			var err error
			if counted, err = strconv.Atoi(number); err != nil || counted <= before {
				t.Fatalf("counted %q after %d", number, before)
			}
		}
		check(t, command.Process.Kill())
		for lines.Scan() {
			word, number, _ := strings.Cut(lines.Text(), " ")
			acknowledged[word] = true
			counted = max(counted, atoi(number))
		}
		if err := command.Wait(); err == nil {
			t.Fatal("the child was not killed")
		}
		whole(t, store, acknowledged)
		state, err := store.State(t.Context(), "count")
		// What the last one wrote may be there without its word.
		if now := atoi(string(state.Data)); counted > 0 && (err != nil || now < counted || now > counted+1) {
			t.Fatalf("round %d: %d was counted, and %q is kept, %v", round, counted, state.Data, err)
		} else if err == nil {
			counted = now
		}
	}
	if len(acknowledged) < 7 || counted < 100 {
		t.Errorf("the children did too little: %d entries, %d counted", len(acknowledged), counted)
	}
	done, err := store.Prune(t.Context(), Keep{Now: time.Now().Add(2 * leftoverAge)})
	t.Logf("%d counted, %d left over by the killed, %v", counted, done.Leftovers, err)
	if err != nil || done.SBOMs+done.States > 0 {
		t.Errorf("removed %+v, %v", done, err)
	}
	whole(t, store, acknowledged)
}

func atoi(text string) int {
	number, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return number
}

// whole asserts that everything that is kept can be read, and that what was
// promised is there.
func whole(t *testing.T, store Store, promised map[string]bool) {
	t.Helper()
	found, notes, err := store.List(t.Context())
	if err != nil || len(notes) > 0 {
		t.Fatalf("notes %q, %v", notes, err)
	}
	there := map[string]bool{}
	for _, info := range found {
		got, err := store.Get(t.Context(), info.Digest)
		if err != nil || got.Info != info {
			t.Fatalf("%s is listed and reads %+v, %v", info.Digest, got.Info, err)
		}
		there[info.Digest] = true
	}
	for word := range promised {
		if !there[digestOf(word)] {
			t.Fatalf("%s was put and is not there", word)
		}
	}
}

// How much work each of the processes does together with the others.
const workers, turns = 16, 5

// countTogether lets many goroutines write the same entries and count in one state.
func countTogether(ctx context.Context, store Store, _ io.Writer) error {
	failed := make([]error, workers)
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for turn := range turns {
				word := fmt.Sprint("image", turn%3)
				putErr := store.Put(ctx, entryOf(word, 2000*(worker+1)))
				got, getErr := store.Get(ctx, digestOf(word))
				if getErr == nil && got.Info.Digest != digestOf(word) {
					getErr = fmt.Errorf("%s reads as %s", word, got.Info.Reference)
				}
				_, addErr := add(ctx, store, "count")
				failed[worker] = errors.Join(failed[worker], putErr, getErr, addErr)
			}
		})
	}
	group.Wait()
	return errors.Join(failed...)
}

func TestManyWritersInTwoProcessesLoseNothing(t *testing.T) {
	place := t.TempDir()
	var ends []func()
	for range 2 {
		command, lines, said := startChild(t, "together", place)
		ends = append(ends, func() {
			for lines.Scan() {
				t.Log(lines.Text())
			}
			if err := command.Wait(); err != nil {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
	for _, end := range ends {
		end()
	}
	store := openAt(t, place)
	state, err := store.State(t.Context(), "count")
	if err != nil || atoi(string(state.Data)) != 2*workers*turns {
		t.Errorf("%q was counted, want %d, %v", state.Data, 2*workers*turns, err)
	}
	whole(t, store, map[string]bool{"image0": true, "image1": true, "image2": true})
	done, err := store.Prune(t.Context(), Keep{Now: time.Now().Add(2 * leftoverAge)})
	if err != nil || done != (Pruned{}) {
		t.Errorf("left over: %+v, %v", done, err)
	}
}
