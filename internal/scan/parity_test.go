package scan_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
)

// TestMatchesEqualThoseOfGrypesCommandLine compares findings with the output of
// the program named in GATE_GRYPE, built by tools/grype from the same version,
// on the same database, as multisets.
func TestMatchesEqualThoseOfGrypesCommandLine(t *testing.T) {
	grype := os.Getenv("GATE_GRYPE")
	if grype == "" {
		t.Skip("GATE_GRYPE does not name Grype's command line (make it with: go build -C tools/grype github.com/anchore/grype/cmd/grype)")
	}
	plan := gate.DatabasePlan{Source: fullDatabase(t), CacheDir: t.TempDir()}
	status, err := advisories.ReadStatus(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.Symlink(filepath.Dir(status.Path), filepath.Join(root, "6")); err != nil {
		t.Fatal(err)
	}
	scanner := newScanner(t, plan)
	locks := lockFiles(t)
	for name, prepare := range map[string]func(t *testing.T) (target string, in scan.Input){
		"a Debian image": debianImage,
		"an image of several layers with old packages": func(t *testing.T) (string, scan.Input) {
			newer := map[string]content{
				"/var/lib/dpkg/status":                  text(oldDebian()["/var/lib/dpkg/status"].text + stanza("zlib1g", "zlib", "1:1.2.13.dfsg-1")),
				"/app/node_modules/jquery/package.json": text(`{"name":"jquery","version":"3.4.0"}`),
				"/app/node_modules/.wh.lodash":          text(""),
			}
			ref := "docker-archive:" + makeArchive(t, oldDebian(), newer)
			return ref, scan.Input{Image: openImage(t, ref)}
		},
		"an Alpine image": func(t *testing.T) (string, scan.Input) {
			ref := "docker-archive:" + makeArchive(t, alpine())
			return ref, scan.Input{Image: openImage(t, ref)}
		},
		"a directory with lock files of six languages": func(*testing.T) (string, scan.Input) { return "dir:" + locks, scan.Input{Dir: locks} },
		"a directory with jars": func(t *testing.T) (string, scan.Input) {
			dir := t.TempDir()
			for name, content := range jars(t) {
				put(t, filepath.Join(dir, name), content)
			}
			return "dir:" + dir, scan.Input{Dir: dir}
		},
		"an image with jars": func(t *testing.T) (string, scan.Input) {
			root := map[string]content{}
			for name, raw := range jars(t) {
				root["/app/"+name] = text(raw)
			}
			ref := "docker-archive:" + makeArchive(t, root)
			return ref, scan.Input{Image: openImage(t, ref)}
		},
		"a directory with a Go program": func(t *testing.T) (string, scan.Input) {
			dir := t.TempDir()
			copyProgram(t, grype, filepath.Join(dir, "program"))
			return "dir:" + dir, scan.Input{Dir: dir}
		},
		"a bill of materials": func(t *testing.T) (string, scan.Input) {
			bill := filepath.Join(t.TempDir(), "bill.json")
			if _, err := scanner.Scan(t.Context(), scan.Input{Dir: locks, SBOMPath: bill}); err != nil {
				t.Fatal(err)
			}
			return "sbom:" + bill, scan.Input{SBOM: bill}
		},
		"a bill of materials in CycloneDX": func(t *testing.T) (string, scan.Input) {
			bill := filepath.Join(t.TempDir(), "bill.json")
			put(t, bill, cycloneDX)
			return "sbom:" + bill, scan.Input{SBOM: bill}
		},
	} {
		t.Run(name, func(t *testing.T) {
			target, in := prepare(t)
			want := runGrype(t, grype, root, target)
			matches, err := scan.Unjoined(t.Context(), scanner, in)
			if err != nil {
				t.Fatal(err)
			}
			got := tuples(matches)
			if len(want) == 0 {
				t.Error("Grype finds nothing here, which proves nothing")
			}
			t.Logf("%d matches", len(got))
			for _, line := range difference(want, got) {
				t.Error(line)
			}
		})
	}
}

// tuple is what two tools must agree on.
type tuple struct{ Advisory, Package, Version, Type, Fix, Severity string }

func (u tuple) String() string {
	return strings.Join([]string{u.Advisory, u.Package, u.Version, u.Type, u.Fix, u.Severity}, " ")
}

func tuples(findings []gate.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, tuple{f.Rule, f.Package.Name, f.Package.Version, f.Package.Type, string(f.Fix.State), f.Severity.String()}.String())
	}
	slices.Sort(out)
	return out
}

func runGrype(t *testing.T, program, root, target string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, target, "-o", "json", "-q")
	cmd.Env = append(os.Environ(),
		"GRYPE_DB_CACHE_DIR="+root, "GRYPE_DB_AUTO_UPDATE=false", "GRYPE_DB_VALIDATE_AGE=false", "GRYPE_CHECK_FOR_APP_UPDATE=false")
	raw, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("grype: %v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var document struct {
		Matches []struct {
			Vulnerability struct {
				ID, Severity string
				Fix          struct{ State string }
			}
			Artifact struct{ Name, Version, Type string }
		}
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range document.Matches {
		out = append(out, tuple{
			m.Vulnerability.ID, m.Artifact.Name, m.Artifact.Version, m.Artifact.Type,
			cmp.Or(m.Vulnerability.Fix.State, "unknown"), strings.ToLower(m.Vulnerability.Severity),
		}.String())
	}
	slices.Sort(out)
	return out
}

// difference lists what only one of two sorted multisets has.
func difference(want, got []string) []string {
	var out []string
	for len(want) > 0 || len(got) > 0 {
		switch {
		case len(got) == 0 || len(want) > 0 && want[0] < got[0]:
			out, want = append(out, "only Grype: "+want[0]), want[1:]
		case len(want) == 0 || got[0] < want[0]:
			out, got = append(out, "only gate: "+got[0]), got[1:]
		default:
			want, got = want[1:], got[1:]
		}
	}
	return out
}

// debianImage saves debian:bookworm-slim from the Docker Engine.
func debianImage(t *testing.T) (string, scan.Input) {
	archive := savedDebian(t)
	return "docker-archive:" + archive, scan.Input{Image: openImage(t, "docker-archive:"+archive)}
}

func savedDebian(t testing.TB) string {
	t.Helper()
	if os.Getenv("GATE_E2E") != "1" {
		t.Skip("GATE_E2E=1 is not set: the Docker Engine is not used")
	}
	docker, err := exec.LookPath("/usr/bin/docker")
	if err != nil {
		t.Skip("there is no docker program")
	}
	archive := filepath.Join(t.TempDir(), "debian.tar")
	if out, err := exec.CommandContext(t.Context(), docker, "save", "-o", archive, "debian:bookworm-slim").CombinedOutput(); err != nil {
		t.Skipf("debian:bookworm-slim cannot be saved: %s", out)
	}
	return archive
}

func openImage(t testing.TB, ref string) *image.Image {
	t.Helper()
	img, err := image.Open(t.Context(), ref, image.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := img.Close(); err != nil {
			t.Error(err)
		}
	})
	return img
}

func copyProgram(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, raw, 0o700); err != nil {
		t.Fatal(err)
	}
}
