package advisories

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestTheFirstSourceThatAnswersRightlyIsUsed(t *testing.T) {
	archive := packed(t)
	down := func(s *rogue) { s.listing = repeat(50, status(503, "")) }
	swapped := func(s *rogue) { s.files = repeat(50, other) }
	for name, tt := range map[string]struct {
		first, second func(*rogue)
		// notes are words of the notes; says those of the error.
		note, says string
	}{
		"the first":                             {nil, nil, "", ""},
		"the mirror, as the first is down":      {down, nil, "503", ""},
		"the mirror, as the first is forged":    {swapped, nil, "checksum", ""},
		"the mirror, as the first is a page":    {func(s *rogue) { s.listing = []way{page} }, nil, "not a database listing", ""},
		"the mirror, as the first has a schema": {func(s *rogue) { s.listing = []way{schema7} }, nil, "newer schema", ""},
		"none, as all are down":                 {down, down, "", "503"},
		"none, as all are forged":               {swapped, swapped, "", "checksum"},
	} {
		t.Run(name, func(t *testing.T) {
			first, second := newRogue(t, archive), newRogue(t, archive)
			for s, change := range map[*rogue]func(*rogue){first: tt.first, second: tt.second} {
				if change != nil {
					change(s)
				}
			}
			plan := gate.DatabasePlan{Source: first.URL, Mirrors: []string{second.URL + "?token=hunter2"}, CacheDir: t.TempDir()}
			db, err := keeper(newClock()).Open(t.Context(), plan)
			if tt.says != "" {
				if err == nil || strings.Count(err.Error(), tt.says) < 2 || strings.Contains(err.Error(), "\n") {
					t.Fatalf("error = %v, want one line that says %q for both", err, tt.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			notes := strings.Join(db.Notes(), "\n")
			if (tt.note == "") != (notes == "") || !strings.Contains(notes, tt.note) || tt.note != "" && !strings.Contains(notes, second.URL) {
				t.Errorf("notes = %q, want the mirror and %q", notes, tt.note)
			}
			if strings.Contains(notes, "hunter2") {
				t.Errorf("a secret is in the notes: %s", notes)
			}
			if asked := second.listed; (asked > 0) != (tt.note != "") {
				t.Errorf("the mirror was asked %d times", asked)
			}
		})
	}
}

func TestAMirrorDoesNotTakeTheDatabaseBackInTime(t *testing.T) {
	archive := packed(t)
	first, second := newRogue(t, archive), newRogue(t, append(packed(t), 0))
	second.built = "2026-09-01T00:00:00Z"
	plan := gate.DatabasePlan{Source: first.URL, Mirrors: []string{second.URL}, CacheDir: t.TempDir()}
	if _, err := keeper(newClock()).Update(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	first.listing = repeat(50, status(503, ""))
	_, err := keeper(newClock()).Update(t.Context(), plan)
	if !errors.Is(err, ErrFetch) || !strings.Contains(err.Error(), "older than the one that is here") || len(second.ranges()) != 0 {
		t.Errorf("error = %v, the older archive was asked for %d times", err, len(second.ranges()))
	}
	db, err := keeper(newClock()).Open(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil || !strings.Contains(strings.Join(db.Notes(), ""), "the one from before is used") {
		t.Errorf("%v, notes = %v", err, db.Notes())
	}
}

func TestAMirrorThatIsNoAddressIsRefused(t *testing.T) {
	for _, mirror := range []string{"", "mirror.example", "file:///srv/db", "http://a b\x7f"} {
		plan := gate.DatabasePlan{Source: "http://127.0.0.1:1", Mirrors: []string{mirror}, CacheDir: t.TempDir()}
		if _, err := keeper(newClock()).Open(t.Context(), plan); err == nil || !strings.Contains(err.Error(), "mirror 1") {
			t.Errorf("%q: error = %v", mirror, err)
		}
	}
}

func TestAListingCarriedOverWithItsArchiveIsImported(t *testing.T) {
	archive := packed(t)
	s := newRogue(t, archive)
	listing := `{"status":"active","schemaVersion":"6.1.10","built":"2026-09-29T00:00:00Z","path":"../db.tar.zst","checksum":"` + s.sum + `"}`
	for name, tt := range map[string]struct {
		listing, archive string
		says             string
	}{
		"whole":              {listing, string(archive), ""},
		"another archive":    {listing, string(archive) + "x", "checksum"},
		"no archive":         {listing, "", "not found"},
		"no listing at all":  {"<html>", string(archive), "not a database listing"},
		"a listing too long": {strings.Repeat(" ", maxListing+1), string(archive), "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, filepath.Join(dir, "latest.json"), []byte(tt.listing))
			if tt.archive != "" {
				put(t, filepath.Join(dir, "db.tar.zst"), []byte(tt.archive))
			}
			plan := gate.DatabasePlan{CacheDir: t.TempDir(), NoUpdate: true}
			err := Import(t.Context(), plan, filepath.Join(dir, "latest.json"))
			if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("error = %v, want one that says %q", err, tt.says)
			}
			if err == nil {
				opened(t, plan)
			}
		})
	}
}
