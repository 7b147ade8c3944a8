package vex_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
)

// tarOf packs files.
func tarOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	writer := tar.NewWriter(&out)
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		check(t, writer.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[name]))}))
		_, err := writer.Write([]byte(files[name]))
		check(t, err)
	}
	check(t, writer.Close())
	return out.String()
}

// debianArchive is an archive of docker save with an old package of Debian.
func debianArchive(t *testing.T) string {
	t.Helper()
	layer := tarOf(t, map[string]string{
		"etc/os-release":      "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n",
		"var/lib/dpkg/status": "Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.1-1\n\nPackage: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.80.0-1\n\n",
	})
	config := fmt.Sprintf(`{"os": "linux", "architecture": "amd64", "config": {}, "rootfs": {"type": "layers", "diff_ids": ["sha256:%x"]}}`, sha256.Sum256([]byte(layer)))
	path := filepath.Join(t.TempDir(), "image.tar")
	check(t, os.WriteFile(path, []byte(tarOf(t, map[string]string{
		"layer.tar": layer, "config.json": config,
		"manifest.json": `[{"Config": "config.json", "RepoTags": ["registry.example.com/team/app:1.2"], "Layers": ["layer.tar"]}]`,
	})), 0o600))
	return path
}

type grypeMatch struct {
	Vulnerability struct{ ID string }
	Artifact      struct{ Name, Version, PURL string }
}

// runGrype gives what it finds and what it ignores.
func runGrype(t *testing.T, cache string, args ...string) (matches, ignored []grypeMatch) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Getenv("GATE_GRYPE"), append(args, "-o", "json", "-q")...)
	cmd.Env = append(os.Environ(), "GRYPE_DB_CACHE_DIR="+cache, "GRYPE_DB_AUTO_UPDATE=false", "GRYPE_DB_VALIDATE_AGE=false", "GRYPE_CHECK_FOR_APP_UPDATE=false")
	raw, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("grype: %v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var document struct{ Matches, IgnoredMatches []grypeMatch }
	check(t, json.Unmarshal(raw, &document))
	return document.Matches, document.IgnoredMatches
}

func grypeDatabase(t *testing.T) string {
	t.Helper()
	archive, err := filepath.Abs("../../../shared/data/vulnerabilities/grype-db-full.tar.zst")
	check(t, err)
	if _, err := os.Stat(archive); err != nil {
		t.Skip("the vulnerability database beside the repository is absent")
	}
	cache := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Getenv("GATE_GRYPE"), "db", "import", archive)
	cmd.Env = append(os.Environ(), "GRYPE_DB_CACHE_DIR="+cache, "GRYPE_DB_VALIDATE_AGE=false", "GRYPE_CHECK_FOR_APP_UPDATE=false")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("grype db import: %v: %s", err, out)
	}
	return cache
}

// TestGrypeIgnoresExactlyWhatAnExportSaysIsNotAffected hands exported waivers to
// the program named in GATE_GRYPE.
func TestGrypeIgnoresExactlyWhatAnExportSaysIsNotAffected(t *testing.T) {
	if os.Getenv("GATE_GRYPE") == "" {
		t.Skip("GATE_GRYPE does not name Grype's command line (make it with: go build -C tools/grype github.com/anchore/grype/cmd/grype)")
	}
	cache, archive := grypeDatabase(t), "docker-archive:"+debianArchive(t)
	before, _ := runGrype(t, cache, archive)
	if len(before) < 4 {
		t.Fatalf("Grype finds %d things only, which proves nothing", len(before))
	}
	report := gate.Report{Subjects: []gate.Subject{{Image: "app", Source: archive, Tags: []string{"registry.example.com/team/app:1.2"}}}}
	var waivers []gate.Waiver
	want := map[string]bool{}
	for i, m := range before {
		line, status := fmt.Sprint(i), gate.VEXStatus("")
		if i%2 == 0 {
			status = gate.VEXNotAffected
			want[m.Vulnerability.ID+" "+m.Artifact.PURL] = true
		}
		waivers = append(waivers, waive(m.Vulnerability.ID, line, status))
		report.Decisions = append(report.Decisions, waived(m.Vulnerability.ID, m.Artifact.PURL, line))
	}
	data, _ := export(t, report, waivers...)
	path := filepath.Join(t.TempDir(), "waivers.openvex.json")
	check(t, os.WriteFile(path, data, 0o600))
	after, ignored := runGrype(t, cache, archive, "--vex", path)
	got := map[string]bool{}
	for _, m := range ignored {
		got[m.Vulnerability.ID+" "+m.Artifact.PURL] = true
	}
	if len(after)+len(ignored) != len(before) || len(got) != len(want) {
		t.Errorf("of %d matches %d are left and %d ignored, want %d", len(before), len(after), len(ignored), len(want))
	}
	for id := range want {
		if !got[id] {
			t.Errorf("%s is not ignored", id)
		}
	}
	ours := ignoredHere(t, data, before)
	if strings.Join(ours, "\n") != strings.Join(sortedKeys(got), "\n") {
		t.Errorf("gate and Grype differ about %s: %q, %q", path, ours, sortedKeys(got))
	}
}

// ignoredHere is what gate makes of the same document.
func ignoredHere(t *testing.T, data []byte, matches []grypeMatch) []string {
	t.Helper()
	statements, _, err := vex.Resolve(gate.Policy{VEX: []gate.Document{{Path: "x", Content: data}}}, nil,
		[]vex.Target{{Image: "app", Names: []string{"registry.example.com/team/app:1.2"}}})
	check(t, err)
	ours := map[string]bool{}
	for _, m := range matches {
		for _, s := range statements {
			if s.Status == gate.VEXNotAffected && slices.Contains(s.IDs, m.Vulnerability.ID) && slices.Contains(s.Packages, m.Artifact.PURL) {
				ours[m.Vulnerability.ID+" "+m.Artifact.PURL] = true
			}
		}
	}
	return sortedKeys(ours)
}

func sortedKeys(set map[string]bool) []string {
	var keys []string
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
