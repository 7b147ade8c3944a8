package origin

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPackageDatabasesAreReadByTheirFields(t *testing.T) {
	list := func(read func(string, func(name, version string))) func(string) []string {
		return func(text string) (found []string) {
			read(text, func(name, version string) { found = append(found, name+" "+version) })
			return found
		}
	}
	dpkg := list(func(text string, note func(name, version string)) { _ = readDpkg(strings.NewReader(text), note) })
	apk := list(func(text string, note func(name, version string)) { _ = readApk(strings.NewReader(text), note) })
	long := strings.Repeat("x", 200_000)
	for _, test := range []struct {
		name string
		got  []string
		want []string
	}{
		{"dpkg", dpkg(dpkgNext), []string{"libc6 2.36-9", "curl 7.88"}},
		{"dpkg without a final newline", dpkg("Package: a\nVersion: 1"), []string{"a 1"}},
		{"dpkg with Windows line ends", dpkg("Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\nVersion: 2\r\n"), []string{"a 1", "b 2"}},
		{"dpkg half installed", dpkg("Package: a\nStatus: install ok half-installed\nVersion: 1\n"), nil},
		{"dpkg without a version", dpkg("Package: a\n\nVersion: 2\n"), nil},
		{"dpkg with a very long line", dpkg("Package: a\nDescription: " + long + "\nVersion: 1\n"), []string{"a 1"}},
		{"apk", apk(apkNext), []string{"musl 1.2.5-r0", "zlib 1.3.1-r1"}},
		{"nothing", dpkg(""), nil},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func FuzzDatabase(f *testing.F) {
	for _, seed := range []string{dpkgNext, apkNext, "Package: a\n\n\nVersion", "P:\nV:1\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		note := func(name, version string) {
			if name == "" || version == "" || strings.ContainsAny(name+version, "\n") {
				t.Errorf("a package %q in version %q", name, version)
			}
		}
		if err := readDpkg(strings.NewReader(string(data)), note); err != nil {
			t.Error(err)
		}
		if err := readApk(strings.NewReader(string(data)), note); err != nil {
			t.Error(err)
		}
	})
}
