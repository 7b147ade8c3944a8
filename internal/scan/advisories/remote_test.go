package advisories

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// mirror serves an archive and the latest.json that names it, and counts.
type mirror struct {
	*httptest.Server
	mu       sync.Mutex
	archive  []byte
	checksum string
	model    int
	down     bool
	asked    map[string]int
}

func newMirror(t *testing.T) *mirror {
	t.Helper()
	file := filepath.Join(t.TempDir(), "db.tar.zst")
	if err := pack(t.Context(), filepath.Join(dirOf(t), "vulnerability.db"), file); err != nil {
		t.Fatal(err)
	}
	archive, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := &mirror{archive: archive, model: 6, asked: map[string]int{}}
	sum := sha256.Sum256(archive)
	m.checksum = "sha256:" + hex.EncodeToString(sum[:])
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := filepath.Base(r.URL.Path)
	m.asked[name]++
	switch {
	case m.down:
		http.Error(w, "down", http.StatusServiceUnavailable)
	case name == "latest.json":
		_, _ = fmt.Fprintf(w, `{"status":"active","schemaVersion":"%d.1.10","built":"2026-09-29T00:00:00Z","path":"db.tar.zst","checksum":%q}`, m.model, m.checksum)
	case name == "db.tar.zst":
		w.Header().Set("ETag", `"one"`)
		if r.Header.Get("If-None-Match") == `"one"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		m.asked["sent"]++
		_, _ = w.Write(m.archive)
	default:
		http.NotFound(w, r)
	}
}

func TestADatabaseIsFetchedOnceFromWhereverItIs(t *testing.T) {
	for name, address := range map[string]string{
		"a listing":                    "/databases/v6/latest.json",
		"the folder above the listing": "/databases",
		"an archive":                   "/databases/v6/db.tar.zst",
	} {
		t.Run(name, func(t *testing.T) {
			m := newMirror(t)
			plan := gate.DatabasePlan{Source: m.URL + address, CacheDir: t.TempDir()}
			opened(t, plan)
			opened(t, plan)
			if m.asked["sent"] != 1 {
				t.Errorf("the archive was sent %d times: %v", m.asked["sent"], m.asked)
			}
			plan.NoUpdate = true
			before := m.asked["latest.json"] + m.asked["db.tar.zst"]
			opened(t, plan)
			if after := m.asked["latest.json"] + m.asked["db.tar.zst"]; after != before {
				t.Error("the network was asked although updating is off")
			}
		})
	}
}

func TestAnArchiveWithAGivenChecksumIsNotAskedForAgain(t *testing.T) {
	m := newMirror(t)
	plan := gate.DatabasePlan{Source: m.URL + "/db.tar.zst?checksum=" + m.checksum, CacheDir: t.TempDir()}
	opened(t, plan)
	opened(t, plan)
	if m.asked["db.tar.zst"] != 1 {
		t.Errorf("asked %d times", m.asked["db.tar.zst"])
	}
}

func TestWhatIsFetchedMustHaveThePromisedChecksum(t *testing.T) {
	for _, address := range []string{"/v6/latest.json", "/db.tar.zst?checksum=sha256:" + strings.Repeat("0", 64)} {
		m := newMirror(t)
		m.checksum = "sha256:" + strings.Repeat("0", 64)
		cacheDir := t.TempDir()
		_, err := Open(t.Context(), gate.DatabasePlan{Source: m.URL + address, CacheDir: cacheDir})
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "checksum") {
			t.Errorf("error = %v", err)
		}
		if kept, _ := filepath.Glob(filepath.Join(cacheDir, "data", "*")); len(kept) != 0 {
			t.Errorf("kept all the same: %v", kept)
		}
	}
}

func TestAMirrorThatIsDownLeavesTheDatabaseFromBeforeWithANote(t *testing.T) {
	m := newMirror(t)
	plan := gate.DatabasePlan{Source: m.URL, CacheDir: t.TempDir()}
	opened(t, plan)
	m.down = true
	db, err := keeper(newClock()).Open(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	notes := db.Notes()
	if len(notes) != 2 || !strings.Contains(notes[0], "503") || !strings.Contains(notes[1], "built on 2026-09-29, and its data is of 2026-09-29") {
		t.Errorf("notes = %v, want one that says why and one with the age", notes)
	}
}

func TestAMirrorThatIsDownFromTheStartIsAnError(t *testing.T) {
	m := newMirror(t)
	m.down = true
	_, err := keeper(newClock()).Open(t.Context(), gate.DatabasePlan{Source: m.URL, CacheDir: t.TempDir()})
	if !errors.Is(err, ErrFetch) {
		t.Errorf("error = %v, want ErrFetch", err)
	}
}

func TestAMirrorOfAnotherSchemaIsRefused(t *testing.T) {
	for model, want := range map[int]error{5: ErrTooOld, 7: ErrTooNew} {
		m := newMirror(t)
		m.model = model
		_, err := Open(t.Context(), gate.DatabasePlan{Source: m.URL, CacheDir: t.TempDir()})
		if !errors.Is(err, want) {
			t.Errorf("model %d: error = %v, want %v", model, err, want)
		}
	}
}

func TestWithUpdatingOffAndNothingInTheCacheThereIsNoDatabase(t *testing.T) {
	for _, source := range []string{"", "http://127.0.0.1:1/databases"} {
		_, err := Open(t.Context(), gate.DatabasePlan{Source: source, CacheDir: t.TempDir(), NoUpdate: true})
		if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "gate db update") {
			t.Errorf("source %q: error = %v", source, err)
		}
	}
}

func TestALoginInAnAddressIsNotRepeated(t *testing.T) {
	m := newMirror(t)
	m.down = true
	address := strings.Replace(m.URL, "http://", "http://user:hunter2@", 1) + "/v6/latest.json?token=hunter2"
	_, err := keeper(newClock()).Open(t.Context(), gate.DatabasePlan{Source: address, CacheDir: t.TempDir()})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error = %v", err)
	}
	_, err = keeper(newClock()).Open(t.Context(), gate.DatabasePlan{Source: "http://user:hunter2@127.0.0.1:1/?token=hunter2", CacheDir: t.TempDir()})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error = %v", err)
	}
}

func TestAnImportedDatabaseIsUsedWhereNoneIsNamed(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "db.tar.zst")
	if err := pack(t.Context(), filepath.Join(dirOf(t), "vulnerability.db"), archive); err != nil {
		t.Fatal(err)
	}
	m := newMirror(t)
	for name, source := range map[string]string{
		"an archive": archive,
		"a folder":   dirOf(t),
		"a URL":      m.URL + "/db.tar.zst",
	} {
		t.Run(name, func(t *testing.T) {
			plan := gate.DatabasePlan{CacheDir: t.TempDir(), NoUpdate: true}
			if err := Import(t.Context(), plan, source); err != nil {
				t.Fatal(err)
			}
			db := opened(t, plan)
			if db.Captured().IsZero() {
				t.Error("the import lost the date")
			}
		})
	}
}

func TestAnUpdateSaysWhetherThereWasAnythingNew(t *testing.T) {
	m := newMirror(t)
	plan := gate.DatabasePlan{Source: m.URL, CacheDir: t.TempDir()}
	for _, want := range []bool{true, false} {
		got, err := Update(t.Context(), plan)
		if err != nil || got != want {
			t.Errorf("update = %v, %v; want %v", got, err, want)
		}
	}
	if _, err := Update(t.Context(), gate.DatabasePlan{Source: "some.db"}); err == nil {
		t.Error("a file on disk cannot be updated")
	}
}

func TestANewerDatabaseReplacesTheOneBeforeOnDisk(t *testing.T) {
	m := newMirror(t)
	plan := gate.DatabasePlan{Source: m.URL, CacheDir: t.TempDir()}
	reading := opened(t, plan)
	closed, err := Open(t.Context(), plan)
	if err == nil {
		err = closed.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "db.tar.gz")
	if err := pack(t.Context(), filepath.Join(dirOf(t), "vulnerability.db"), other); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	m.change(raw)
	opened(t, plan)
	kept := func() int {
		found, _ := filepath.Glob(filepath.Join(plan.CacheDir, "data", "*"))
		return len(found)
	}
	if kept() != 2 {
		t.Errorf("the cache keeps %d; the one that is being read must stay", kept())
	}
	if err := reading.libraries.first().Close(); err != nil {
		t.Fatal(err)
	}
	reading.release()
	m.change(append(raw, 0))
	opened(t, plan)
	if kept() != 2 {
		t.Errorf("the cache keeps %d; the one that is not read any more must go", kept())
	}
}

// change gives the mirror another archive.
func (m *mirror) change(archive []byte) {
	sum := sha256.Sum256(archive)
	m.archive, m.checksum = archive, "sha256:"+hex.EncodeToString(sum[:])
}
