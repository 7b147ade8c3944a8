package advisories

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	actions "github.com/containergate/gate/internal/github/cache"
	"github.com/containergate/gate/internal/github/githubtest"
)

// runner is a runner's cache service, with a keeper that shares through it.
func runner(t *testing.T) (*githubtest.CacheService, Keeper) {
	t.Helper()
	service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
	k := keeper(newClock())
	client, err := actions.New(actions.Options{URL: service.URL(), Token: "runtime-token", Sleep: k.Sleep})
	if err != nil {
		t.Fatal(err)
	}
	k.Store = client
	return service, k
}

// job runs once with an empty folder, as every job of a runner does.
func runJob(t *testing.T, k Keeper, plan gate.DatabasePlan) (notes string, err error) {
	t.Helper()
	plan.CacheDir = t.TempDir()
	plan.ActionsCache = true
	db, err := k.Open(t.Context(), plan)
	if left, _ := filepath.Glob(filepath.Join(plan.CacheDir, "tmp-*")); len(left) != 0 {
		t.Errorf("temporary files were left: %v", left)
	}
	if err != nil {
		return "", err
	}
	return strings.Join(db.Notes(), "\n"), db.Close()
}

func TestOneJobFetchesForAllThatFollow(t *testing.T) {
	s := newRogue(t, packed(t))
	service, k := runner(t)
	plan := gate.DatabasePlan{Source: s.URL, MaySave: true}
	for i := range 3 {
		notes, err := runJob(t, k, plan)
		if err != nil {
			t.Fatal(err)
		}
		if restored := strings.Contains(notes, "came from the Actions cache"); restored != (i > 0) {
			t.Errorf("job %d: notes = %q", i, notes)
		}
	}
	entries := service.Entries()
	if len(s.ranges()) != 1 || len(entries) != 1 {
		t.Fatalf("fetched %d times, saved %d entries", len(s.ranges()), len(entries))
	}
	if key := entries[0].Key; !strings.HasPrefix(key, "gate-db-v6.") || !strings.Contains(key, "-2026-09-29-"+s.sum[7:19]) {
		t.Errorf("the key is %q", key)
	}
}

func TestTheKeysOfThePublishedDatabaseAreDated(t *testing.T) {
	r, err := published()
	if err != nil {
		t.Fatal(err)
	}
	r.checksum = "sha256:" + strings.Repeat("ab", 32)
	if got := r.key(newClock().Now()); got != "gate-db-v6-2026-10-01-abababababab" || r.prefix() != "gate-db-v6-" {
		t.Errorf("key %q, prefix %q", got, r.prefix())
	}
}

func TestOnlyWhoMaySavesAndOnlyWhoIsToldToUsesTheStore(t *testing.T) {
	s := newRogue(t, packed(t))
	service, k := runner(t)
	if _, err := runJob(t, k, gate.DatabasePlan{Source: s.URL}); err != nil {
		t.Fatal(err)
	}
	if n := service.Asked(githubtest.CacheCreate); n != 0 {
		t.Errorf("a job that may not save asked to %d times", n)
	}
	before := service.Asked(githubtest.CacheLookup)
	for name, plan := range map[string]gate.DatabasePlan{
		"switched off":      {Source: s.URL, MaySave: true},
		"without a listing": {Source: s.URL + "/db.tar.zst", MaySave: true, ActionsCache: true},
		"not updating":      {Source: s.URL, MaySave: true, ActionsCache: true, NoUpdate: true},
	} {
		plan.CacheDir = t.TempDir()
		db, err := k.Open(t.Context(), plan)
		if err == nil {
			_ = db.Close()
		}
		if n := service.Asked(githubtest.CacheLookup) - before; n != 0 || service.Asked(githubtest.CacheCreate) != 0 {
			t.Errorf("%s: the service was asked", name)
		}
	}
}

func TestAStoreThatFailsIsANoteAndNothingElse(t *testing.T) {
	for name, tt := range map[string]struct {
		operation githubtest.CacheOperation
		kind      githubtest.Kind
		says      string
	}{
		"no lookup":       {githubtest.CacheLookup, githubtest.Unavailable, "could not be read"},
		"a page":          {githubtest.CacheLookup, githubtest.HTML, "could not be read"},
		"no download":     {githubtest.CacheGet, githubtest.Forbidden, "could not be read"},
		"half a download": {githubtest.CacheGet, githubtest.Truncated, "could not be read"},
		"no reservation":  {githubtest.CacheCreate, githubtest.Forbidden, "was not saved"},
		"no upload":       {githubtest.CachePut, githubtest.Reset, "was not saved"},
		"no end":          {githubtest.CacheFinalize, githubtest.Unavailable, "was not saved"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRogue(t, packed(t))
			service, k := runner(t)
			plan := gate.DatabasePlan{Source: s.URL, MaySave: true}
			if strings.Contains(tt.says, "read") {
				if _, err := runJob(t, k, plan); err != nil {
					t.Fatal(err)
				}
			}
			service.Fail(tt.operation, tt.kind, 0)
			notes, err := runJob(t, k, plan)
			if err != nil || !strings.Contains(notes, tt.says) || strings.Contains(notes, "runtime-token") || strings.Contains(notes, "sig=") {
				t.Errorf("error = %v, notes = %q", err, notes)
			}
		})
	}
}

// poison changes the only entry, file by file.
func poison(t *testing.T, service *githubtest.CacheService, change func(dir string)) {
	t.Helper()
	entry := service.Entries()[0]
	dir := t.TempDir()
	client, err := actions.New(actions.Options{URL: service.URL(), Token: "runtime-token"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Restore(t.Context(), entry.Key, nil, dir); err != nil {
		t.Fatal(err)
	}
	change(dir)
	if err := client.Save(t.Context(), "other", dir); err != nil {
		t.Fatal(err)
	}
	entry.Data = service.Entries()[1].Data
	service.Plant(entry)
}

func TestAPoisonedEntryIsNotUsedAndSaidSo(t *testing.T) {
	write := func(name, content string) func(string) {
		return func(dir string) { put(t, filepath.Join(dir, name), []byte(content)) }
	}
	for name, change := range map[string]func(dir string){
		"another archive":          write("archive", "not an archive"),
		"an archive with one byte": func(dir string) { tamper(t, filepath.Join(dir, "archive")) },
		"no archive":               func(dir string) { _ = os.Remove(filepath.Join(dir, "archive")) },
		"nothing about it":         func(dir string) { _ = os.Remove(filepath.Join(dir, "about.json")) },
		"nonsense about it":        write("about.json", "<html>"),
		"another source":           write("about.json", `{"name":"published","source":"x","digest":"","checksum":"sha256:`+strings.Repeat("0", 64)+`"}`),
		"too much said about it":   write("about.json", strings.Repeat(" ", maxAbout+1)),
		"a database of its own": func(dir string) {
			_ = copyFile(t.Context(), filepath.Join(dirOf(t), "vulnerability.db"), filepath.Join(dir, "x"))
		},
		"a database in its archive": func(dir string) { _ = os.Rename(filepath.Join(dir, "about.json"), filepath.Join(dir, "x")) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newRogue(t, packed(t))
			service, k := runner(t)
			plan := gate.DatabasePlan{Source: s.URL, MaySave: true}
			if _, err := runJob(t, k, plan); err != nil {
				t.Fatal(err)
			}
			poison(t, service, change)
			notes, err := runJob(t, k, plan)
			if err != nil {
				t.Fatal(err)
			}
			if name == "a database of its own" {
				// What is more than there should be does no harm.
				if !strings.Contains(notes, "came from the Actions cache") {
					t.Errorf("notes = %q", notes)
				}
				return
			}
			if len(s.ranges()) != 2 || !strings.Contains(notes, "was not used") {
				t.Errorf("fetched %d times, notes = %q", len(s.ranges()), notes)
			}
			// Without the publisher, the poisoned entry leaves nothing at all.
			s.listing = repeat(50, status(503, ""))
			if _, err := runJob(t, k, plan); !errors.Is(err, ErrFetch) || !strings.Contains(err.Error(), "was not used") {
				t.Errorf("error = %v", err)
			}
		})
	}
}

func TestWithoutThePublisherTheNewestEntryIsUsedAndItsAgeSaid(t *testing.T) {
	s := newRogue(t, packed(t))
	_, k := runner(t)
	plan := gate.DatabasePlan{Source: s.URL, MaySave: true}
	if _, err := runJob(t, k, plan); err != nil {
		t.Fatal(err)
	}
	s.listing = repeat(50, status(503, ""))
	notes, err := runJob(t, k, plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"could not be asked whether it is genuine", "503", "built on 2026-09-29, and its data is of 2026-09-29"} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes = %q, want %q", notes, want)
		}
	}
	other := newRogue(t, nil)
	other.listing = repeat(50, status(503, ""))
	if _, err := runJob(t, k, gate.DatabasePlan{Source: other.URL}); !errors.Is(err, ErrFetch) {
		t.Errorf("another source got the entry of this one: %v", err)
	}
}
