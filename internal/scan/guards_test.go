package scan_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
)

func guards(a gate.Analysis) []string {
	var out []string
	for _, g := range a.Gaps {
		out = append(out, string(g.Guard))
	}
	slices.Sort(out)
	return out
}

func with(root map[string]content, more map[string]content) map[string]content {
	for name, c := range more {
		if c == (content{}) {
			delete(root, name)
			continue
		}
		root[name] = c
	}
	return root
}

func TestAGuardStandsWhereTheScanCannotSee(t *testing.T) {
	const broken, distro, programs, nothing = "analyzer-error", "unknown-distro", "unidentified-executables", "no-packages"
	for name, tt := range map[string]struct {
		root map[string]content
		want []string
		says string
	}{
		"a plain Debian": {debian(), nil, ""},
		"an image of nothing but text": {
			map[string]content{"/etc/motd": text("hello")}, []string{nothing}, "no package at all",
		},
		"a package database without os-release": {
			with(debian(), map[string]content{"/etc/os-release": {}}), []string{distro}, "deb packages, but nothing says of which distribution",
		},
		"a distribution that the database does not know": {
			with(debian(), map[string]content{"/etc/os-release": text(strings.NewReplacer("bookworm", "bullseye", "12", "11").Replace(bookworm))}),
			[]string{distro}, "no records for debian 11",
		},
		"a package database of which nothing can be read": {
			map[string]content{"/etc/os-release": text(bookworm), "/var/lib/dpkg/status": text("this is no package database")},
			[]string{broken, nothing}, "no package at all",
		},
		"a package database that lists nothing": {
			map[string]content{"/etc/os-release": text(bookworm), "/lib/apk/db/installed": text("\n\n"), "/app/node_modules/lodash/package.json": text(lodash)},
			[]string{broken}, "/lib/apk/db/installed",
		},
		"a program of nobody": {
			with(debian(), map[string]content{"/usr/local/bin/curl": elf()}), []string{programs}, "1 executable belongs to no package",
		},
		"programs of nobody": {
			with(debian(), map[string]content{"/opt/a": elf(), "/opt/b": text(elf().text + "b")}), []string{programs}, "2 executables belong to no package, so that nobody knows their vulnerabilities: /opt/a, /opt/b",
		},
		"a program of a Debian package": {
			with(debian(), map[string]content{"/usr/bin/openssl": elf(), "/var/lib/dpkg/info/libssl3:amd64.md5sums": text("d41d8cd98f00b204e9800998ecf8427e  usr/bin/openssl\n")}), nil, "",
		},
		"a program of a package that spells it through a link": {
			with(debian(), map[string]content{
				"/bin": linkTo("usr/bin"), "/usr/bin/ls": elf(),
				"/var/lib/dpkg/info/libssl3:amd64.md5sums": text("d41d8cd98f00b204e9800998ecf8427e  bin/ls\n"),
			}), nil, "",
		},
		"a program that only has the name of a packaged one": {
			with(debian(), map[string]content{
				"/bin/ls": elf(), "/usr/bin/ls": text(elf().text + "another"),
				"/var/lib/dpkg/info/libssl3:amd64.md5sums": text("d41d8cd98f00b204e9800998ecf8427e  bin/ls\n"),
			}), []string{programs}, "/usr/bin/ls",
		},
		"a program that dpkg moved aside": {
			with(debian(), map[string]content{
				"/usr/bin/which.old":                       elf(),
				"/var/lib/dpkg/diversions":                 text("/usr/bin/which\n/usr/bin/which.old\nother\n"),
				"/var/lib/dpkg/info/libssl3:amd64.md5sums": text("d41d8cd98f00b204e9800998ecf8427e  usr/bin/which\n"),
			}), nil, "",
		},
		"a program of a package without a package manager": {
			map[string]content{
				"/etc/os-release":                        text(bookworm),
				"/var/lib/dpkg/status.d/libssl3":         text(libssl),
				"/var/lib/dpkg/status.d/libssl3.md5sums": text("d41d8cd98f00b204e9800998ecf8427e  usr/bin/openssl\n"),
				"/usr/bin/openssl":                       elf(),
			}, nil, "",
		},
		"a program inside a Node package": {
			with(debian(), map[string]content{
				"/app/node_modules/lodash/package.json": text(lodash), "/app/node_modules/lodash/bin/run": elf(),
			}), nil, "",
		},
		"a program beside an application's own package.json": {
			with(debian(), map[string]content{
				"/app/package.json": text(lodash), "/app/bin/run": elf(),
			}), []string{programs}, "/app/bin/run",
		},
		"a program of a Python package": {
			with(debian(), map[string]content{
				"/usr/lib/python3/site-packages/jinja2-3.1.2.dist-info/METADATA": text("Metadata-Version: 2.1\nName: jinja2\nVersion: 3.1.2\n"),
				"/usr/lib/python3/site-packages/jinja2-3.1.2.dist-info/RECORD":   text("jinja2/run,sha256=x,1\n../../../bin/jinja,sha256=x,1\n"),
				"/usr/lib/python3/site-packages/jinja2/run":                      elf(),
				"/usr/bin/jinja": text(elf().text + "2"),
			}), nil, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			analysis, _ := run(t, scan.Input{Name: "a", Image: makeImage(t, tt.root)})
			if got := guards(analysis); !slices.Equal(got, tt.want) {
				t.Fatalf("guards = %v, want %v: %+v", got, tt.want, analysis.Gaps)
			}
			if len(tt.want) == 0 {
				return
			}
			gap := analysis.Gaps[len(analysis.Gaps)-1]
			if !strings.Contains(gap.Message, tt.says) || gap.Next == "" || gap.Image != "a" || gap.Platform != "linux/amd64" {
				t.Errorf("gap = %+v\nwant one that says %q", gap, tt.says)
			}
		})
	}
}

func TestAGoProgramIsIdentifiedByWhatItSaysOfItself(t *testing.T) {
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	analysis, _ := run(t, scan.Input{Image: makeImage(t, map[string]content{"/app": text(string(program))})})
	if got := guards(analysis); len(got) != 0 || analysis.Packages < 1 {
		t.Errorf("guards %v, %d packages", got, analysis.Packages)
	}
}

func TestADistributionPastItsEndOfLifeIsAGapWithTheDate(t *testing.T) {
	dir := t.TempDir()
	if err := advisories.Build(t.Context(), "../../examples/advisories", dir); err != nil {
		t.Fatal(err)
	}
	alter(t, filepath.Join(dir, "vulnerability.db"), "UPDATE operating_systems SET eol_date = '2026-06-10 00:00:00+00:00'")
	if err := os.Remove(filepath.Join(dir, "import.json")); err != nil {
		t.Fatal(err)
	}
	db, err := advisories.Open(t.Context(), gate.DatabasePlan{Source: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	img := makeImage(t, with(debian(), map[string]content{"/etc/debian_version": text("12.11\n")}))
	for day, want := range map[string][]string{"2026-06-09": nil, "2026-06-11": {"distro-eol"}} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		scanner := scan.New(db, scan.Options{Licenses: licenses(), Now: now})
		result, err := scanner.Scan(t.Context(), scan.Input{Image: img})
		if err != nil {
			t.Fatal(err)
		}
		if got := guards(result.Analysis); !slices.Equal(got, want) {
			t.Errorf("on %s: gaps %v", day, result.Analysis.Gaps)
		} else if want != nil && (!strings.Contains(result.Analysis.Gaps[0].Message, "2026-06-10") || !gate.Allowable(result.Analysis.Gaps[0].Guard)) {
			t.Errorf("gap = %+v", result.Analysis.Gaps[0])
		}
	}
}

func TestADatabaseThatBreaksWhileMatchingIsAGapAndNeverClean(t *testing.T) {
	dir := t.TempDir()
	if err := advisories.Build(t.Context(), "../../examples/advisories", dir); err != nil {
		t.Fatal(err)
	}
	alter(t, filepath.Join(dir, "vulnerability.db"), "DROP TABLE affected_package_handles")
	if err := os.Remove(filepath.Join(dir, "import.json")); err != nil {
		t.Fatal(err)
	}
	result, err := newScanner(t, gate.DatabasePlan{Source: dir}).Scan(t.Context(), scan.Input{Image: makeImage(t, debian())})
	if err == nil && !slices.Contains(guards(result.Analysis), "analyzer-error") {
		t.Errorf("no error and gaps %v", result.Analysis.Gaps)
	}
}

func alter(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestARealDebianImageHasNoUnidentifiedExecutables(t *testing.T) {
	archive := savedDebian(t)
	analysis, subject := run(t, scan.Input{Image: openImage(t, "docker-archive:"+archive)})
	if len(analysis.Gaps) != 0 || analysis.Packages < 50 || !strings.HasPrefix(subject.Distro, "debian 12") {
		t.Errorf("%d packages of %s, gaps %+v", analysis.Packages, subject.Distro, analysis.Gaps)
	}
}
