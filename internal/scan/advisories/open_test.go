package advisories

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// testData is a file of the data that lies beside the repository, or a skip.
func testData(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join("../../../../shared/data/vulnerabilities", name)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("%s is not beside the repository", name)
	}
	return file
}

// snapshot is what a folder holds: names, sizes, times of change.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(e.Name() + " " + info.ModTime().Format(time.RFC3339Nano) + " " + info.Mode().String() + "\n")
	}
	return b.String()
}

func TestADatabaseOfTheUserIsOpenedHoweverItIsNamedAndNeverChanged(t *testing.T) {
	dir := dirOf(t)
	database := filepath.Join(dir, "vulnerability.db")
	bare := t.TempDir()
	mustCopy(t, database, filepath.Join(bare, "vulnerability.db"))
	named := t.TempDir()
	mustCopy(t, database, filepath.Join(named, "company.db"))
	nested := t.TempDir()
	mustCopy(t, database, filepath.Join(nested, "6", "vulnerability.db"))
	odd := filepath.Join(t.TempDir(), "a?b#c%20d")
	mustCopy(t, database, filepath.Join(odd, "vulnerability.db"))
	for name, tt := range map[string]struct{ folder, source string }{
		"its folder":                      {dir, dir},
		"the file in it":                  {dir, database},
		"a bare file without import.json": {bare, filepath.Join(bare, "vulnerability.db")},
		"a folder without import.json":    {bare, bare},
		"a file of another name":          {named, filepath.Join(named, "company.db")},
		"the folder above 6, as Grype's":  {filepath.Join(nested, "6"), nested},
		"a path with signs of a URL":      {odd, filepath.Join(odd, "vulnerability.db")},
	} {
		t.Run(name, func(t *testing.T) {
			before := snapshot(t, tt.folder)
			db := opened(t, gate.DatabasePlan{Source: tt.source, CacheDir: filepath.Join(t.TempDir(), "none")})
			if db.Captured().IsZero() || len(db.Data()) < 3 {
				t.Errorf("captured %v, data %v", db.Captured(), db.Data())
			}
			if after := snapshot(t, tt.folder); after != before {
				t.Errorf("the folder changed:\n%s\nto\n%s", before, after)
			}
		})
	}
}

func mustCopy(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseWithoutIndexesIsIndexedInTheCacheOnce(t *testing.T) {
	source := filepath.Join(t.TempDir(), "vulnerability.db")
	mustCopy(t, filepath.Join(dirOf(t), "vulnerability.db"), source)
	dropIndexes(t, source)
	before := snapshot(t, filepath.Dir(source))
	cacheDir := t.TempDir()
	opened(t, gate.DatabasePlan{Source: source, CacheDir: cacheDir})
	first := snapshot(t, filepath.Join(cacheDir, "data"))
	opened(t, gate.DatabasePlan{Source: source, CacheDir: cacheDir})
	if second := snapshot(t, filepath.Join(cacheDir, "data")); first == "" || second != first {
		t.Errorf("the second opening changed the cache:\n%s\nto\n%s", first, second)
	}
	if after := snapshot(t, filepath.Dir(source)); after != before {
		t.Errorf("the user's folder changed:\n%s\nto\n%s", before, after)
	}
	if left, _ := filepath.Glob(filepath.Join(cacheDir, "tmp-*")); len(left) != 0 {
		t.Errorf("temporary files were left: %v", left)
	}
}

func dropIndexes(t *testing.T, file string) {
	t.Helper()
	alter(t, file, func(db *sql.DB) {
		var names string
		row := db.QueryRowContext(t.Context(), "SELECT group_concat('DROP INDEX `' || name || '`', ';') FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
		if err := row.Scan(&names); err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), names); err != nil {
			t.Fatal(err)
		}
	})
}

func alter(t *testing.T, file string, change func(*sql.DB)) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	change(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsNotAUsableDatabaseIsRefusedWithTheReason(t *testing.T) {
	good, err := os.ReadFile(filepath.Join(dirOf(t), "vulnerability.db"))
	if err != nil {
		t.Fatal(err)
	}
	model := func(n string) func(t *testing.T, file string) {
		return func(t *testing.T, file string) {
			put(t, file, good)
			alter(t, file, func(db *sql.DB) {
				if _, err := db.ExecContext(t.Context(), "UPDATE db_metadata SET model = "+n); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
	for name, tt := range map[string]struct {
		file string
		make func(t *testing.T, file string)
		want error
		says string
	}{
		"a file that is not there":         {"vulnerability.db", func(*testing.T, string) {}, ErrMissing, "its folder, an archive or a URL"},
		"text with the name of one":        {"vulnerability.db", text("not a database"), ErrCorrupt, "not an SQLite file"},
		"an empty file":                    {"vulnerability.db", text(""), ErrCorrupt, "not an SQLite file"},
		"a database cut short":             {"vulnerability.db", func(t *testing.T, f string) { put(t, f, good[:len(good)/2]) }, ErrCorrupt, "of"},
		"some other SQLite file":           {"vulnerability.db", sqlite("CREATE TABLE a (b)"), ErrCorrupt, "without vulnerability tables"},
		"a database of schema 5":           {"vulnerability.db", sqlite("CREATE TABLE id (build_timestamp, schema_version); CREATE TABLE vulnerability (pk)"), ErrTooOld, "use a current database"},
		"a database of an earlier model":   {"vulnerability.db", model("5"), ErrTooOld, "5.1.10"},
		"a database of a later model":      {"vulnerability.db", model("7"), ErrTooNew, "use a newer gate"},
		"text with the name of an archive": {"db.tar.zst", text("this is not an archive at all"), ErrCorrupt, "not a .tar.zst"},
		"an archive of something else": {"db.tar.gz", func(t *testing.T, f string) {
			if err := pack(t.Context(), filepath.Join(exampleRecords, "npm.json"), f); err != nil {
				t.Fatal(err)
			}
		}, ErrCorrupt, ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), tt.file)
			tt.make(t, file)
			cacheDir := t.TempDir()
			db, err := Open(t.Context(), gate.DatabasePlan{Source: file, CacheDir: cacheDir})
			if db != nil {
				_ = db.Close()
			}
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error = %v\nwant %v that says %q", err, tt.want, tt.says)
			}
			if left, _ := filepath.Glob(filepath.Join(cacheDir, "tmp-*")); len(left) != 0 {
				t.Errorf("temporary files were left: %v", left)
			}
		})
	}
}

func put(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func text(content string) func(*testing.T, string) {
	return func(t *testing.T, file string) { put(t, file, []byte(content)) }
}

func sqlite(statements string) func(*testing.T, string) {
	return func(t *testing.T, file string) {
		alter(t, file, func(db *sql.DB) {
			if _, err := db.ExecContext(t.Context(), statements); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestADatabaseThatChangedAfterItsImportIsCorrupt(t *testing.T) {
	dir := dirOf(t)
	f, err := os.OpenFile(filepath.Join(dir, "vulnerability.db"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(bytes.Repeat([]byte{0}, 4096))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), gate.DatabasePlan{Source: dir})
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("error = %v, want a wrong checksum", err)
	}
}

func TestTheAgeOfADatabaseIsThatOfItsData(t *testing.T) {
	db := built(t)
	captured := db.Captured()
	for name, tt := range map[string]struct {
		now   time.Time
		limit time.Duration
		want  string
	}{
		"fresh":                     {captured.Add(24 * time.Hour), 5 * 24 * time.Hour, ""},
		"just at the limit":         {captured.Add(5 * 24 * time.Hour), 5 * 24 * time.Hour, ""},
		"too old":                   {captured.Add(6 * 24 * time.Hour), 5 * 24 * time.Hour, "6 days old (of 2026-09-29), and at most 5 days"},
		"hours":                     {captured.Add(3 * time.Hour), time.Hour, "3 hours old (of 2026-09-29), and at most 1 hour"},
		"too old, but nobody minds": {captured.Add(1000 * 24 * time.Hour), 0, ""},
		"from the future":           {captured.Add(-48 * time.Hour), 24 * time.Hour, "dated in the future"},
	} {
		t.Run(name, func(t *testing.T) {
			gap, old := db.CheckAge(tt.now, tt.limit)
			if old != (tt.want != "") || !strings.Contains(gap.Message, tt.want) {
				t.Errorf("gap = %v, %q; want %q", old, gap.Message, tt.want)
			}
			if old && (gap.Guard != gate.GuardDatabaseAge || gap.Next == "") {
				t.Errorf("gap = %+v", gap)
			}
		})
	}
}

func TestADatabaseThatDoesNotSayHowOldItIsCountsAsTooOld(t *testing.T) {
	file := filepath.Join(t.TempDir(), "vulnerability.db")
	mustCopy(t, filepath.Join(dirOf(t), "vulnerability.db"), file)
	alter(t, file, func(db *sql.DB) {
		if _, err := db.ExecContext(t.Context(), "UPDATE providers SET date_captured = NULL"); err != nil {
			t.Fatal(err)
		}
	})
	db := opened(t, gate.DatabasePlan{Source: file})
	if _, old := db.CheckAge(time.Now(), 1000*time.Hour); !old {
		t.Error("a database without a date should fail every limit")
	}
	if _, old := db.CheckAge(time.Now(), 0); old {
		t.Error("without a limit the date does not matter")
	}
}

func TestACancelledOpeningLeavesNothingBehind(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "db.tar.gz")
	if err := pack(t.Context(), filepath.Join(dirOf(t), "vulnerability.db"), archive); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cacheDir := t.TempDir()
	if _, err := Open(ctx, gate.DatabasePlan{Source: archive, CacheDir: cacheDir}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(cacheDir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestARealArchiveOpens(t *testing.T) {
	archive := testData(t, "grype-db-small.tar.zst")
	db := opened(t, gate.DatabasePlan{Source: archive, CacheDir: t.TempDir()})
	if db.Captured().Year() < 2026 || len(db.Data()) < 5 {
		t.Errorf("captured %v, %d sources", db.Captured(), len(db.Data()))
	}
}
