package scan_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
)

// apkEntry is an entry of Alpine's database.
func apkEntry(name, version string) string {
	return "C:Q1x\nP:" + name + "\nV:" + version + "\nA:x86_64\nL:MIT\n\n"
}

// TestNothingIsPassedOverInSilence breaks, one by one, the files from which
// packages are read, in ways that the cataloguers under this package only log
// or do not notice at all.
func TestNothingIsPassedOverInSilence(t *testing.T) {
	const unreadable, broken, programs = "unreadable-file", "analyzer-error", "unidentified-executables"
	const info = "/usr/lib/python3/site-packages/jinja2-3.1.2.dist-info/METADATA"
	war := func(inner string) content {
		return text(zipOf(t, map[string]string{
			"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nImplementation-Title: shop\nImplementation-Version: 1.0\n", "WEB-INF/lib/log4j-core-2.14.1.jar": inner,
		}))
	}
	for name, tt := range map[string]struct {
		root map[string]content
		want []string
		path string
		says string
	}{
		"the last line of dpkg's database is cut": {
			map[string]content{"/var/lib/dpkg/status": text(libssl + "\n" + "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9+deb1")},
			[]string{unreadable}, "/var/lib/dpkg/status", "without libc6",
		},
		"an entry of dpkg's database has no version": {
			map[string]content{"/var/lib/dpkg/status": text(libssl + "\n" + "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\n\n")},
			[]string{unreadable}, "/var/lib/dpkg/status", "without libc6",
		},
		"an entry of dpkg's database has no name": {
			map[string]content{"/var/lib/dpkg/status": text(libssl + "\nStatus: install ok installed\nVersion: 1\n\n")},
			[]string{unreadable}, "/var/lib/dpkg/status", "without a name",
		},
		"what dpkg removed is not missing": {
			map[string]content{"/var/lib/dpkg/status": text(libssl + "\n" + "Package: old\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: never\nStatus: unknown ok not-installed\nPriority: extra\n\n")},
			nil, "", "",
		},
		"an entry was taken out of dpkg's database and its files were not": {
			map[string]content{"/var/lib/dpkg/info/curl:amd64.list": text("/.\n"), "/var/lib/dpkg/info/libssl3:amd64.list": text("/.\n"), "/var/lib/dpkg/info/libc6.list": text("/.\n")},
			[]string{unreadable}, "/var/lib/dpkg/status", "without curl, whose files are there",
		},
		"an entry of dpkg's database has a key twice": {
			map[string]content{"/var/lib/dpkg/status": text(libssl + "\nPackage: a\nPackage: b\n\n")},
			[]string{broken, "no-packages"}, "", "",
		},
		"a description of a distroless package is broken": {
			map[string]content{"/var/lib/dpkg/status.d/tzdata": text("Package: tzdata\nArchitecture: all\n")},
			[]string{unreadable}, "/var/lib/dpkg/status.d/tzdata", "no name and version",
		},
		"Alpine's database has a line that is none": {
			map[string]content{"/lib/apk/db/installed": text(apkEntry("zlib", "1.2.13-r0") + "P:curl\nV 8.0.1-r0\n\n")},
			[]string{unreadable}, "/lib/apk/db/installed", "without curl",
		},
		"Alpine's database is cut": {
			map[string]content{"/lib/apk/db/installed": text(apkEntry("zlib", "1.2.13-r0") + "C:Q1x\nP:curl")},
			[]string{unreadable}, "/lib/apk/db/installed", "without curl",
		},
		"RPM's database is of a kind that can't be read": {
			map[string]content{"/var/lib/rpm/Packages": text(strings.Repeat("no database", 1000))},
			[]string{unreadable}, "/var/lib/rpm/Packages", "",
		},
		"RPM's database is of a kind that nobody reads": {
			map[string]content{"/var/lib/rpm/data.mdb": text("lmdb")},
			[]string{unreadable}, "/var/lib/rpm/data.mdb", "no package",
		},
		"a Python package says nothing of itself": {
			map[string]content{info: text("garbage\n")}, []string{unreadable}, info, "no name and version",
		},
		"a gem says nothing of itself": {
			map[string]content{"/usr/lib/ruby/gems/3.1.0/specifications/rack-2.0.1.gemspec": text("garbage")},
			[]string{unreadable}, "/usr/lib/ruby/gems/3.1.0/specifications/rack-2.0.1.gemspec", "no name and version",
		},
		"a Node package's description is no JSON": {
			map[string]content{"/app/node_modules/lodash/package.json": text(`{"name":"lodash","version":`)},
			[]string{unreadable}, "/app/node_modules/lodash/package.json", "damaged",
		},
		"a faulty example among the tests of a Node package is none": {
			map[string]content{
				"/app/node_modules/lodash/package.json":          text(lodash),
				"/app/node_modules/lodash/test/bad/package.json": text(`{"name":`),
			}, nil, "", "",
		},
		"a jar is no archive": {
			map[string]content{"/app/log4j-core-2.14.1.jar": text("not a zip")}, []string{unreadable}, "/app/log4j-core-2.14.1.jar", "",
		},
		"a jar says nothing of itself": {
			map[string]content{"/app/thing.jar": text(zipOf(t, map[string]string{"a.class": "x"}))}, []string{unreadable}, "/app/thing.jar", "",
		},
		"a jar inside another is no archive": {
			map[string]content{"/app/shop.war": war("not a zip")}, []string{unreadable}, "/app/shop.war:WEB-INF/lib/log4j-core-2.14.1.jar", "damaged",
		},
		"a jar inside another is cut": {
			map[string]content{"/app/shop.war": war(jars(t)["log4j-core-2.14.1.jar"][:200])}, []string{unreadable}, "/app/shop.war:WEB-INF/lib/log4j-core-2.14.1.jar", "",
		},
		"a jar inside another that can be read": {
			map[string]content{"/app/shop.war": war(jars(t)["log4j-core-2.14.1.jar"])}, nil, "", "",
		},
		"a program runs scripts": {
			map[string]content{
				"/opt/bin/python": elf(), "/app/run": text("#!/usr/bin/env python\n"), "/app/start": text("#! /opt/bin/python -u\n"),
				"/app/sh": text("#!/bin/sh\n"), "/app/data": text("python"),
			}, []string{programs}, "/opt/bin/python", "/opt/bin/python (which runs /app/run, /app/start)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			analysis, _ := run(t, scan.Input{Name: "a", Image: makeImage(t, with(debian(), tt.root))})
			if got := guards(analysis); !slices.Equal(got, tt.want) {
				t.Fatalf("guards = %v, want %v: %+v", got, tt.want, analysis.Gaps)
			}
			if tt.path == "" {
				return
			}
			gap := analysis.Gaps[0]
			if !slices.Contains(gap.Paths, tt.path) || !strings.Contains(gap.Message, tt.says) || gap.Next == "" {
				t.Errorf("gap = %+v\nwant %s, saying %q", gap, tt.path, tt.says)
			}
		})
	}
}

func TestAPackageDatabaseThatALayerTookAwayIsMissed(t *testing.T) {
	root := with(debian(), map[string]content{"/usr/bin/openssl": elf(), "/var/lib/dpkg/info/libssl3:amd64.list": text("/usr/bin/openssl\n")})
	analysis, _ := run(t, scan.Input{Image: makeImage(t, root, map[string]content{"/var/lib/dpkg/.wh.status": text("")})})
	if got := guards(analysis); !slices.Equal(got, []string{"no-packages", "unidentified-executables", "unreadable-file"}) {
		t.Errorf("guards = %v: %+v", got, analysis.Gaps)
	}
}

func TestAFileThatCannotBeReadMayBeAllowedByItsPath(t *testing.T) {
	analysis, _ := run(t, scan.Input{Name: "a", Image: makeImage(t, with(debian(), map[string]content{"/app/x.jar": text("no")}))})
	policy := gate.DefaultPolicy()
	policy.Allowances = []gate.Allowance{{Guard: gate.GuardUnreadable, Paths: []string{"/app/*.jar"}}}
	if verdict := gate.Summarize(nil, analysis.Gaps, policy); !verdict.Complete {
		t.Errorf("verdict = %+v", verdict)
	}
	if verdict := gate.Summarize(nil, analysis.Gaps, gate.DefaultPolicy()); verdict.Complete {
		t.Error("nothing was allowed, and the verdict is complete")
	}
}

func TestLockFilesOfADirectoryThatCannotBeReadAreNamed(t *testing.T) {
	for name, tt := range map[string]struct{ file, text string }{
		"half of an npm lock file":   {"package-lock.json", webLock[:len(webLock)/2]},
		"half of a Gemfile.lock":     {"Gemfile.lock", "GEM\n  specs:\n    rack (2.0.1)\n"},
		"a yarn.lock that is none":   {"yarn.lock", "hello\n"},
		"half of a Cargo.lock":       {"Cargo.lock", "[[package]]\nname = \"time\"\nversion = \"0.1.40\"\n\n[[package]]\nname = \"reg"},
		"a go.mod that is none":      {"go.mod", "hello world\n"},
		"half of a composer.lock":    {"composer.lock", `{"packages":[{"name":"twig/twig","version":"v2.0.0"`},
		"a poetry.lock that is none": {"poetry.lock", "[[package"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, filepath.Join(dir, "other/requirements.txt"), "jinja2==3.1.2\n")
			put(t, filepath.Join(dir, tt.file), tt.text)
			analysis, _ := run(t, scan.Input{Dir: dir})
			if got := guards(analysis); !slices.Equal(got, []string{"unreadable-file"}) || !slices.Equal(analysis.Gaps[0].Paths, []string{"/" + tt.file}) {
				t.Errorf("guards = %v: %+v", got, analysis.Gaps)
			}
		})
	}
}
