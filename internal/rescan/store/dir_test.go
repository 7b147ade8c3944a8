package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func pathOf(store *dir, word string) string {
	return filepath.Join(store.place, sbomFile(strings.TrimPrefix(digestOf(word), "sha256:")))
}

func TestEqualEntriesHaveEqualBytes(t *testing.T) {
	one, two := openTemp(t), openTemp(t)
	check(t, one.Put(t.Context(), entryOf("a", 5000)))
	check(t, two.Put(t.Context(), entryOf("b", 5000)))
	other := entryOf("a", 5000)
	other.Info.Size, other.Info.Sum, other.Info.Catalogued = 7, "x", other.Info.Catalogued.UTC()
	check(t, two.Put(t.Context(), other))
	first, err := os.ReadFile(pathOf(one, "a"))
	check(t, err)
	second, err := os.ReadFile(pathOf(two, "a"))
	check(t, err)
	if !bytes.Equal(first, second) {
		t.Error("the bytes differ")
	}
}

func TestEveryDamageOfAnEntryIsSeenAndIsNoEntry(t *testing.T) {
	store := openTemp(t)
	check(t, store.Put(t.Context(), entryOf("a", 400)))
	whole, err := os.ReadFile(pathOf(store, "a"))
	check(t, err)
	seen := func(what string, data []byte) {
		t.Helper()
		check(t, os.WriteFile(pathOf(store, "a"), data, 0o600))
		got, err := store.Get(t.Context(), digestOf("a"))
		if !errors.Is(err, ErrDamaged) || !errors.Is(err, ErrMissing) || got.SBOM != nil {
			t.Errorf("%s gives %+v, %v", what, got.Info, err)
		}
	}
	for length := 0; length < len(whole); length += 7 {
		seen("a cut", whole[:length])
	}
	seen("a cut of one byte", whole[:len(whole)-1])
	seen("more at the end", append(bytes.Clone(whole), 'x'))
	for at := 0; at < len(whole); at += 3 {
		changed := bytes.Clone(whole)
		changed[at] ^= 0x41
		check(t, os.WriteFile(pathOf(store, "a"), changed, 0o600))
		// A few bits of gzip's own head mean nothing: then the document is the same.
		got, err := store.Get(t.Context(), digestOf("a"))
		if err == nil && !bytes.Equal(got.SBOM, entryOf("a", 400).SBOM) || err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("a change of byte %d gives %+v, %v", at, got.Info, err)
		}
	}
	check(t, os.WriteFile(pathOf(store, "a"), whole, 0o600))
	check(t, os.WriteFile(pathOf(store, "b"), whole, 0o600))
	check(t, os.WriteFile(pathOf(store, "c"), whole[:len(whole)-1], 0o600))
	check(t, os.WriteFile(filepath.Join(store.place, sbomFolder, "README"), nil, 0o600))
	if _, err := store.Get(t.Context(), digestOf("b")); !errors.Is(err, ErrDamaged) {
		t.Errorf("another's entry gives %v", err)
	}
	found, notes, err := store.List(t.Context())
	if err != nil || len(found) != 1 || len(notes) != 2 || !strings.Contains(strings.Join(notes, " "), "something else") {
		t.Errorf("found %+v, notes %q, %v", found, notes, err)
	}
	done, err := store.Prune(t.Context(), Keep{})
	if err != nil || done.SBOMs != 1 {
		t.Errorf("removed %+v, %v", done, err)
	}
}

func TestADamagedStateIsWrittenAnew(t *testing.T) {
	store := openTemp(t)
	_, err := store.PutState(t.Context(), State{Name: "a", Data: []byte("one")})
	check(t, err)
	check(t, os.WriteFile(filepath.Join(store.place, stateFile("a")), []byte("gate-kept 1 "), 0o600))
	if _, err := store.State(t.Context(), "a"); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
	_, err = store.PutState(t.Context(), State{Name: "a", Data: []byte("two")})
	check(t, err)
	if got, err := store.State(t.Context(), "a"); err != nil || string(got.Data) != "two" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	outside := t.TempDir()
	good := openAt(t, outside)
	check(t, good.Put(t.Context(), entryOf("a", 10)))
	store := openTemp(t)
	check(t, os.Symlink(pathOf(good, "a"), pathOf(store, "a")))
	if _, err := store.Get(t.Context(), digestOf("a")); !errors.Is(err, ErrDamaged) {
		t.Errorf("through a link: %v", err)
	}
	if found, notes, err := store.List(t.Context()); err != nil || len(found) != 0 || len(notes) != 1 {
		t.Errorf("found %v, notes %q, %v", found, notes, err)
	}
	check(t, store.Put(t.Context(), entryOf("a", 3000)))
	if got, err := good.Get(t.Context(), digestOf("a")); err != nil || len(got.SBOM) > 1000 {
		t.Errorf("written through a link: %d bytes, %v", len(got.SBOM), err)
	}
	check(t, os.Symlink(filepath.Join(outside, "made"), filepath.Join(store.place, lockFile)))
	if _, err := store.PutState(t.Context(), State{Name: "a"}); err == nil || !strings.Contains(err.Error(), "is no file") {
		t.Errorf("a lock elsewhere: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(outside, "made")); err == nil {
		t.Error("a file was made elsewhere")
	}
	elsewhere := t.TempDir()
	check(t, os.Symlink(filepath.Join(outside, sbomFolder), filepath.Join(elsewhere, sbomFolder)))
	if opened, err := openDir(elsewhere); err == nil {
		defer func() { check(t, opened.Close()) }()
		if _, err := opened.Get(t.Context(), digestOf("a")); err == nil || errors.Is(err, ErrMissing) {
			t.Errorf("a folder elsewhere: %v", err)
		}
	}
}

func TestLeftoversGoOnlyWhenTheyAreOld(t *testing.T) {
	store := openTemp(t)
	left := filepath.Join(store.place, sbomFolder, leftoverPrefix+"X")
	check(t, os.WriteFile(left, []byte("half"), 0o600))
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	check(t, os.Chtimes(left, now, now))
	for _, test := range []struct {
		now  time.Time
		want int
	}{{time.Time{}, 0}, {now.Add(59 * time.Minute), 0}, {now.Add(61 * time.Minute), 1}, {now.Add(61 * time.Minute), 0}} {
		done, err := store.Prune(t.Context(), Keep{Now: test.now})
		if err != nil || done.Leftovers != test.want {
			t.Errorf("at %s: %+v, %v", test.now, done, err)
		}
	}
	if found, notes, err := store.List(t.Context()); err != nil || len(found)+len(notes) != 0 {
		t.Errorf("found %v, notes %q, %v", found, notes, err)
	}
}
