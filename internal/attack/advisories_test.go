package attack_test

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
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan/advisories"
)

// throughTheAdvisories is what somebody does who writes or serves advisories.
func throughTheAdvisories() map[string]attack {
	return map[string]attack{
		"old-advisories":      oldAdvisories,
		"swapped-database":    swappedDatabase,
		"text-of-an-advisory": textOfAnAdvisory,
	}
}

// advisoriesOf builds a database of other records, in place of Debian's.
func advisoriesOf(t *testing.T, manifest, debian string) string {
	t.Helper()
	in, out := t.TempDir(), filepath.Join(t.TempDir(), "db")
	put(t, filepath.Join(in, "manifest.json"), manifest)
	put(t, filepath.Join(in, "debian.json"), debian)
	if err := advisories.Build(t.Context(), in, out); err != nil {
		t.Fatal(err)
	}
	return out
}

const (
	record = `[{"id":"CVE-2020-0001","source":"https://example.org/x","license":"facts only","description":"x","severity":"low","affected":[{"ecosystem":"debian:12","package":"zlib","fixed":"1:1.2"}]}]`
	dated  = `{"name":"n","captured":"%s","epssDate":"2026-09-29"}`
)

func oldAdvisories(t *testing.T) {
	for name, day := range map[string]time.Time{"held back": today().AddDate(0, 0, -6), "years old": today().AddDate(-3, 0, 0), "of the future": today().AddDate(0, 0, 9)} {
		t.Run(name, func(t *testing.T) {
			db, err := advisories.Open(t.Context(), gate.DatabasePlan{Source: advisoriesOf(t, fmt.Sprintf(dated, day.Format(time.DateOnly)), record)})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			gap, old := db.CheckAge(today(), 5*24*time.Hour)
			if !old || gap.Guard != gate.GuardDatabaseAge || gate.Allowable(gap.Guard) {
				t.Errorf("gap = %+v, %t", gap, old)
			}
		})
	}
	t.Run("put in its place", func(t *testing.T) {
		p := propose(t, shop(), tree{"new": "x"})
		p.inputs["db"] = advisoriesOf(t, fmt.Sprintf(dated, "2026-01-01"), record)
		wantGap(t, p.judge(t), gate.GuardDatabaseAge)
	})
}

// mirror serves a database and the listing that names it; way is what happens
// to the database on its way.
func mirror(t *testing.T, data []byte, way func([]byte) []byte) *httptest.Server {
	t.Helper()
	sum := sha256.Sum256(data)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "latest.json") {
			_, _ = fmt.Fprintf(w, `{"status":"active","schemaVersion":"6.1.10","built":"2026-09-29T00:00:00Z","path":"vulnerability.db","checksum":"sha256:%s"}`, hex.EncodeToString(sum[:]))
			return
		}
		_, _ = w.Write(way(data))
	}))
	t.Cleanup(server.Close)
	return server
}

func swappedDatabase(t *testing.T) {
	genuine := read(t, filepath.Join(database(t), "vulnerability.db"))
	other := read(t, filepath.Join(advisoriesOf(t, fmt.Sprintf(dated, "2026-09-29"), record), "vulnerability.db"))
	as := func(data []byte) func([]byte) []byte { return func([]byte) []byte { return data } }
	for name, data := range map[string][]byte{"another database": other, "one that was cut": genuine[:len(genuine)/2], "one more byte": append(genuine[:len(genuine):len(genuine)], 0)} {
		t.Run("on its way: "+name, func(t *testing.T) {
			server := mirror(t, genuine, as(data))
			db, err := advisories.Open(t.Context(), gate.DatabasePlan{Source: server.URL + "/v6/latest.json", CacheDir: t.TempDir()})
			if db != nil || err == nil {
				t.Errorf("it was taken: %v", err)
			}
		})
	}
	server := mirror(t, genuine, as(genuine))
	for name, swap := range map[string]func(t *testing.T, folder string){
		"another database": func(t *testing.T, folder string) { put(t, filepath.Join(folder, "vulnerability.db"), string(other)) },
		"one byte": func(t *testing.T, folder string) {
			data := read(t, filepath.Join(folder, "vulnerability.db"))
			data[len(data)-1] ^= 1
			put(t, filepath.Join(folder, "vulnerability.db"), string(data))
		},
	} {
		for _, update := range []bool{true, false} {
			t.Run(fmt.Sprintf("in the cache: %s, update %t", name, update), func(t *testing.T) {
				plan := gate.DatabasePlan{Source: server.URL + "/v6/latest.json", CacheDir: t.TempDir()}
				closeDB(t, plan)
				folders, err := filepath.Glob(filepath.Join(plan.CacheDir, "data", "*"))
				if err != nil || len(folders) != 1 {
					t.Fatalf("%v, %v", folders, err)
				}
				swap(t, folders[0])
				plan.NoUpdate = !update
				db, err := advisories.Open(t.Context(), plan)
				if err != nil {
					if !errors.Is(err, advisories.ErrCorrupt) {
						t.Errorf("error = %v", err)
					}
					return
				}
				_ = db.Close()
				r := run(t, gate.Plan{Images: []gate.ImagePlan{{Name: "shop", Ref: "dir:" + vulnerableRoot(t)}}, Policy: gate.DefaultPolicy(), Database: plan, Lint: gate.LintPlan{Off: true}})
				wantAction(t, r, gate.ActionBlock, vulnerable)
			})
		}
	}
}

func closeDB(t *testing.T, plan gate.DatabasePlan) {
	t.Helper()
	db, err := advisories.Open(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// vulnerableRoot is a folder with the vulnerable package.
func vulnerableRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	put(t, filepath.Join(root, "etc/os-release"), debian12)
	put(t, filepath.Join(root, "var/lib/dpkg/status"), oldCurl)
	return root
}

func textOfAnAdvisory(t *testing.T) {
	quoted := strings.Trim(fmt.Sprintf("%+q", strings.NewReplacer("\x07", "", "\u009b", "").Replace(acting)), `"`)
	hostile := strings.NewReplacer(`\x1b`, `\u001b`, `\a`, `\u0007`).Replace(quoted)
	records := `[{"id":"CVE-2023-38545","source":"https://example.org/x","license":"facts only","description":"` + hostile + `","severity":"critical",
 "urls":["https://evil.example/` + "`" + `)","javascript:alert(1)"],"affected":[{"ecosystem":"debian:12","package":"curl","fixed":"7.88.1-10+deb12u4","advisory":{"id":"[click](https://evil.example/)","url":"https://evil.example/"}}]}]`
	p := propose(t, shop(), faulty(tree{"Dockerfile": goodFile}))
	p.inputs["db"] = advisoriesOf(t, fmt.Sprintf(dated, "2026-09-29"), records)
	r := p.judge(t)
	wantAction(t, r, gate.ActionBlock, vulnerable)
	inert(t, p, r)
	body := p.Repository(repository).Comments[0].Body
	for _, link := range linksOf(body) {
		if !strings.HasPrefix(link, "https://github.com/") && !strings.HasPrefix(link, "https://nvd.nist.gov/") && !strings.HasPrefix(link, "https://www.cve.org/") {
			t.Errorf("the comment links to %s", link)
		}
	}
}
