package attack_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/scan/advisories"
)

// throughTheCache is what somebody does who can write the repository's Actions
// cache, and who wants to.
func throughTheCache() map[string]attack {
	return map[string]attack{
		"poison-the-database-cache": poisonTheDatabaseCache,
		"fill-the-database-cache":   fillTheDatabaseCache,
	}
}

// shelf is a cache of the runner: one entry, which fits every key.
type shelf struct {
	files tree
	saved int
}

// Restore implements advisories.Store.
func (s *shelf) Restore(_ context.Context, key string, _ []string, dir string) (string, error) {
	if len(s.files) == 0 {
		return "", nil
	}
	for name, text := range s.files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return key, nil
}

// Save implements advisories.Store.
func (s *shelf) Save(_ context.Context, _, dir string) error {
	s.saved++
	s.files = tree{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		s.files[e.Name()] = string(data)
	}
	return nil
}

// open is one job that opens its database with an empty folder of its own.
func (s *shelf) open(t *testing.T, source string, save bool) (*advisories.DB, error) {
	t.Helper()
	now := today()
	keeper := advisories.Keeper{Store: s, Now: func() time.Time { return now }, Sleep: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() }}
	db, err := keeper.Open(t.Context(), gate.DatabasePlan{Source: source, CacheDir: t.TempDir(), ActionsCache: true, MaySave: save})
	if err == nil {
		t.Cleanup(func() { _ = db.Close() })
	}
	return db, err
}

// publisher is a mirror of a database that can be made to keep silent.
func publisher(t *testing.T, database string) (source string, asked *int, silence func()) {
	t.Helper()
	silent, fetched := false, 0
	inner := mirror(t, read(t, filepath.Join(database, "vulnerability.db")), func(data []byte) []byte { fetched++; return data })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if silent {
			http.Error(w, "gone", http.StatusServiceUnavailable)
			return
		}
		inner.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v6/latest.json", &fetched, func() { silent = true }
}

func poisonTheDatabaseCache(t *testing.T) {
	other := string(read(t, filepath.Join(advisoriesOf(t, fmt.Sprintf(dated, "2026-09-29"), record), "vulnerability.db")))
	for name, poison := range map[string]func(files tree){
		"another database":        func(files tree) { files["archive"] = other },
		"one byte":                func(files tree) { files["archive"] = files["archive"][:len(files["archive"])-1] + "~" },
		"an archive that is none": func(files tree) { files["archive"] = "x" },
		"no word on it":           func(files tree) { delete(files, "about.json") },
		"the word of another": func(files tree) {
			files["about.json"] = strings.Replace(files["about.json"], `"name":"`, `"name":"x`, 1)
		},
		"a checksum that is none":  func(files tree) { files["about.json"] = strings.Replace(files["about.json"], "sha256:", "md5:", 1) },
		"no archive":               func(files tree) { delete(files, "archive") },
		"a bomb in place of words": func(files tree) { files["about.json"] = strings.Repeat("[", 1<<20) },
	} {
		t.Run(name, func(t *testing.T) {
			source, fetched, silence := publisher(t, database(t))
			s := &shelf{}
			if _, err := s.open(t, source, true); err != nil || s.saved != 1 {
				t.Fatalf("saved %d times: %v", s.saved, err)
			}
			good := maps.Clone(s.files)
			poison(s.files)
			db, err := s.open(t, source, false)
			if err != nil {
				t.Fatal(err)
			}
			if *fetched != 2 || !strings.Contains(strings.Join(db.Notes(), "\n"), "was not used") {
				t.Errorf("fetched %d times, notes %q", *fetched, db.Notes())
			}
			silence()
			if _, err := s.open(t, source, false); !errors.Is(err, advisories.ErrFetch) {
				t.Errorf("without the publisher: %v", err)
			}
			s.files = good
			if _, err := s.open(t, source, false); err != nil {
				t.Errorf("the genuine entry: %v", err)
			}
		})
	}
	t.Run("an older database that was genuine", func(t *testing.T) {
		old := &shelf{}
		source, _, _ := publisher(t, advisoriesOf(t, fmt.Sprintf(dated, "2026-01-01"), record))
		if _, err := old.open(t, source, true); err != nil {
			t.Fatal(err)
		}
		now, fetched, silence := publisher(t, database(t))
		fresh := &shelf{}
		if _, err := fresh.open(t, now, true); err != nil {
			t.Fatal(err)
		}
		// The old entry says that it is of this publisher.
		fresh.files["archive"], fresh.files["about.json"] = old.files["archive"], sayOf(t, fresh.files["about.json"], old.files["about.json"])
		if _, err := fresh.open(t, now, false); err != nil || *fetched != 2 {
			t.Errorf("fetched %d times: %v", *fetched, err)
		}
		silence()
		db, err := fresh.open(t, now, false)
		if err != nil {
			t.Fatal(err)
		}
		if gap, tooOld := db.CheckAge(today(), 5*24*time.Hour); !tooOld || gap.Guard != gate.GuardDatabaseAge {
			t.Errorf("gap %+v, %t", gap, tooOld)
		}
		if !strings.Contains(strings.Join(db.Notes(), "\n"), "could not be asked whether it is genuine") {
			t.Errorf("notes %q", db.Notes())
		}
	})
}

// sayOf is what one entry says of itself, with the checksum of another.
func sayOf(t *testing.T, name, checksum string) string {
	t.Helper()
	const before = `"checksum":"`
	cut := func(text string) string {
		_, rest, found := strings.Cut(text, before)
		if !found {
			t.Fatalf("there is no checksum in %q", text)
		}
		return rest[:len("sha256:")+64]
	}
	return strings.Replace(name, cut(name), cut(checksum), 1)
}

func fillTheDatabaseCache(t *testing.T) {
	const main = "refs/heads/main"
	for name, c := range map[string]struct {
		event github.Event
		may   bool
	}{
		"a pull request":                        {github.Event{Name: "pull_request", Ref: "refs/pull/7/merge", DefaultBranch: "main"}, false},
		"one that says it is the branch":        {github.Event{Name: "pull_request", Ref: main, DefaultBranch: "main"}, false},
		"one with the powers of the repository": {github.Event{Name: "pull_request_target", Ref: main, DefaultBranch: "main"}, false},
		"a run after a pull request's":          {github.Event{Name: "workflow_run", Ref: main, DefaultBranch: "main"}, false},
		"a comment":                             {github.Event{Name: "issue_comment", Ref: main, DefaultBranch: "main"}, false},
		"a merge group":                         {github.Event{Name: "merge_group", Ref: "refs/heads/gh-readonly-queue/main/pr-7", DefaultBranch: "main"}, false},
		"a push to another branch":              {github.Event{Name: "push", Ref: "refs/heads/topic", DefaultBranch: "main"}, false},
		"a tag of the branch's name":            {github.Event{Name: "push", Ref: "refs/tags/main", DefaultBranch: "main"}, false},
		"an event without its branch":           {github.Event{Name: "push", Ref: "refs/heads/"}, false},
		"a push to the default branch":          {github.Event{Name: "push", Ref: main, DefaultBranch: "main"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			source, _, _ := publisher(t, database(t))
			s := &shelf{}
			if _, err := s.open(t, source, c.event.OfDefaultBranch()); err != nil {
				t.Fatal(err)
			}
			if (s.saved > 0) != c.may {
				t.Errorf("it saved %d times", s.saved)
			}
		})
	}
}
