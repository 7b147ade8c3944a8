package scan_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/containergate/gate/internal/scan"
)

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
