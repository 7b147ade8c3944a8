package advisories

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v6 "github.com/anchore/grype/grype/db/v6"
)

// weightsOf asks for what is known of vulnerabilities beside their records.
func weightsOf(t *testing.T, r v6.Reader, ids []string) map[string]weighed {
	t.Helper()
	out := map[string]weighed{}
	for _, id := range ids {
		scores, err := r.GetEpss(id)
		if err != nil {
			t.Fatal(err)
		}
		weaknesses, err := r.GetCWEs(id)
		if err != nil {
			t.Fatal(err)
		}
		out[id] = weighed{scores, weaknesses}
	}
	return out
}

func vulnerabilities(t *testing.T, r v6.Reader) []string {
	t.Helper()
	var ids, more []string
	db := behind(r)
	err := errors.Join(db.Table("vulnerability_handles").Distinct("name").Order("name").Pluck("name", &ids).Error,
		db.Table("vulnerability_aliases").Distinct("alias").Order("alias").Pluck("alias", &more).Error)
	if err != nil {
		t.Fatal(err)
	}
	return append(ids, more...)
}

func TestScoresAndWeaknessesOfManyAreThoseOfEach(t *testing.T) {
	plain := plainLibrary(t)
	ids := vulnerabilities(t, plain)
	for _, id := range ids[:10] {
		ids = append(ids, strings.ToLower(id))
	}
	ids = append(ids, "CVE-0000-0000", "", "'")
	want := weightsOf(t, plain, ids)
	scored, weak := 0, 0
	for _, w := range want {
		scored, weak = scored+len(w.scores), weak+len(w.weaknesses)
	}
	if scored == 0 || weak < 10 {
		t.Fatalf("%d scores and %d weaknesses prove little", scored, weak)
	}
	for about, next := range map[string][]string{"one after another": nil, "all at once": ids, "by their other names": ids[:len(ids)/2]} {
		r := built(t).libraries.first()
		r.next = next
		if diff := cmp.Diff(want, weightsOf(t, r, ids), cmp.AllowUnexported(weighed{})); diff != "" {
			t.Errorf("%s: %s", about, diff)
		}
	}
}

func TestWhatWasReadTogetherIsWeighedTogether(t *testing.T) {
	db := built(t)
	r := db.libraries.first()
	inDebian := questions("openssl")[3]
	found, err := db.provider.FindVulnerabilities(inDebian...)
	if err != nil || len(found) < 2 {
		t.Fatalf("%d vulnerabilities, %v", len(found), err)
	}
	for _, v := range found {
		if !r.weights.told.has(v.ID) {
			t.Errorf("%s was not weighed", v.ID)
		}
	}
	if len(r.statements.publishers.known) != 1 || len(r.statements.systems.known) == 0 {
		t.Errorf("%d answers about publishers are remembered, and %d about distributions", len(r.statements.publishers.known), len(r.statements.systems.known))
	}
	r.next = []string{"CVE-1000-0001", "GHSA-1", "CVE-1000-0002"}
	if _, err := r.GetEpss("CVE-1000-0002"); err != nil || !r.weights.told.has("CVE-1000-0001") || r.weights.told.has("GHSA-1") {
		t.Errorf("CVE-1000-0001 was not read with the one that was asked for: %v", err)
	}
}

// A database that is older than scores and weaknesses has none, whatever is in
// its tables: that is for the library to say.
func TestAnOldDatabaseIsWeighedByTheLibrary(t *testing.T) {
	dir := dirOf(t)
	change := func(statement string) {
		db, err := sql.Open("sqlite", filepath.Join(dir, "vulnerability.db"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.ExecContext(t.Context(), statement)
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{"UPDATE db_metadata SET addition = 1", "UPDATE db_metadata SET revision = 0, addition = 9", "DELETE FROM epss_metadata"} {
		change(statement)
		db, err := openDir(dir, t.TempDir(), description{})
		if err != nil {
			t.Fatal(err)
		}
		r := db.libraries.first()
		if _, ok := r.weights.of(r, "CVE-2021-23337"); ok {
			t.Errorf("%s: the library was not asked", statement)
		}
		want, wantErr := r.Reader.GetEpss("CVE-2021-23337")
		got, err := r.GetEpss("CVE-2021-23337")
		if !cmp.Equal(got, want) || (err == nil) != (wantErr == nil) {
			t.Errorf("%s: %v, %v; want %v, %v", statement, got, err, want, wantErr)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
