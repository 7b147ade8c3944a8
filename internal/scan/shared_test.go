package scan_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anchore/syft/syft/artifact"
	"github.com/anchore/syft/syft/cpe"
	"github.com/anchore/syft/syft/pkg"
	"github.com/anchore/syft/syft/sbom"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
)

// TestSharingChangesNothing scans a fleet of random bills three ways: every
// package anew, with what other scans learned, and with the library reading the
// documents. All that comes of it must be equal, to the last byte.
func TestSharingChangesNothing(t *testing.T) {
	for name, source := range map[string]func(*testing.T) string{
		"the examples":       func(t *testing.T) string { return must(exampleDatabase())(t) },
		"the large database": func(t *testing.T) string { return fullDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			database := gate.DatabasePlan{Source: source(t), CacheDir: t.TempDir()}
			db := openDatabase(t, database)
			bills, plain := twistedBills(t, database, 40)
			opts := scan.Options{Licenses: licenses(), Version: "0.0.0-test", Now: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)}
			together := scan.New(db, opts)
			opts.Apart = true
			apart := scan.New(db, opts)
			var findings atomic.Int64
			var group sync.WaitGroup
			for half := range 2 {
				group.Go(func() {
					for i := half; i < len(bills); i += 2 {
						in := scan.Input{Name: "app", SBOM: bills[i]}
						want := told(t, apart, in)
						findings.Add(int64(bytes.Count(want, []byte(`"rule":`))))
						if got := told(t, together, in); !bytes.Equal(got, want) {
							t.Errorf("bill %d shared is not what it is apart: %s", i, firstDifference(got, want))
						}
						in.Keep = filepath.Join(t.TempDir(), "kept.json")
						if got := told(t, together, in); !bytes.Equal(got, want) {
							t.Errorf("bill %d read by the library is not what it is directly: %s", i, firstDifference(got, want))
						}
					}
				})
			}
			group.Wait()
			shared := together.Shared()
			t.Logf("%+v, %d findings, %d documents read directly", shared, findings.Load(), plain)
			if plain*3 < len(bills) || plain == len(bills) {
				t.Errorf("%d of %d documents are read directly: the test wants many, but not all", plain, len(bills))
			}
			if shared.Shared*2 < shared.Asked || shared.Shared == shared.Asked {
				t.Errorf("little was shared, or everything: %+v", shared)
			}
		})
	}
}

// must makes a test fail when there is no value.
func must[V any](v V, err error) func(*testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func openDatabase(t testing.TB, plan gate.DatabasePlan) *advisories.DB {
	t.Helper()
	db, err := advisories.Open(context.Background(), plan)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// told is all that comes of a scan.
func told(t *testing.T, s *scan.Scanner, in scan.Input) []byte {
	result, err := s.Scan(t.Context(), in)
	if err != nil {
		t.Error(err)
		return nil
	}
	text, err := json.MarshalIndent([]any{result, result.Analysis.Findings, result.Analysis.Rules}, "", " ")
	if err != nil {
		t.Error(err)
	}
	return text
}

// twistedBills are documents of a small fleet, in which packages of one name and
// version differ in all else.
func twistedBills(t *testing.T, plan gate.DatabasePlan, count int) (files []string, plain int) {
	t.Helper()
	status, err := advisories.ReadStatus(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	names, err := namesIn(t.Context(), status.Path)
	if err != nil {
		t.Fatal(err)
	}
	for kind, known := range names.names {
		slices.SortStableFunc(known, func(a, b string) int { return cmp.Compare(len(names.fixes[kind][b]), len(names.fixes[kind][a])) })
		names.names[kind] = known[:min(12, len(known))]
	}
	f := newFleet(names, fleetShape{bases: 8, shared: 60, fewest: 60, most: 120, own: 0.1})
	dir := t.TempDir()
	for i := range count {
		random := rand.New(rand.NewPCG(uint64(i), 4))
		text, err := written(twisted(random, f.document(i)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Join(dir, fmt.Sprintf("%d.json", i)))
		if err := os.WriteFile(files[i], text, 0o600); err != nil {
			t.Fatal(err)
		}
		if scan.Plain(text) {
			plain++
		}
	}
	return files, plain
}

// twisted changes some of the packages, and puts some inside others.
func twisted(random *rand.Rand, bill *sbom.SBOM) *sbom.SBOM {
	packages := bill.Artifacts.Packages.Sorted()
	odd := random.IntN(6) == 0
	var systems []int
	for i := range packages {
		// An old version, of which nothing but its metadata tells what it is.
		if random.IntN(4) > 0 {
			packages[i].Version, packages[i].PURL = "0.1.0", ""
		}
		if random.IntN(2) == 0 {
			twist(random, &packages[i])
		}
		if odd && random.IntN(9) == 0 {
			twistOddly(random, &packages[i])
		}
		packages[i].SetID()
		if slices.Contains([]pkg.Type{pkg.DebPkg, pkg.ApkPkg, pkg.RpmPkg}, packages[i].Type) {
			systems = append(systems, i)
		}
	}
	for i := range packages {
		if len(systems) > 0 && random.IntN(6) == 0 {
			owner := packages[systems[random.IntN(len(systems))]]
			bill.Relationships = append(bill.Relationships, artifact.Relationship{From: owner, To: packages[i], Type: artifact.OwnershipByFileOverlapRelationship})
		}
	}
	bill.Artifacts.Packages = pkg.NewCollection(packages...)
	switch random.IntN(8) {
	case 0:
		bill.Artifacts.LinuxDistribution = nil
	case 1:
		bill.Artifacts.LinuxDistribution.IDLike = []string{"debian"}
	case 2:
		bill.Artifacts.LinuxDistribution.ID, bill.Artifacts.LinuxDistribution.VersionID = "rhel", "9.4"
	case 3:
		bill.Artifacts.LinuxDistribution.ID, bill.Artifacts.LinuxDistribution.ExtendedSupport = "ubuntu", true
	}
	return bill
}

// twist changes one thing that a matcher may read.
func twist(random *rand.Rand, p *pkg.Package) {
	twistMetadata(random, p)
	switch random.IntN(6) {
	case 0:
		p.Type = []pkg.Type{pkg.NpmPkg, pkg.PythonPkg, pkg.GemPkg, pkg.RustPkg, pkg.BinaryPkg, pkg.UnknownPkg, pkg.ApkPkg}[random.IntN(7)]
	case 1:
		p.Language = []pkg.Language{pkg.JavaScript, pkg.Python, pkg.Go, ""}[random.IntN(4)]
	case 2:
		p.CPEs = nil
	case 3:
		p.CPEs = append(p.CPEs, cpe.Must("cpe:2.3:a:openssl:openssl:3.0.1:*:*:*:*:*:*:*", cpe.DeclaredSource))
	case 4:
		p.PURL = ""
	case 5:
		p.Version = "unknown"
	}
}

// twistOddly makes a package that syft's decoder fills in.
func twistOddly(random *rand.Rand, p *pkg.Package) {
	switch random.IntN(4) {
	case 0:
		p.PURL = "pkg:rpm/redhat/" + p.Name + "@0.1.0?arch=arm64&epoch=2&rpmmod=nodejs:18"
	case 1:
		p.PURL = "pkg:maven/org.example/" + p.Name + "@0.1.0?cpes=cpe:2.3:a:openssl:openssl:3.0.1:*:*:*:*:*:*:*"
	case 2:
		p.Metadata = nil
	case 3:
		p.Metadata = pkg.SwiftPackageManagerResolvedEntry{Revision: "1"}
	}
}

func twistMetadata(random *rand.Rand, p *pkg.Package) {
	switch m := p.Metadata.(type) {
	case pkg.DpkgDBEntry:
		m.SourceVersion = []string{"", "1:0.1", "9999"}[random.IntN(3)]
		p.Metadata = m
	case pkg.RpmDBEntry:
		label := "nodejs:18:1"
		m.Arch, m.ModularityLabel, m.Epoch = "aarch64", &label, nil
		p.Metadata = m
	case pkg.ApkDBEntry:
		m.Architecture, m.OriginPackage = "", []string{p.Name, "openssl", ""}[random.IntN(3)]
		p.Metadata = m
	case pkg.GolangBinaryBuildinfoEntry:
		m.MainModule = p.Name
		m.Symbols = map[string][]string{p.Name: {"Open", "(*T).Close"}}
		p.Metadata = m
	case pkg.JavaArchive:
		m.PomProperties = nil
		m.Manifest = &pkg.JavaManifest{Main: pkg.KeyValues{{Key: "Name", Value: p.Name}}}
		p.Metadata = m
	}
}

// firstDifference shows both texts from the first line that differs.
func firstDifference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d:\n%s\nand not\n%s", i, strings.Join(g[max(0, i-20):min(len(g), i+5)], "\n"), strings.Join(w[max(0, i-20):min(len(w), i+5)], "\n"))
		}
	}
	return fmt.Sprintf("%d lines and not %d", len(g), len(w))
}
