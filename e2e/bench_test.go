package e2e_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// sample is one run of a program, as the operating system accounts for it.
type sample struct {
	wall time.Duration
	cpu  time.Duration
	// peak is the largest resident size in bytes.
	peak int64
}

// measure runs a program to its end and throws its output away.
func measure(t *testing.T, env []string, name string, args ...string) sample {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Env = append(os.Environ(), env...)
	command.Stdout = io.Discard
	began := time.Now()
	err := command.Run()
	wall := time.Since(began)
	if err != nil && !exitedWith(err, 1) {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("this system does not account for processes")
	}
	return sample{wall: wall, cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime(), peak: usage.Maxrss << 10}
}

// race runs two programs in turn, after one run each that does not count, and
// returns the medians of both and of the ratio pair by pair.
func race(t *testing.T, rounds int, a, b func() sample) (medianA, medianB sample, wall, cpu float64) {
	t.Helper()
	a()
	b()
	var as, bs []sample
	var walls, cpus []float64
	for range rounds {
		x, y := a(), b()
		as, bs = append(as, x), append(bs, y)
		walls = append(walls, float64(x.wall)/float64(y.wall))
		cpus = append(cpus, float64(x.cpu)/float64(y.cpu))
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	return median(as), median(bs), walls[rounds/2], cpus[rounds/2]
}

func median(samples []sample) sample {
	walls, cpus, peaks := []time.Duration{}, []time.Duration{}, []int64{}
	for _, s := range samples {
		walls, cpus, peaks = append(walls, s.wall), append(cpus, s.cpu), append(peaks, s.peak)
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	slices.Sort(peaks)
	n := len(samples) / 2
	return sample{walls[n], cpus[n], peaks[n]}
}

func (s sample) String() string {
	return fmt.Sprintf("%6.2f s wall  %6.2f s cpu  %5d MB", s.wall.Seconds(), s.cpu.Seconds(), s.peak>>20)
}

// needBench skips unless make bench runs.
func needBench(t *testing.T) string {
	t.Helper()
	if os.Getenv("GATE_BENCH") != "1" {
		t.Skip("a measurement, not a test: run make bench")
	}
	return gateBin(t)
}

// TestBenchLintAgainstBuildKit lints the cases of the rule catalog with gate
// and with BuildKit's own linter.
func TestBenchLintAgainstBuildKit(t *testing.T) {
	bin := needBench(t)
	peer := os.Getenv("GATE_BUILDKIT_LINT")
	if peer == "" {
		t.Skip("GATE_BUILDKIT_LINT names no program")
	}
	folder, files := corpus(t)
	gate, buildkit, wall, cpu := race(t, 5,
		func() sample { return measure(t, nil, bin, "lint", "--format", "json", "--exit-zero", folder) },
		func() sample { return measure(t, nil, peer, folder) })
	rate := func(s sample) float64 { return float64(files) / s.wall.Seconds() }
	t.Logf("%d Dockerfiles", files)
	t.Logf("gate lint      %s  %6.0f files/s", gate, rate(gate))
	t.Logf("BuildKit lint  %s  %6.0f files/s", buildkit, rate(buildkit))
	t.Logf("gate/BuildKit  %.2f of the processor time, %.2f of the wall-clock time", cpu, wall)
}

// corpus writes every Dockerfile of the catalog's cases, several times over,
// so that starting the program does not drown what is measured.
func corpus(t *testing.T) (folder string, files int) {
	t.Helper()
	folder = t.TempDir()
	archives, err := filepath.Glob("../internal/lint/rules/testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if filepath.Base(file.Name) != "Dockerfile" {
				continue
			}
			for range 5 {
				files++
				target := filepath.Join(folder, fmt.Sprintf("Dockerfile.%05d", files))
				if err := os.WriteFile(target, file.Data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return folder, files
}

// TestBenchColdStart shows what a user waits for the first time.
func TestBenchColdStart(t *testing.T) {
	bin := needBench(t)
	if image := os.Getenv("GATE_ACTION_IMAGE"); image != "" && haveDocker() {
		t.Logf("action image   %s to pull, compressed", size(t, image))
	}
	archive := os.Getenv("GATE_BENCH_DB")
	if archive == "" {
		t.Skip("GATE_BENCH_DB names no database archive")
	}
	info, err := os.Stat(archive)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("database       %.1f MB to fetch", float64(info.Size())/1e6)
	cache := t.TempDir()
	s := measure(t, nil, bin, "db", "import", "--db-cache", cache, "--max-db-age", "0", archive)
	t.Logf("  and index    %s", s)
	if !haveDocker() {
		return
	}
	args := []string{"check", "../examples/shop", "--builder", "docker", "--no-cache", "--db", archive, "--db-cache", cache, "--max-db-age", "0"}
	t.Logf("check, first   %s", measure(t, nil, bin, args...))
	t.Logf("check, again   %s", measure(t, nil, bin, args...))
}

// size is that of an image's layers as a registry would send them.
func size(t *testing.T, image string) string {
	t.Helper()
	save := exec.CommandContext(t.Context(), "docker", "save", image)
	zip := exec.CommandContext(t.Context(), "gzip", "-c")
	pipe, err := save.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	zip.Stdin = pipe
	var count counter
	zip.Stdout = &count
	if err := save.Start(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Run(); err != nil {
		t.Fatal(err)
	}
	if err := save.Wait(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%.0f MB", float64(count)/1e6)
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
