package advisories

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/grype/grype/search"
	"github.com/anchore/grype/grype/version"
	syftpkg "github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/gate"
)

// copies is how many times the database beside the repository is put into the
// large one: it then has the size of the published one, about a gigabyte.
const copies = 11

// BenchmarkProduction measures a database of the published one's size: opening it,
// looking packages up in it, and fetching it into an empty cache with all that
// belongs to it. It needs four gigabytes of disk for a while.
func BenchmarkProduction(b *testing.B) {
	if os.Getenv("GATE_BENCH") == "" {
		b.Skip("make bench runs this: it takes minutes")
	}
	source := filepath.Join("../../../../shared/data/vulnerabilities", "grype-db-full.tar.zst")
	if _, err := os.Stat(source); err != nil {
		b.Skip("grype-db-full.tar.zst is not beside the repository")
	}
	archive := enlarged(b, source)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, archive)
	}))
	defer server.Close()
	digest, err := digestFile(b.Context(), archive)
	if err != nil {
		b.Fatal(err)
	}
	plan := gate.DatabasePlan{Source: server.URL + "/db.tar.zst?checksum=sha256:" + digest, CacheDir: b.TempDir()}

	b.Run("fetch into an empty cache", func(b *testing.B) {
		for b.Loop() {
			if err := os.RemoveAll(plan.CacheDir); err != nil {
				b.Fatal(err)
			}
			if _, err := Update(b.Context(), plan); err != nil {
				b.Fatal(err)
			}
		}
	})
	if _, err := Update(b.Context(), plan); err != nil {
		b.Fatal(err)
	}
	plan.NoUpdate = true
	b.Run("open for the first time", func(b *testing.B) {
		for b.Loop() {
			if err := os.RemoveAll(filepath.Join(plan.CacheDir, "verified")); err != nil {
				b.Fatal(err)
			}
			benchOpen(b, plan)
		}
	})
	long := time.Now().Add(-time.Hour)
	files, err := filepath.Glob(filepath.Join(plan.CacheDir, "data", "*", v6.VulnerabilityDBFileName))
	if err != nil || len(files) != 1 || os.Chtimes(files[0], long, long) != nil {
		b.Fatalf("%v, %v", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		b.Fatal(err)
	}
	benchOpen(b, plan)
	b.Run("open again", func(b *testing.B) {
		for b.Loop() {
			benchOpen(b, plan)
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	})
	b.Run("look up 500 packages", func(b *testing.B) { benchLookup(b, plan) })
}

func benchOpen(b *testing.B, plan gate.DatabasePlan) {
	b.Helper()
	db, err := Open(b.Context(), plan)
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

func benchLookup(b *testing.B, plan gate.DatabasePlan) {
	db, err := Open(b.Context(), plan)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	packages, err := debianPackages(b.Context(), filepath.Join(plan.CacheDir, "data"))
	if err != nil {
		b.Fatal(err)
	}
	found := 0
	for b.Loop() {
		found = 0
		// What is remembered would be measured, and not the database.
		opened := func() (v6.Reader, error) { return db.libraries.first().Reader, nil }
		cold := newProvider(must(newLibraries(opened)))
		for _, p := range packages {
			matches, err := cold.FindVulnerabilities(search.ByPackageName(p.Name),
				search.ByVersion(*version.New(p.Version, version.DebFormat)), search.ByDistro(*p.Distro))
			if err != nil {
				b.Fatal(err)
			}
			found += len(matches)
		}
	}
	if found == 0 {
		b.Error("nothing was found: the measurement says nothing")
	}
	b.ReportMetric(float64(found), "matches")
}

// debianPackages are 500 packages of Debian 12 that the database knows.
func debianPackages(ctx context.Context, data string) ([]pkg.Package, error) {
	files, err := filepath.Glob(filepath.Join(data, "*", v6.VulnerabilityDBFileName))
	if err != nil || len(files) != 1 {
		return nil, fmt.Errorf("%v: %w", files, err)
	}
	db, err := sql.Open("sqlite", readOnlyName(files[0]))
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(ctx, "SELECT name FROM packages WHERE ecosystem = 'deb' ORDER BY id LIMIT 500")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []pkg.Package
	for rows.Next() {
		p := pkg.Package{Version: "0.1", Type: syftpkg.DebPkg, Distro: distro.New(distro.Debian, "12", "bookworm")}
		if err := rows.Scan(&p.Name); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// enlarged is an archive of a database that holds every record of another one
// many times, under new names of vulnerabilities and packages.
func enlarged(b *testing.B, source string) string {
	b.Helper()
	dir := b.TempDir()
	if err := unpack(b.Context(), source, dir); err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(dir, v6.VulnerabilityDBFileName)
	db, err := sql.Open("sqlite", file)
	if err != nil {
		b.Fatal(err)
	}
	for _, statement := range multiply() {
		if _, err := db.ExecContext(b.Context(), statement); err != nil {
			b.Fatalf("%s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	out := filepath.Join(dir, "db.tar.zst")
	if err := pack(b.Context(), file, out); err != nil {
		b.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		b.Fatal(err)
	}
	return out
}

// multiply are the statements that copy every record. Ids of copies lie above a
// million times the number of the copy, so that they never meet.
func multiply() []string {
	out := []string{"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN"}
	for _, table := range []struct{ name, columns, values string }{
		{"blobs", "id, value", "id + o.n, value"},
		{"packages", "id, ecosystem, name", "id + o.n, ecosystem, name || '-copy' || o.n"},
		{"cpes", "id, part, vendor, product, edition, language, software_edition, target_hardware, target_software, other",
			"id + o.n, part, vendor, product || '-copy' || o.n, edition, language, software_edition, target_hardware, target_software, other"},
		{"vulnerability_handles", "id, name, status, published_date, modified_date, withdrawn_date, provider_id, blob_id",
			"id + o.n, name || '-copy' || o.n, status, published_date, modified_date, withdrawn_date, provider_id, blob_id + o.n"},
		{"vulnerability_aliases", "name, alias", "name || '-copy' || o.n, alias || '-copy' || o.n"},
		{"affected_package_handles", "id, vulnerability_id, operating_system_id, package_id, blob_id",
			"id + o.n, vulnerability_id + o.n, operating_system_id, package_id + o.n, blob_id + o.n"},
		{"unaffected_package_handles", "id, vulnerability_id, operating_system_id, package_id, blob_id",
			"id + o.n, vulnerability_id + o.n, operating_system_id, package_id + o.n, blob_id + o.n"},
		{"affected_cpe_handles", "id, vulnerability_id, cpe_id, blob_id", "id + o.n, vulnerability_id + o.n, cpe_id + o.n, blob_id + o.n"},
	} {
		out = append(out, fmt.Sprintf(
			"WITH RECURSIVE o(n) AS (SELECT 1000000 UNION ALL SELECT n + 1000000 FROM o WHERE n < %d) "+
				"INSERT INTO %s (%s) SELECT %s FROM (SELECT * FROM %s), o", (copies-1)*1000000, table.name, table.columns, table.values, table.name))
	}
	return append(out, "COMMIT")
}

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}
