package advisories

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

func TestTheChecksumOfAFileIsComputedOnceForEachIdentity(t *testing.T) {
	clock := newClock()
	m := memory{dir: filepath.Join(t.TempDir(), "verified"), now: clock.Now}
	file := filepath.Join(t.TempDir(), "vulnerability.db")
	touch := func(content string, at time.Time) {
		put(t, file, []byte(content))
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	old := clock.Now().Add(-time.Hour)
	touch("one", old)
	computed := 0
	ask := func(algorithm string) {
		t.Helper()
		if _, err := m.sum(file, algorithm, func() (string, error) { computed++; return algorithm, nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name   string
		change func()
		want   int
	}{
		{"the first use", func() {}, 1},
		{"the second use", func() {}, 0},
		{"another time of change", func() { touch("one", old.Add(time.Second)) }, 1},
		{"the same again", func() {}, 0},
		{"another size", func() { touch("three", old.Add(time.Second)) }, 1},
		{"another file in its place", func() {
			if err := os.Rename(file, file+".before"); err != nil {
				t.Fatal(err)
			}
			touch("three", old.Add(time.Second))
		}, 1},
		{"changed just now", func() { touch("three", clock.Now()) }, 1},
		{"changed just now is not remembered", func() {}, 1},
		{"some time later it is", func() { clock.advance(time.Minute) }, 1},
		{"and was", func() {}, 0},
		{"a damaged record", func() { damage(t, m.dir, "{") }, 1},
		{"a record of something else", func() { damage(t, m.dir, `{"size":-1}`) }, 1},
		{"a record without end", func() { damage(t, m.dir, string(make([]byte, maxRemembered+1))) }, 1},
		{"no record", func() {
			if err := os.RemoveAll(m.dir); err != nil {
				t.Fatal(err)
			}
		}, 1},
	} {
		step.change()
		computed = 0
		ask("xxh64")
		if computed != step.want {
			t.Errorf("%s: computed %d times, want %d", step.name, computed, step.want)
		}
	}
	computed = 0
	ask("sha256")
	ask("sha256")
	ask("xxh64")
	if computed != 1 {
		t.Errorf("two algorithms do not stand side by side: computed %d times", computed)
	}
}

func damage(t *testing.T, dir, content string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("records: %v, %v", files, err)
	}
	put(t, files[0], []byte(content))
}

func TestTheMemoryDoesNotGrowWithoutEnd(t *testing.T) {
	clock := newClock()
	m := memory{dir: t.TempDir(), now: clock.Now}
	dir := t.TempDir()
	for i := range 3 * maxRecords {
		file := filepath.Join(dir, string(rune('a'+i)))
		put(t, file, []byte("x"))
		old := clock.Now().Add(-time.Hour)
		if err := os.Chtimes(file, old, old); err != nil {
			t.Fatal(err)
		}
		if _, err := m.sum(file, "sha256", func() (string, error) { return "x", nil }); err != nil {
			t.Fatal(err)
		}
	}
	if entries, err := os.ReadDir(m.dir); err != nil || len(entries) > maxRecords {
		t.Errorf("%d records, %v", len(entries), err)
	}
}

func TestADatabaseIsHashedWhenItIsNewAndWhenItChangedAndNotOtherwise(t *testing.T) {
	s := newRogue(t, packed(t))
	plan := gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()}
	clock := newClock()
	open := func() error {
		db, err := keeper(clock).Open(t.Context(), plan)
		if err != nil {
			return err
		}
		return db.Close()
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	plan.NoUpdate = true
	file := filepath.Join(plan.CacheDir, "data")
	files, _ := filepath.Glob(filepath.Join(file, "*", "vulnerability.db"))
	if len(files) != 1 {
		t.Fatalf("%v", files)
	}
	old := clock.Now().Add(-time.Hour)
	if err := os.Chtimes(files[0], old, old); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	// Behind gate's back, and with the time set back: this is not found out.
	tamper(t, files[0])
	if err := os.Chtimes(files[0], old, old); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil {
		t.Errorf("the file was read again: %v", err)
	}
	// With any other time it is.
	if err := os.Chtimes(files[0], old, old.Add(time.Nanosecond)); err != nil {
		t.Fatal(err)
	}
	if err := open(); !errors.Is(err, ErrCorrupt) {
		t.Errorf("error = %v, want a wrong checksum", err)
	}
}

// tamper changes the last byte of a file.
func tamper(t *testing.T, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	put(t, file, raw)
}
