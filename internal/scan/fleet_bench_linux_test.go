package scan_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
)

// fleetSize is how many bills of materials the measurement matches again.
const fleetSize = 2000

// BenchmarkFleet measures what it takes to match a fleet of kept bills again in
// one process, on two cores: alone and shared, of growing fleets, and against
// Grype's command line on some of the same bills where GATE_GRYPE names it.
func BenchmarkFleet(b *testing.B) {
	if os.Getenv("GATE_BENCH") != "1" {
		b.Skip("a measurement of minutes, not a test: set GATE_BENCH=1")
	}
	plan := gate.DatabasePlan{Source: fullDatabase(b), CacheDir: b.TempDir()}
	status, err := advisories.ReadStatus(b.Context(), plan)
	if err != nil {
		b.Fatal(err)
	}
	files := writeFleet(b, status.Path)
	b.Run(fmt.Sprintf("apart/%d", fleetSize/4), func(b *testing.B) { measure(b, plan, files[:fleetSize/4], true) })
	var last time.Duration
	for _, size := range []int{fleetSize / 4, fleetSize / 2, fleetSize} {
		b.Run(fmt.Sprintf("shared/%d", size), func(b *testing.B) { last = measure(b, plan, files[:size], false) })
	}
	b.Run("the command line of Grype", func(b *testing.B) { measureGrype(b, status.Path, files, last) })
}

// writeFleet makes the documents, and says what they are like.
func writeFleet(b *testing.B, database string) (files []string) {
	b.Helper()
	names, err := namesIn(b.Context(), database)
	if err != nil {
		b.Fatal(err)
	}
	// A folder that somebody names is left for the measurement of the whole program.
	f, dir := newFleet(names, largeFleet()), os.Getenv("GATE_BENCH_FLEET")
	if dir == "" {
		dir = b.TempDir()
	}
	type pair struct {
		kind          pkg.Type
		name, version string
	}
	distinct, total, size := map[pair]bool{}, 0, 0
	for i := range fleetSize {
		bill := f.document(i)
		for p := range bill.Artifacts.Packages.Enumerate() {
			distinct[pair{p.Type, p.Name, p.Version}] = true
			total++
		}
		text, err := written(bill)
		if err != nil {
			b.Fatal(err)
		}
		size += len(text)
		files = append(files, filepath.Join(dir, fmt.Sprintf("%04d.json", i)))
		if err := os.WriteFile(files[i], text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d bills of %d to %d packages, %d MB: %.0f %% of %d pairs of a name and a version are distinct",
		fleetSize, f.shape.fewest, f.shape.most, size>>20, 100*float64(len(distinct))/float64(total), total)
	return files
}

// measure scans with two at a time and keeps all findings, as a rescan does.
func measure(b *testing.B, plan gate.DatabasePlan, files []string, apart bool) time.Duration {
	b.Helper()
	var took time.Duration
	for b.Loop() {
		scanner := scan.New(openDatabase(b, plan), scan.Options{Licenses: licenses(), Now: time.Now(), Apart: apart})
		forgetPeak()
		start, before := time.Now(), processorTime(b)
		kept := scanAll(b, scanner, files)
		took = time.Since(start) / time.Duration(len(files))
		findings := 0
		for _, found := range kept {
			findings += len(found)
		}
		shared := scanner.Shared()
		b.ReportMetric(1/took.Seconds(), "bills/s")
		b.ReportMetric(float64(processorTime(b)-before)/float64(len(files))/1e6, "cpu-ms/bill")
		b.ReportMetric(peak(), "peak-MB")
		b.ReportMetric(float64(findings)/float64(len(files)), "findings/bill")
		b.ReportMetric(100*float64(shared.Shared)/float64(max(1, shared.Asked)), "%shared")
	}
	return took
}

func scanAll(b *testing.B, scanner *scan.Scanner, files []string) [][]gate.Finding {
	b.Helper()
	kept := make([][]gate.Finding, len(files))
	var next atomic.Int64
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(files); i = int(next.Add(1)) - 1 {
				result, err := scanner.Scan(b.Context(), scan.Input{Name: "app", SBOM: files[i]})
				if err != nil {
					b.Error(err)
					return
				}
				kept[i] = result.Analysis.Findings
			}
		})
	}
	group.Wait()
	return kept
}

// measureGrype runs the command line once for each of some bills, one after the
// other, with the same database.
func measureGrype(b *testing.B, database string, files []string, ours time.Duration) {
	program := os.Getenv("GATE_GRYPE")
	if program == "" {
		b.Skip("GATE_GRYPE does not name Grype's command line")
	}
	root := b.TempDir()
	if err := os.Symlink(filepath.Dir(database), filepath.Join(root, "6")); err != nil {
		b.Fatal(err)
	}
	const some = 12
	for b.Loop() {
		start := time.Now()
		for i := range some {
			cmd := exec.CommandContext(b.Context(), program, "sbom:"+files[i*len(files)/some], "-o", "json", "-q")
			cmd.Env = append(os.Environ(),
				"GRYPE_DB_CACHE_DIR="+root, "GRYPE_DB_AUTO_UPDATE=false", "GRYPE_DB_VALIDATE_AGE=false", "GRYPE_CHECK_FOR_APP_UPDATE=false")
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("grype: %v: %.500s", err, out)
			}
		}
		each := time.Since(start) / some
		b.ReportMetric(float64(each.Milliseconds()), "ms/bill")
		b.ReportMetric(each.Seconds()/ours.Seconds(), "times-as-long")
	}
}

// processorTime is what the process has used of all cores until now.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// forgetPeak lets the kernel measure the peak anew, where it can.
func forgetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600) }

// peak is the most memory that the process held, in megabytes; 0 where the
// kernel does not tell.
func peak() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	size, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return 0
	}
	return size / 1024
}
