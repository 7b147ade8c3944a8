package advisories

import (
	"strings"
	"testing"

	"github.com/anchore/grype/grype/pkg"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

func TestNamesOfManyAreThoseOfEach(t *testing.T) {
	one := built(t)
	names := append(packageNames(t, one), "nothing-of-this-name", "İ", "%", "'", "a\x00b", "\xff")
	holdNames(t, one, names)
	for i, name := range names {
		names[i] = strings.ToUpper(name)
	}
	holdNames(t, one, names)
}

// holdNames asks one database for one name after another, and another one for
// all at once.
func holdNames(t *testing.T, one *DB, names []string) {
	t.Helper()
	many := built(t)
	if err := many.provider.names.learn(t.Context(), names); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !many.provider.names.told.has(name) {
			t.Errorf("%q was not asked for", name)
		}
		for _, unaffected := range []bool{false, true} {
			want, err := one.provider.names.known(name, unaffected)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := many.provider.names.known(name, unaffected); got != want || err != nil {
				t.Errorf("%q, unaffected %t: %t, %v; want %t", name, unaffected, got, err, want)
			}
		}
	}
}

func TestWhatIsExpectedIsAskedForByAllItsNames(t *testing.T) {
	db := built(t)
	db.Expect(t.Context(), []pkg.Package{
		{Name: "lodash", Type: syftpkg.NpmPkg},
		{Name: "libssl3", Type: syftpkg.DebPkg, Upstreams: []pkg.UpstreamPackage{{Name: "openssl"}}},
		{Type: syftpkg.NpmPkg},
	})
	for _, name := range []string{"lodash", "libssl3", "openssl"} {
		if !db.provider.names.told.has(name) {
			t.Errorf("%s is not known", name)
		}
	}
	if db.provider.names.told.has("") {
		t.Error("what has no name was asked for")
	}
}
