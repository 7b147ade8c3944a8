package store

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

func TestARegistryThatDoesNotAnswerIsNotAnEmptyStore(t *testing.T) {
	for _, reason := range []error{image.ErrLimited, image.ErrAuth, image.ErrUnreachable} {
		at := newFake()
		store := &oci{at: at}
		check(t, store.Put(t.Context(), entryOf("a", 10)))
		at.fails = reason
		_, getErr := store.Get(t.Context(), digestOf("a"))
		_, _, listErr := store.List(t.Context())
		_, stateErr := store.State(t.Context(), "a")
		_, putErr := store.PutState(t.Context(), State{Name: "a"})
		_, pruneErr := store.Prune(t.Context(), Keep{})
		for _, err := range []error{getErr, listErr, stateErr, putErr, pruneErr, store.Put(t.Context(), entryOf("a", 10))} {
			if !errors.Is(err, reason) || errors.Is(err, ErrMissing) {
				t.Errorf("got %v", err)
			}
		}
	}
}

func TestDamageInARepositoryIsMissingWithAReason(t *testing.T) {
	at := newFake()
	store := &oci{at: at}
	tag := func(word string) string { return sbomTag + strings.TrimPrefix(digestOf(word), "sha256:") }
	for _, word := range []string{"good", "cut", "swapped", "headless"} {
		check(t, store.Put(t.Context(), entryOf(word, 1000)))
	}
	broken := at.kept[tag("cut")]
	broken.Content = broken.Content[:500]
	at.kept[tag("cut")] = broken
	at.kept[tag("swapped")] = at.kept[tag("good")]
	broken = at.kept[tag("headless")]
	broken.Annotations = nil
	at.kept[tag("headless")] = broken
	for _, word := range []string{"cut", "swapped"} {
		if _, err := store.Get(t.Context(), digestOf(word)); !errors.Is(err, ErrDamaged) || !errors.Is(err, ErrMissing) {
			t.Errorf("%s gives %v", word, err)
		}
	}
	found, notes, err := store.List(t.Context())
	if err != nil || len(found) != 2 || len(notes) != 2 {
		t.Errorf("found %+v, notes %q, %v", found, notes, err)
	}
}

func TestAWriteIntoTheOtherOfARepositoryIsAConflict(t *testing.T) {
	at := newFake()
	store := &oci{at: at}
	at.meanwhile = func() {
		_, err := store.write(t.Context(), tagOfState("a"), stateType, head{State: "a"}, []byte("another's"))
		check(t, err)
	}
	if _, err := store.PutState(t.Context(), State{Name: "a", Data: []byte("mine")}); !errors.Is(err, ErrConflict) {
		t.Errorf("got %v", err)
	}
}

func TestTwoWritersOfARegistryLeaveOneGoodEntry(t *testing.T) {
	place := "oci:" + realRegistry(t) + "/sboms"
	var group sync.WaitGroup
	for writer := range 4 {
		group.Go(func() {
			store, err := Open(t.Context(), place, gate.RegistryPlan{})
			if err != nil {
				t.Error(err)
				return
			}
			for turn := range 5 {
				if err := store.Put(t.Context(), entryOf("a", 1000*(writer+1)+turn)); err != nil {
					t.Error(err)
				}
				// A registry that keeps files may miss one that is being written.
				if _, err := store.Get(t.Context(), digestOf("a")); errors.Is(err, ErrDamaged) || err != nil && !errors.Is(err, ErrMissing) {
					t.Error(err)
				}
			}
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	store, err := Open(t.Context(), place, gate.RegistryPlan{})
	check(t, err)
	found, notes, err := store.List(t.Context())
	if err != nil || len(found) != 1 || len(notes) != 0 {
		t.Errorf("found %+v, %q, %v", found, notes, err)
	}
	if got, err := store.Get(t.Context(), digestOf("a")); err != nil || got.Info != found[0] {
		t.Errorf("got %+v, %v", got.Info, err)
	}
	check(t, store.Close())
}
