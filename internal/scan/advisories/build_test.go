package advisories

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/grype/grype/search"
	"github.com/anchore/grype/grype/version"
	"github.com/anchore/grype/grype/vulnerability"
	syftpkg "github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/gate"
)

const exampleRecords = "../../../examples/advisories"

// built opens the database of the examples.
func built(t *testing.T) *DB {
	t.Helper()
	return opened(t, gate.DatabasePlan{Source: dirOf(t)})
}

func opened(t *testing.T, plan gate.DatabasePlan) *DB {
	t.Helper()
	db, err := Open(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// lookup finds what the database has for one version of a package.
func lookup(t *testing.T, db *DB, p pkg.Package, format version.Format) map[string]vulnerability.Vulnerability {
	t.Helper()
	criteria := []vulnerability.Criteria{
		search.ByPackageName(p.Name),
		search.ByVersion(*version.New(p.Version, format)),
	}
	if p.Distro != nil {
		criteria = append(criteria, search.ByDistro(*p.Distro))
	} else {
		criteria = append(criteria, search.ByEcosystem(p.Language, p.Type))
	}
	found, err := db.Provider().FindVulnerabilities(criteria...)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]vulnerability.Vulnerability{}
	for _, v := range found {
		out[v.ID] = v
	}
	return out
}

func TestADatabaseBuiltFromTheExamplesKnowsWhatTheRecordsSay(t *testing.T) {
	db := built(t)
	bookworm := distro.New(distro.Debian, "12", "bookworm")

	glibc := lookup(t, db, pkg.Package{Name: "glibc", Version: "2.36-9+deb12u1", Type: syftpkg.DebPkg, Distro: bookworm}, version.DebFormat)
	loader, ok := glibc["CVE-2023-4911"]
	if !ok {
		t.Fatalf("glibc 2.36-9+deb12u1 should have CVE-2023-4911; found %d others", len(glibc))
	}
	if loader.Fix.State != vulnerability.FixStateFixed || loader.Fix.Versions[0] != "2.36-9+deb12u3" {
		t.Errorf("fix = %+v", loader.Fix)
	}
	if len(loader.Metadata.KnownExploited) != 1 || loader.Metadata.KnownExploited[0].DateAdded.Format(time.DateOnly) != "2023-11-21" {
		t.Errorf("known exploited = %+v", loader.Metadata.KnownExploited)
	}
	if loader.Metadata.Severity != "High" || loader.Metadata.Cvss[0].Metrics.BaseScore != 7.8 {
		t.Errorf("severity = %s, CVSS = %+v", loader.Metadata.Severity, loader.Metadata.Cvss)
	}
	if got := glibc["CVE-2019-1010022"]; got.Fix.State != vulnerability.FixStateNotFixed || got.Metadata.Severity != "Negligible" {
		t.Errorf("CVE-2019-1010022: fix %q, severity %q", got.Fix.State, got.Metadata.Severity)
	}
	coreutils := lookup(t, db, pkg.Package{Name: "coreutils", Version: "9.1-1", Type: syftpkg.DebPkg, Distro: bookworm}, version.DebFormat)
	if got := coreutils["CVE-2016-2781"].Fix.State; got != vulnerability.FixStateWontFix {
		t.Errorf("the fix state of coreutils = %q, want wont-fix", got)
	}
	minimist := lookup(t, db, pkg.Package{Name: "minimist", Version: "1.2.5", Type: syftpkg.NpmPkg, Language: syftpkg.JavaScript}, version.SemanticFormat)
	got := minimist["GHSA-xvch-5gv4-984h"]
	if len(got.Metadata.EPSS) != 1 || got.Metadata.EPSS[0].EPSS != 0.04581 || got.RelatedVulnerabilities[0].ID != "CVE-2021-44906" {
		t.Errorf("minimist: EPSS %+v, related %+v", got.Metadata.EPSS, got.RelatedVulnerabilities)
	}
	if len(got.Metadata.CWEs) != 1 || got.Metadata.CWEs[0].CWE != "CWE-1321" {
		t.Errorf("minimist: CWEs %+v", got.Metadata.CWEs)
	}
}

func TestAFixedVersionIsNotFound(t *testing.T) {
	db := built(t)
	found := lookup(t, db, pkg.Package{Name: "lodash", Version: "4.17.21", Type: syftpkg.NpmPkg, Language: syftpkg.JavaScript}, version.SemanticFormat)
	if len(found) != 0 {
		t.Errorf("lodash 4.17.21 should be clean, found %v", found)
	}
	older := lookup(t, db, pkg.Package{Name: "express", Version: "4.19.2", Type: syftpkg.NpmPkg, Language: syftpkg.JavaScript}, version.SemanticFormat)
	if len(older) != 0 {
		t.Errorf("express 4.19.2 should be clean, found %v", older)
	}
}

func TestADatabaseIsDatedByItsManifest(t *testing.T) {
	db := built(t)
	if got := db.Captured().Format(time.DateOnly); got != "2026-09-29" {
		t.Errorf("captured = %s", got)
	}
	status, err := ReadStatus(t.Context(), gate.DatabasePlan{Source: dirOf(t)})
	if err != nil {
		t.Fatal(err)
	}
	if got := status.Built.Format(time.DateOnly); got != "2026-09-29" || status.Schema == "" {
		t.Errorf("built = %s, schema = %q", got, status.Schema)
	}
}

// examples is the folder of a database that is built once for all tests.
func examples() (string, error) {
	dir, err := os.MkdirTemp("", "gate-test-")
	if err != nil {
		return "", err
	}
	return dir, Build(context.Background(), exampleRecords, dir)
}

// shared is read by tests only.
var shared = sync.OnceValues(examples)

func TestMain(m *testing.M) {
	m.Run()
	if dir, err := shared(); err == nil {
		_ = os.RemoveAll(dir)
	}
}

// dirOf is a folder with the database of the examples, for one test.
func dirOf(t *testing.T) string {
	t.Helper()
	from, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"vulnerability.db", "import.json"} {
		if err := copyFile(t.Context(), filepath.Join(from, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTwoBuildsGiveEqualBytes(t *testing.T) {
	first, second := dirOf(t), t.TempDir()
	if err := Build(t.Context(), exampleRecords, second); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"vulnerability.db", "import.json"} {
		a, err := os.ReadFile(filepath.Join(first, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(second, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs between two builds of the same records", name)
		}
	}
}

func TestAnArchiveThatWasBuiltCanBeOpened(t *testing.T) {
	for _, name := range []string{"db.tar.zst", "db.tar.gz"} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), name)
			if err := Build(t.Context(), exampleRecords, out); err != nil {
				t.Fatal(err)
			}
			db := opened(t, gate.DatabasePlan{Source: out, CacheDir: t.TempDir()})
			if db.Captured().IsZero() {
				t.Error("the archive lost its date")
			}
		})
	}
}

func TestOnlyDistributionsWithRecordsAreKnown(t *testing.T) {
	db := built(t)
	for _, tt := range []struct {
		d    *distro.Distro
		want bool
	}{
		{distro.New(distro.Debian, "12", "bookworm"), true},
		{distro.New(distro.Debian, "12.11", "bookworm"), true},
		{distro.New(distro.Debian, "11", "bullseye"), false},
		{distro.New(distro.Alpine, "3.20", ""), false},
		{nil, false},
	} {
		got, err := db.KnowsDistro(tt.d)
		if err != nil || got != tt.want {
			t.Errorf("KnowsDistro(%v) = %v, %v; want %v", tt.d, got, err, tt.want)
		}
	}
}

func TestACancelledBuildLeavesNothingBehind(t *testing.T) {
	parent := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Build(ctx, exampleRecords, filepath.Join(parent, "out")); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that of the context", err)
	}
	if left, _ := os.ReadDir(parent); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
