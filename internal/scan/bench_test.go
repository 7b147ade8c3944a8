package scan_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
)

// BenchmarkWhole is what a process does for one image: the licence scanner is
// made, the image opened, catalogued and matched, its bill of materials written, and
// matched again. Its profile is what a release is compiled by (make profile).
func BenchmarkWhole(b *testing.B) {
	if os.Getenv("GATE_BENCH") != "1" {
		b.Skip("a measurement, not a test: set GATE_BENCH=1")
	}
	archive, bill := savedDebian(b), filepath.Join(b.TempDir(), "bill.json")
	plan := gate.DatabasePlan{Source: fullDatabase(b), CacheDir: b.TempDir()}
	for b.Loop() {
		scanner := scan.New(openDatabase(b, plan), scan.Options{Now: time.Now()})
		img := openImage(b, "docker-archive:"+archive)
		for _, in := range []scan.Input{{Image: img, SBOMPath: bill}, {SBOM: bill}} {
			if _, err := scanner.Scan(b.Context(), in); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkScan shows what a scan of a real Debian image costs once the image
// is open: the catalogue and matches alone, and with a bill of materials.
func BenchmarkScan(b *testing.B) {
	if os.Getenv("GATE_BENCH") != "1" {
		b.Skip("a measurement, not a test: set GATE_BENCH=1")
	}
	for name, bill := range map[string]string{"plain": "", "with a bill of materials": "bill.json"} {
		b.Run(name, func(b *testing.B) {
			img := openImage(b, "docker-archive:"+savedDebian(b))
			scanner := exampleScanner(b)
			in := scan.Input{Image: img}
			if bill != "" {
				in.SBOMPath = filepath.Join(b.TempDir(), bill)
			}
			for b.Loop() {
				if _, err := scanner.Scan(b.Context(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
