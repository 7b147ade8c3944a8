package guards_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ofTheDatabase is what may be wrong with a database at hand.
func ofTheDatabase() map[string]fault {
	return map[string]fault{
		"database-missing": func(t *testing.T, broken bool) call {
			return scanWith(t, choose(broken, filepath.Join(t.TempDir(), "nowhere"), examples(t)))
		},
		"database-cut": copiedDatabase(func(t *testing.T, folder string) {
			text := load(t, filepath.Join(folder, "vulnerability.db"))
			put(t, filepath.Join(folder, "vulnerability.db"), text[:len(text)/2])
		}),
		"database-is-none": copiedDatabase(func(t *testing.T, folder string) {
			put(t, filepath.Join(folder, "vulnerability.db"), "advisories")
		}),
		"database-changed": func(t *testing.T, broken bool) call {
			folder := copyOf(t, examples(t), "vulnerability.db", "import.json")
			if broken {
				text := load(t, filepath.Join(folder, "vulnerability.db"))
				put(t, filepath.Join(folder, "vulnerability.db"), text+"\x00")
			}
			return scanWith(t, folder)
		},
		"database-of-an-old-schema": func(t *testing.T, broken bool) call {
			folder := t.TempDir()
			put(t, filepath.Join(folder, choose(broken, "5", "6"), "vulnerability.db"), load(t, filepath.Join(examples(t), "vulnerability.db")))
			return scanWith(t, folder)
		},
		"database-old": datedDatabase(func(now time.Time) time.Time { return now.AddDate(0, 0, -9) }),
		"database-of-the-future": datedDatabase(func(now time.Time) time.Time {
			return now.AddDate(0, 0, 9)
		}),
		"database-without-the-distro": func(t *testing.T, broken bool) call {
			return scanWith(t, advisories(t, fmt.Sprintf(dated, "2026-01-01"), strings.Replace(record, "debian:12", choose(broken, "alpine:3.20", "debian:12"), 1)))
		},
	}
}

const (
	dated  = `{"name":"n","captured":"%s","epssDate":"2026-01-01"}`
	record = `[{"id":"CVE-2020-0001","source":"https://example.org/x","severity":"low","affected":[{"ecosystem":"debian:12","package":"zlib","fixed":"1:1.2"}]}]`
)

// scanWith scans an image with a database.
func scanWith(t *testing.T, database string) call {
	t.Helper()
	c := newScene(t).scan(debian())
	c.env["GATE_DB"] = database
	return c
}

func load(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func copyOf(t *testing.T, folder string, names ...string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range names {
		put(t, filepath.Join(to, name), load(t, filepath.Join(folder, name)))
	}
	return to
}

// copiedDatabase spoils a copy of the database that has no checksum beside it.
func copiedDatabase(spoil func(t *testing.T, folder string)) fault {
	return func(t *testing.T, broken bool) call {
		folder := copyOf(t, examples(t), "vulnerability.db")
		if broken {
			spoil(t, folder)
		}
		return scanWith(t, folder)
	}
}

// datedDatabase has data of another day than today.
func datedDatabase(day func(now time.Time) time.Time) fault {
	return func(t *testing.T, broken bool) call {
		now := time.Now()
		c := scanWith(t, advisories(t, fmt.Sprintf(dated, choose(broken, day(now), now).UTC().Format(time.DateOnly)), record))
		c.env["GATE_MAX_DB_AGE"] = "5d"
		return c
	}
}

// ofTheDatabasesSource is what may be wrong with the server of a database.
func ofTheDatabasesSource() map[string]fault {
	return map[string]fault{
		"mirror-silent": mirror(func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusForbidden) }),
		"mirror-of-something-else": mirror(func(w http.ResponseWriter, listing string) {
			say(w, strings.Replace(listing, "{", "<html>{", 1))
		}),
		"mirror-of-a-newer-schema": mirror(func(w http.ResponseWriter, listing string) {
			say(w, strings.Replace(listing, `"6.`, `"7.`, 1))
		}),
		"mirror-without-checksum": mirror(func(w http.ResponseWriter, listing string) {
			say(w, strings.Replace(listing, "sha256:", "md5:", 1))
		}),
		"mirror-with-another-file": mirror(func(w http.ResponseWriter, listing string) {
			say(w, listing[:len(listing)-6]+"0000\"}")
		}),
	}
}

func say(w http.ResponseWriter, text string) { _, _ = w.Write([]byte(text)) }

// mirror serves a database; spoil answers for its listing.
func mirror(spoil func(w http.ResponseWriter, listing string)) fault {
	return func(t *testing.T, broken bool) call {
		data := load(t, filepath.Join(examples(t), "vulnerability.db"))
		listing := fmt.Sprintf(`{"status":"active","schemaVersion":"6.1.10","built":"2026-01-01T00:00:00Z","path":"vulnerability.db","checksum":%q}`, digest([]byte(data)))
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch isListing := strings.HasSuffix(r.URL.Path, "latest.json"); {
			case isListing && broken:
				spoil(w, listing)
			case isListing:
				say(w, listing)
			default:
				say(w, data)
			}
		}))
		t.Cleanup(server.Close)
		return scanWith(t, server.URL+"/v6/latest.json")
	}
}
