package advisories

import (
	"encoding/json"
	"fmt"
	"testing"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/grype/grype/search"
	"github.com/anchore/grype/grype/version"
	"github.com/anchore/grype/grype/vulnerability"
	"github.com/anchore/syft/syft/cpe"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// TestWhatIsRememberedIsWhatTheLibrarySays asks the library and gate's memory
// of it the same, each question twice, over every name of the database and some
// that it does not have, with and without a word of what will be asked.
func TestWhatIsRememberedIsWhatTheLibrarySays(t *testing.T) {
	for _, told := range []bool{false, true} {
		db := built(t)
		names := append(packageNames(t, db), "nothing-of-this-name", "OpenSSL", "%", "'")
		if told {
			expectAll(t, db, names)
		}
		holdAgainstLibrary(t, db, names)
	}
}

func expectAll(t *testing.T, db *DB, names []string) {
	t.Helper()
	var packages []pkg.Package
	for _, name := range names {
		packages = append(packages, pkg.Package{Name: name, Type: syftpkg.NpmPkg}, pkg.Package{Name: name, Type: syftpkg.DebPkg})
	}
	db.Expect(t.Context(), packages)
}

// plainLibrary is the database without anything of gate.
func plainLibrary(t *testing.T) v6.Reader {
	t.Helper()
	reader, err := v6.NewReader(v6.Config{DBDirPath: dirOf(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	return reader
}

func holdAgainstLibrary(t *testing.T, db *DB, names []string) {
	t.Helper()
	plain := v6.NewVulnerabilityProvider(plainLibrary(t))
	found := 0
	for range 2 {
		for _, name := range names {
			for i, criteria := range questions(name) {
				want, wantErr := plain.FindVulnerabilities(criteria...)
				got, err := db.Provider().FindVulnerabilities(criteria...)
				if fmt.Sprint(err) != fmt.Sprint(wantErr) {
					t.Fatalf("%s, question %d: error %v, want %v", name, i, err, wantErr)
				}
				if described(got) != described(want) {
					t.Fatalf("%s, question %d:\n got %s\nwant %s", name, i, described(got), described(want))
				}
				found += len(got)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d records were found, so that little was compared", found)
	}
}

func TestACallerMayAddToWhatItGot(t *testing.T) {
	db := built(t)
	ask := func() []vulnerability.Vulnerability {
		found, err := db.Provider().FindVulnerabilities(search.ByPackageName("openssl"), search.ByDistro(*distro.New(distro.Debian, "12", "")))
		if err != nil || len(found) == 0 {
			t.Fatalf("%v, %v", found, err)
		}
		return found
	}
	first := ask()
	before := described(first)
	for i := range first {
		first[i].ID = "CVE-0000-0000"
		first[i].RelatedVulnerabilities = append(first[i].RelatedVulnerabilities, vulnerability.Reference{ID: "mine"})
		first[i].Fix.Versions = append(first[i].Fix.Versions, "99")
		first[i].Metadata.Severity = "mine"
	}
	if after := described(ask()); after != before {
		t.Errorf("the caller's changes are remembered:\n%s\nbefore:\n%s", after, before)
	}
}

// questions are those that matchers ask, and some that they do not.
func questions(name string) [][]vulnerability.Criteria {
	debian := *distro.New(distro.Debian, "12", "")
	byName := search.ByPackageName(name)
	odd := func(v vulnerability.Vulnerability) (bool, string, error) { return len(v.ID)%2 == 1, "", nil }
	fails := func(vulnerability.Vulnerability) (bool, string, error) { return false, "", fmt.Errorf("it fails") }
	all := [][]vulnerability.Criteria{
		{byName}, {byName, byName}, {search.ByID("CVE-2023-5363")},
		{byName, search.ByDistro(debian)}, {byName, search.ByExactDistro(debian)}, {byName, search.ByDistro(debian), search.ForUnaffected()},
		{byName, search.ByDistro(debian, *distro.New(distro.Debian, "11", ""))},
		{byName, search.ByDistro(*distro.New("nowhere", "1", ""))},
		{byName, search.ByEcosystem(syftpkg.JavaScript, syftpkg.NpmPkg)}, {byName, search.ByEcosystem(syftpkg.Go, "")},
		{byName, search.ByDistro(debian), search.ByFunc(odd)}, {byName, search.ByDistro(debian), search.ByFunc(fails)},
		{byName, search.Or(search.ByDistro(debian), search.ByEcosystem(syftpkg.Python, syftpkg.PythonPkg))},
		{byName, search.ByDistro(debian), search.ByConstraintFunc(func(version.Constraint) (bool, error) { return true, nil })},
		{search.ByCPE(cpe.Must("cpe:2.3:a:openssl:openssl:3.0.0:*:*:*:*:*:*:*", ""))},
	}
	for _, v := range []string{"0", "1.0.0", "3.0.11-1~deb12u1", "3.0.11-1~deb12u2", "4.17.20", "99999"} {
		all = append(all, []vulnerability.Criteria{byName, search.ByDistro(debian), search.ByVersion(*version.New(v, version.DebFormat))},
			[]vulnerability.Criteria{byName, search.ByEcosystem(syftpkg.JavaScript, syftpkg.NpmPkg), search.ByVersion(*version.New(v, version.SemanticFormat))})
	}
	return all
}

// described is all that matching and reports read of records.
func described(found []vulnerability.Vulnerability) string {
	text := ""
	for _, v := range found {
		text += fmt.Sprintf("%s %s %s %s %v %v %v %v %v", v.ID, v.Namespace, v.PackageName, v.Constraint, v.Fix, v.Advisories, v.RelatedVulnerabilities, v.CPEs, v.Unaffected)
		if v.Metadata != nil {
			metadata, err := json.Marshal(v.Metadata)
			text += fmt.Sprintf(" %s %v", metadata, err)
		}
		text += "\n"
	}
	return text
}

func packageNames(t *testing.T, db *DB) []string {
	t.Helper()
	var names []string
	if err := db.libraries.first().GetDB().Table("packages").Distinct("name").Order("name").Pluck("name", &names).Error; err != nil {
		t.Fatal(err)
	}
	return names
}
