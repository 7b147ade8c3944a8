package scan_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
)

// datedScanner scans with the example records, at a time of its own.
func datedScanner(t *testing.T, now time.Time) *scan.Scanner {
	t.Helper()
	dir, err := exampleDatabase()
	if err != nil {
		t.Fatal(err)
	}
	db, err := advisories.Open(t.Context(), gate.DatabasePlan{Source: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return scan.New(db, scan.Options{Licenses: licenses(), Version: "0.0.0-test", Now: now})
}

func TestBillsOfMaterialsAreWrittenInThreeFormatsAndReadBack(t *testing.T) {
	img := makeImage(t, debian(), map[string]content{"/app/node_modules/lodash/package.json": text(lodash)})
	scanner := datedScanner(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	for format, says := range map[string][]string{
		"syft-json":      {`"schema"`},
		"spdx-json":      {`"spdxVersion":"SPDX-2.3"`, `"created":"2026-01-02T03:04:05Z"`},
		"cyclonedx-json": {`"specVersion":"1.6"`, `"timestamp":"2026-01-02T03:04:05Z"`},
	} {
		t.Run(format, func(t *testing.T) {
			var texts [2]string
			var fromImage scan.Result
			path := filepath.Join(t.TempDir(), "bill.json")
			for i := range texts {
				var err error
				fromImage, err = scanner.Scan(t.Context(), scan.Input{Image: img, SBOMPath: path, SBOMFormat: format})
				if err != nil {
					t.Fatal(err)
				}
				raw, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				texts[i] = string(raw)
			}
			if diff := cmp.Diff(texts[0], texts[1]); diff != "" {
				t.Errorf("two documents of one image differ: %.600s", diff)
			}
			if !json.Valid([]byte(texts[0])) {
				t.Error("it is no JSON")
			}
			for _, part := range says {
				if !strings.Contains(texts[0], part) {
					t.Errorf("the document lacks %s: %.300s", part, texts[0])
				}
			}
			if strings.Contains(texts[0], "00000000-0000-0000") {
				t.Error("the number of the document was not filled in")
			}
			if a := fromImage.Analysis.Artifacts; len(a) != 1 || a[0].Kind != "sbom-"+format {
				t.Errorf("artifacts = %v", a)
			}
			again, err := scanner.Scan(t.Context(), scan.Input{SBOM: path})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tuples(fromImage.Analysis.Findings), tuples(again.Analysis.Findings)); diff != "" || len(again.Analysis.Findings) == 0 {
				t.Errorf("%d findings; %s", len(again.Analysis.Findings), diff)
			}
			if len(again.Analysis.Gaps) != 0 {
				t.Errorf("gaps = %+v", again.Analysis.Gaps)
			}
		})
	}
}

func TestADocumentOfOtherContentHasAnotherNumber(t *testing.T) {
	numbers := map[string]bool{}
	for _, version := range []string{"4.17.20", "4.17.19"} {
		path := filepath.Join(t.TempDir(), "bill.json")
		img := makeImage(t, map[string]content{"/app/node_modules/lodash/package.json": text(`{"name":"lodash","version":"` + version + `"}`)})
		run(t, scan.Input{Image: img, SBOMPath: path, SBOMFormat: "cyclonedx-json"})
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var document struct{ SerialNumber string }
		if err := json.Unmarshal(raw, &document); err != nil {
			t.Fatal(err)
		}
		numbers[document.SerialNumber] = true
	}
	if len(numbers) != 2 {
		t.Errorf("numbers = %v", numbers)
	}
}

func TestAnUnknownFormatIsAnError(t *testing.T) {
	_, err := exampleScanner(t).Scan(t.Context(), scan.Input{Dir: lockFiles(t), SBOMPath: filepath.Join(t.TempDir(), "x"), SBOMFormat: "xml"})
	if err == nil || !strings.Contains(err.Error(), `unknown format "xml"`) {
		t.Errorf("error = %v", err)
	}
}

func TestABillThatIsNoneIsTheUsersToCorrect(t *testing.T) {
	for name, document := range map[string]string{
		"nothing":         "",
		"no JSON":         "hello",
		"another JSON":    `{"hello":"world"}`,
		"half a document": cycloneDX[:len(cycloneDX)/2],
		"a list":          "[]",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bill.json")
			put(t, path, document)
			_, err := exampleScanner(t).Scan(t.Context(), scan.Input{SBOM: path})
			if !errors.Is(err, image.ErrUnsupported) || strings.Count(err.Error(), path) > 2 || !strings.Contains(err.Error(), "syft JSON, CycloneDX or SPDX") {
				t.Errorf("error = %v", err)
			}
		})
	}
}

func TestABillThatLostSomethingHitsAGuard(t *testing.T) {
	for name, tt := range map[string]struct {
		document string
		want     []string
	}{
		"the whole":          {cycloneDX, nil},
		"no distribution":    {strings.NewReplacer("&distro=debian-12", "", "pkg:deb/debian/", "pkg:deb/").Replace(cycloneDX), []string{"unknown-distro"}},
		"no versions":        {strings.NewReplacer(`"version":"4.17.20",`, "", "lodash@4.17.20", "lodash").Replace(cycloneDX), []string{"unreadable-file"}},
		"no package URL":     {strings.Replace(cycloneDX, `,"purl":"pkg:pypi/jinja2@3.1.2"`, "", 1), []string{"unreadable-file"}},
		"nothing catalogued": {`{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[]}`, []string{"no-packages"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bill.json")
			put(t, path, tt.document)
			analysis, _ := run(t, scan.Input{SBOM: path})
			if got := guards(analysis); !slices.Equal(got, tt.want) {
				t.Errorf("guards = %v, want %v: %+v", got, tt.want, analysis.Gaps)
			}
		})
	}
}

// TestWhatIsKeptForLaterMatchesAsTheImageDid holds that leaving the files out
// of a bill of materials changes nothing in what is found.
func TestWhatIsKeptForLaterMatchesAsTheImageDid(t *testing.T) {
	for name, files := range map[string]map[string]content{"debian": oldDebian(), "alpine": alpine()} {
		t.Run(name, func(t *testing.T) {
			img := makeImage(t, files, map[string]content{
				"/app/node_modules/lodash/package.json": text(lodash),
				"/var/lib/dpkg/info/openssl.list":       text("/usr/bin/openssl\n"),
			})
			whole, kept := filepath.Join(t.TempDir(), "whole.json"), filepath.Join(t.TempDir(), "kept.json")
			scanner := newScanner(t, gate.DatabasePlan{Source: fullDatabase(t)})
			result, err := scanner.Scan(t.Context(), scan.Input{Image: img, SBOMPath: whole, Keep: kept})
			if err != nil {
				t.Fatal(err)
			}
			fromWhole, err := scanner.Scan(t.Context(), scan.Input{SBOM: whole})
			if err != nil {
				t.Fatal(err)
			}
			again, err := scanner.Scan(t.Context(), scan.Input{SBOM: kept})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tuples(result.Analysis.Findings), tuples(again.Analysis.Findings)); diff != "" || len(again.Analysis.Findings) == 0 {
				t.Errorf("%d findings; %s", len(again.Analysis.Findings), diff)
			}
			if again.Analysis.Packages != result.Analysis.Packages || !slices.Equal(guards(again.Analysis), guards(fromWhole.Analysis)) {
				t.Errorf("%d packages and the guards %v, want %d and %v", again.Analysis.Packages, guards(again.Analysis), result.Analysis.Packages, guards(fromWhole.Analysis))
			}
			sizes := [2]int64{}
			for i, path := range []string{whole, kept} {
				info, err := os.Stat(path)
				if err != nil {
					t.Fatal(err)
				}
				sizes[i] = info.Size()
			}
			if sizes[1] >= sizes[0] {
				t.Errorf("what is kept has %d bytes, the whole bill %d", sizes[1], sizes[0])
			}
		})
	}
}

// TestScansMayShareADatabase is for the race detector: what one scan is told by
// the database, another is told from memory.
func TestScansMayShareADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bill.json")
	put(t, path, cycloneDX)
	scanner := exampleScanner(t)
	found := make([]int, 4)
	var group sync.WaitGroup
	for n := range found {
		group.Go(func() {
			for range 3 {
				result, err := scanner.Scan(t.Context(), scan.Input{SBOM: path})
				if err != nil {
					t.Error(err)
				}
				found[n] = len(result.Analysis.Findings)
			}
		})
	}
	group.Wait()
	if found[0] == 0 || slices.Max(found) != slices.Min(found) {
		t.Errorf("the scans find %v", found)
	}
}
