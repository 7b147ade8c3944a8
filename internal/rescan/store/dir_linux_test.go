package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAPipeInThePlaceOfAnEntryIsNotWaitedFor(t *testing.T) {
	store := openTemp(t)
	check(t, syscall.Mkfifo(pathOf(store, "a"), 0o600))
	if _, err := store.Get(t.Context(), digestOf("a")); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
}

func TestAFullDiskIsAnErrorAndLosesNothing(t *testing.T) {
	place := t.TempDir()
	if err := syscall.Mount("tmpfs", place, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("a small disk can't be mounted: %v", err)
	}
	t.Cleanup(func() { check(t, syscall.Unmount(place, syscall.MNT_DETACH)) })
	store := openAt(t, place)
	check(t, store.Put(t.Context(), entryOf("a", 1000)))
	version, err := store.PutState(t.Context(), State{Name: "a", Data: []byte("one")})
	check(t, err)
	full := entryOf("a", 1<<20)
	err = store.Put(t.Context(), full)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "no space left to keep") || errors.Is(err, ErrMissing) {
		t.Errorf("got %v", err)
	}
	if _, err := store.PutState(t.Context(), State{Name: "a", Data: full.SBOM, Version: version}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a state gives %v", err)
	}
	if got, err := store.Get(t.Context(), digestOf("a")); err != nil || len(got.SBOM) > 2000 {
		t.Errorf("afterwards: %d bytes, %v", len(got.SBOM), err)
	}
	if got, err := store.State(t.Context(), "a"); err != nil || string(got.Data) != "one" {
		t.Errorf("afterwards: %+v, %v", got, err)
	}
	left, err := os.ReadDir(filepath.Join(place, sbomFolder))
	if err != nil || len(left) != 1 {
		t.Errorf("left over: %v, %v", left, err)
	}
	check(t, store.Put(t.Context(), entryOf("b", 1000)))
}
