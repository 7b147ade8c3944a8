package e2e_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// bases is what the scenarios of baselines share.
type bases struct {
	bin string
	// home is nobody's; database is made of the example advisories, and earlier
	// of those but for two.
	home, database, earlier string
	// temp is where the program has its own temporary files.
	temp string
}

// scene is a scenario of a real repository whose commits are built by the Engine.
type scene func(*testing.T, *bases)

// TestBaselines says of a change as a whole what is new, existing and fixed.
func TestBaselines(t *testing.T) {
	bin := gateBin(t)
	if !haveDocker() {
		t.Skip("no Docker Engine")
	}
	b := newBases(t, bin)
	b.earlier = b.build(t, earlierAdvisories(t))
	scenes := map[string]scene{}
	for _, some := range []map[string]scene{
		packageScenes(), dockerfileScenes(), imageScenes(), missingScenes(), keptScenes(), refusedScenes(),
		documentScenes(), ratchetScenes(), baseScenes(), policyScenes(), cacheScenes(),
	} {
		maps.Copy(scenes, some)
	}
	for _, name := range slices.Sorted(maps.Keys(scenes)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenes[name](t, b)
		})
	}
}

// newBases makes the database, and holds that no run leaves temporary files.
func newBases(t *testing.T, bin string) *bases {
	t.Helper()
	b := &bases{bin: bin, home: t.TempDir(), temp: t.TempDir()}
	b.database = b.build(t, "../examples/advisories")
	t.Cleanup(func() {
		if left, err := os.ReadDir(b.temp); err != nil || len(left) > 0 {
			t.Errorf("files are left in the temporary folder: %v (%v)", left, err)
		}
	})
	return b
}

// build makes a database of a folder of advisories.
func (b *bases) build(t *testing.T, from string) string {
	t.Helper()
	database := filepath.Join(t.TempDir(), "db")
	out, err := exec.CommandContext(t.Context(), b.bin, "db", "build", "--from", from, "--out", database).CombinedOutput()
	if err != nil && !exitedWith(err, 3) {
		t.Fatalf("build the database: %v\n%s", err, out)
	}
	return database
}

// earlierAdvisories are the examples from before that of lodash was published,
// and before that of perl was found to be as severe as it is.
func earlierAdvisories(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"manifest.json", "debian.json", "npm.json"} {
		content, err := os.ReadFile(filepath.Join("../examples/advisories", name))
		if err != nil {
			t.Fatal(err)
		}
		if name != "manifest.json" {
			content = edited(t, content, asOfEarlier)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func asOfEarlier(records []map[string]any) []map[string]any {
	for _, record := range records {
		if record["id"] == "CVE-2023-31484" {
			record["severity"] = "low"
			delete(record, "cvss")
		}
	}
	return slices.DeleteFunc(records, func(record map[string]any) bool { return record["id"] == "GHSA-35jh-r3h4-6jhm" })
}
