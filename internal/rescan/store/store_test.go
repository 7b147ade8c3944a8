package store

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// stores opens a store of each kind.
func stores() map[string]func(*testing.T) Store {
	return map[string]func(*testing.T) Store{
		"a directory":          func(t *testing.T) Store { return openTemp(t) },
		"a repository in mind": func(*testing.T) Store { return &oci{at: newFake()} },
		"a real registry": func(t *testing.T) Store {
			opened, err := Open(t.Context(), "oci:"+realRegistry(t)+"/team/sboms", gate.RegistryPlan{})
			check(t, err)
			t.Cleanup(func() { check(t, opened.Close()) })
			return opened
		},
	}
}

func eachStore(t *testing.T, run func(*testing.T, Store)) {
	t.Helper()
	all := stores()
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		t.Run(kind, func(t *testing.T) { run(t, all[kind](t)) })
	}
}

func TestWhatIsPutIsGotListedAndDeleted(t *testing.T) {
	eachStore(t, func(t *testing.T, store Store) {
		if _, err := store.Get(t.Context(), digestOf("a")); !errors.Is(err, ErrMissing) || errors.Is(err, ErrDamaged) {
			t.Errorf("before: %v", err)
		}
		if found, notes, err := store.List(t.Context()); err != nil || len(found)+len(notes) != 0 {
			t.Errorf("before: %v, %q, %v", found, notes, err)
		}
		for _, word := range []string{"a", "b", "c"} {
			check(t, store.Put(t.Context(), entryOf(word, 10)))
		}
		put := entryOf("a", 5000)
		check(t, store.Put(t.Context(), put))
		got, err := store.Get(t.Context(), digestOf("a"))
		check(t, err)
		want := put.Info
		want.Catalogued, want.Size, want.Sum = put.Info.Catalogued.UTC(), int64(len(put.SBOM)), sum(put.SBOM)
		if got.Info != want || !bytes.Equal(got.SBOM, put.SBOM) {
			t.Errorf("got %+v", got.Info)
		}
		found, notes, err := store.List(t.Context())
		if err != nil || len(notes) > 0 || len(found) != 3 || !slices.Contains(found, want) ||
			!slices.IsSortedFunc(found, func(a, b Info) int { return strings.Compare(a.Digest, b.Digest) }) {
			t.Errorf("listed: %+v, %q, %v", found, notes, err)
		}
		check(t, store.Delete(t.Context(), digestOf("a")))
		check(t, store.Delete(t.Context(), digestOf("a")))
		if _, err := store.Get(t.Context(), digestOf("a")); !errors.Is(err, ErrMissing) {
			t.Errorf("after: %v", err)
		}
		check(t, store.Put(t.Context(), put))
		if _, err := store.Get(t.Context(), digestOf("a")); err != nil {
			t.Errorf("put again: %v", err)
		}
	})
}

func TestAStateIsWrittenOnlyOverTheOneThatWasRead(t *testing.T) {
	eachStore(t, func(t *testing.T, store Store) {
		const name = "last rescan of ghcr.io/acme/app:1 (linux/amd64)"
		if _, err := store.State(t.Context(), name); !errors.Is(err, ErrMissing) {
			t.Errorf("before: %v", err)
		}
		first, err := store.PutState(t.Context(), State{Name: name, Data: []byte("one")})
		check(t, err)
		got, err := store.State(t.Context(), name)
		if err != nil || string(got.Data) != "one" || got.Version != first || got.Name != name {
			t.Errorf("got %+v, %v", got, err)
		}
		if _, err := store.PutState(t.Context(), State{Name: name, Data: []byte("two")}); !errors.Is(err, ErrConflict) {
			t.Errorf("over one that was not read: %v", err)
		}
		second, err := store.PutState(t.Context(), State{Name: name, Data: []byte("two"), Version: first})
		if err != nil || second == first {
			t.Errorf("version %q after %q, %v", second, first, err)
		}
		if _, err := store.PutState(t.Context(), State{Name: name, Data: []byte("three"), Version: first}); !errors.Is(err, ErrConflict) {
			t.Errorf("over an older one: %v", err)
		}
		if same, err := store.PutState(t.Context(), State{Name: name, Data: []byte("two"), Version: second}); err != nil || same != second {
			t.Errorf("the same again: %q, %v", same, err)
		}
		if _, err := store.PutState(t.Context(), State{Name: "other", Data: nil}); err != nil {
			t.Errorf("an empty one: %v", err)
		}
	})
}

func TestPruneLeavesWhatIsToBeKept(t *testing.T) {
	eachStore(t, func(t *testing.T, store Store) {
		for _, word := range []string{"a", "b", "c"} {
			check(t, store.Put(t.Context(), entryOf(word, 10)))
			_, err := store.PutState(t.Context(), State{Name: word, Data: []byte(word)})
			check(t, err)
		}
		done, err := store.Prune(t.Context(), Keep{})
		if err != nil || done != (Pruned{}) {
			t.Errorf("nothing to remove: %+v, %v", done, err)
		}
		done, err = store.Prune(t.Context(), Keep{
			SBOM:  func(info Info) bool { return info.Digest == digestOf("b") },
			State: func(name string) bool { return name != "c" },
		})
		if err != nil || done != (Pruned{SBOMs: 2, States: 1}) {
			t.Errorf("removed %+v, %v", done, err)
		}
		found, _, err := store.List(t.Context())
		if err != nil || len(found) != 1 || found[0].Digest != digestOf("b") {
			t.Errorf("left: %+v, %v", found, err)
		}
		if _, err := store.State(t.Context(), "a"); err != nil {
			t.Errorf("a kept state: %v", err)
		}
		if _, err := store.State(t.Context(), "c"); !errors.Is(err, ErrMissing) {
			t.Errorf("a removed state: %v", err)
		}
	})
}

func TestWhatIsNotFitToBeKeptIsRefused(t *testing.T) {
	change := func(change func(*Entry)) Entry {
		made := entryOf("a", 10)
		change(&made)
		return made
	}
	eachStore(t, func(t *testing.T, store Store) {
		for name, entry := range map[string]Entry{
			"no digest":          change(func(e *Entry) { e.Info.Digest = "" }),
			"a path":             change(func(e *Entry) { e.Info.Digest = "sha256:../../" + strings.Repeat("a", 58) }),
			"another kind":       change(func(e *Entry) { e.Info.Digest = "sha512:" + strings.Repeat("a", 128) }),
			"no format":          change(func(e *Entry) { e.Info.Format = "" }),
			"no document":        change(func(e *Entry) { e.SBOM = nil }),
			"control characters": change(func(e *Entry) { e.Info.Reference = "app\x1b[2J" }),
			"a long text":        change(func(e *Entry) { e.Info.Origin = strings.Repeat("a", 1025) }),
			"a negative size":    change(func(e *Entry) { e.Info.ImageSize = -1 }),
		} {
			if err := store.Put(t.Context(), entry); !errors.Is(err, ErrInvalid) {
				t.Errorf("%s gives %v", name, err)
			}
		}
		for _, state := range []State{{}, {Name: "a\n"}, {Name: "a", Data: make([]byte, maxState+1)}} {
			if _, err := store.PutState(t.Context(), state); !errors.Is(err, ErrInvalid) {
				t.Errorf("the state %q gives %v", state.Name, err)
			}
		}
		if _, err := store.Get(t.Context(), "sha256:x"); !errors.Is(err, ErrInvalid) {
			t.Errorf("a bad digest gives %v", err)
		}
	})
}

func TestAStoreIsOpenedByItsPlace(t *testing.T) {
	for place, want := range map[string]error{
		"": ErrPlace, "https://example.com/x": ErrPlace, "registry:ghcr.io/acme/sboms": ErrPlace,
		"oci:UPPER/x": image.ErrReference, "oci:ghcr.io/acme/sboms:tag": image.ErrReference,
	} {
		if _, err := Open(t.Context(), place, gate.RegistryPlan{}); !errors.Is(err, want) {
			t.Errorf("%q gives %v", place, err)
		}
	}
	place := filepath.Join(t.TempDir(), "a", "b")
	opened, err := Open(t.Context(), place, gate.RegistryPlan{})
	if err != nil || opened.String() != place {
		t.Fatalf("got %v, %v", opened, err)
	}
	check(t, opened.Close())
}

func TestACancelledRunIsNotAnEmptyStore(t *testing.T) {
	eachStore(t, func(t *testing.T, store Store) {
		check(t, store.Put(t.Context(), entryOf("a", 10)))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, getErr := store.Get(ctx, digestOf("a"))
		_, _, listErr := store.List(ctx)
		putErr := store.Put(ctx, entryOf("a", 10))
		for _, err := range []error{getErr, listErr, putErr} {
			if !errors.Is(err, context.Canceled) || errors.Is(err, ErrMissing) {
				t.Errorf("got %v", err)
			}
		}
	})
}
