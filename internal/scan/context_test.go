package scan_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
)

func scanContext(t *testing.T, in scan.Input) scan.Result {
	t.Helper()
	in.Name = "shop"
	result, err := exampleScanner(t).Scan(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

const webLock = `{"name":"web","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{
 "":{"name":"web","version":"1.0.0","dependencies":{"minimist":"1"}},
 "node_modules/lodash":{
  "version":"4.17.20"},
 "node_modules/minimist":{
  "version":"1.2.5","license":"MIT"}}}`

func TestWhatTheContextDeclaresIsFoundAtItsLockFile(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "web/app/package-lock.json", webLock)
	root := debian()
	root["/app/node_modules/lodash/package.json"] = text(lodash)
	result := scanContext(t, scan.Input{Image: makeImage(t, root), Context: "web"})
	a := result.Analysis
	got := finding(t, a, "GHSA-xvch-5gv4-984h", "minimist")
	if got.Source != gate.SourceContext || got.Location.Path != "web/app/package-lock.json" || got.Location.Line != 5 {
		t.Errorf("minimist: source %q, location %+v", got.Source, got.Location)
	}
	if got.Package.Relation != gate.RelationDirect || !slices.Equal(got.Package.Licenses, []string{"MIT"}) || !slices.Equal(got.Paths, []string{"web/app/package-lock.json"}) {
		t.Errorf("minimist: %+v, paths %v", got.Package, got.Paths)
	}
	shown := 0
	for _, f := range a.Findings {
		if f.Package.Name == "lodash" {
			shown++
			if f.Source != "" || f.Location.Path != "" {
				t.Errorf("what the image shows is counted for the context: %+v", f)
			}
		}
	}
	if shown == 0 {
		t.Error("lodash is in the image and was not found")
	}
	if len(a.Gaps) != 0 || !slices.ContainsFunc(a.Notes, func(n string) bool {
		return strings.Contains(n, "declares 2 packages in 1 file that")
	}) {
		t.Errorf("notes %q, gaps %+v", a.Notes, a.Gaps)
	}
	sources := map[string]int{}
	for _, c := range result.Components {
		sources[c.Source]++
	}
	if sources[gate.SourceContext] != 2 || sources[""] != 3 {
		t.Errorf("components by source: %v", sources)
	}
}

func TestDirectoriesOfOthersAndOfTestsAreLeftOutAndSaid(t *testing.T) {
	dir := t.TempDir()
	for _, at := range []string{"node_modules/x", "vendor/y", "tests", ".git"} {
		put(t, filepath.Join(dir, at, "package-lock.json"), webLock)
	}
	a := scanContext(t, scan.Input{Image: makeImage(t, debian()), Context: dir}).Analysis
	for _, f := range a.Findings {
		if f.Source != "" {
			t.Errorf("found in the context: %+v", f)
		}
	}
	if !slices.ContainsFunc(a.Notes, func(n string) bool { return strings.Contains(n, "left out: .git,") && strings.Contains(n, "1 more") }) {
		t.Errorf("notes = %q", a.Notes)
	}
}

func TestWhatOfTheContextCannotBeReadIsAGap(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare func(t *testing.T, dir string)
		want    []string
		says    string
	}{
		"half a lock file": {func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "package-lock.json"), webLock[:len(webLock)/2])
		}, []string{"unreadable-file"}, "package-lock.json"},
		"half a Gemfile.lock": {func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "Gemfile.lock"), "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (2.0.1)\n")
		}, []string{"unreadable-file"}, "Gemfile.lock"},
		"a link that leads out": {func(t *testing.T, dir string) {
			if err := os.Symlink("/etc/passwd", filepath.Join(dir, "go.mod")); err != nil {
				t.Fatal(err)
			}
		}, []string{"unreadable-file"}, "go.mod"},
		"a directory in the place of a lock file": {func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "yarn.lock", "x"), "")
		}, nil, ""},
		"a context that is gone": {func(t *testing.T, dir string) {
			if err := os.Remove(dir); err != nil {
				t.Fatal(err)
			}
		}, []string{"analyzer-error"}, "build context"},
		"a context without lock files": {func(*testing.T, string) {}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "context")
			if err := os.Mkdir(dir, 0o750); err != nil {
				t.Fatal(err)
			}
			tt.prepare(t, dir)
			a := scanContext(t, scan.Input{Image: makeImage(t, debian()), Context: dir}).Analysis
			if got := guards(a); !slices.Equal(got, tt.want) {
				t.Fatalf("guards = %v, want %v: %+v", got, tt.want, a.Gaps)
			}
			if tt.want != nil && !strings.Contains(a.Gaps[0].Message, tt.says) {
				t.Errorf("message = %q", a.Gaps[0].Message)
			}
		})
	}
}

func TestNothingOfTheContextIsLeftBehind(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "package-lock.json"), webLock)
	scanContext(t, scan.Input{Dir: dir, Context: dir})
	if left, _ := filepath.Glob(filepath.Join(temp, "gate-context-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
