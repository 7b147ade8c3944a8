package e2e_test

import (
	"archive/tar"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What a check may take at most of what Grype takes, and how many times faster
// what was kept is matched again.
const (
	mostOfGrypeTime      = 1.0
	mostOfGrypeProcessor = 1.1
	mostOfGrypeMemory    = 1.1
	timesFasterAgain     = 10
)

// TestBenchCheckAgainstGrype holds gate check of ready Debian images, without
// and with a bill of materials, against the Grype command line alone, on the same
// image and database, with lint, attribution and decision on top, and what was kept
// of an image against its check, when a process of its own matches it again. The
// larger images have this machine's own files above Debian's; Debian alone is shown,
// and not held.
func TestBenchCheckAgainstGrype(t *testing.T) {
	b := newGrypeBench(t)
	for _, image := range []struct {
		name   string
		size   int64
		rounds int
	}{{"slim", 0, 5}, {"200 MB", 120 << 20, 5}, {"1 GB", 920 << 20, 7}} {
		t.Run(image.name, func(t *testing.T) {
			archive := b.image(t, image.size)
			bill, kept := filepath.Join(b.work, "bill.json"), filepath.Join(b.work, "kept.zst")
			check := []string{"check", "--image", "docker-archive:" + archive, "--dockerfile", b.file}
			plain := func() sample { return b.run(t, check...) }
			peer := func() sample { return measure(t, b.env, b.grype, "docker-archive:"+archive, "-q", "-o", "json") }
			shown := image.size == 0
			held(t, image.rounds, "a check", shown, plain, peer)
			held(t, image.rounds, "with an SBOM", shown, func() sample { return b.run(t, append(check, "--sbom", bill)...) }, peer)
			b.run(t, append(check, "--keep-baseline", kept)...)
			times := b.again(t, image.rounds, plain, "kept:"+kept)
			b.again(t, image.rounds, plain, "sbom:"+bill)
			if times < timesFasterAgain && !shown {
				t.Errorf("what was kept is matched again less than %d times as fast as it was checked", timesFasterAgain)
			}
		})
	}
}

// again shows how many times faster a bill is matched than its image is checked.
func (b grypeBench) again(t *testing.T, rounds int, check func() sample, target string) float64 {
	t.Helper()
	scheme, _, _ := strings.Cut(target, ":")
	whole, again, times, _ := race(t, rounds, check, func() sample { return b.run(t, "scan", target) })
	t.Logf("a check %s, %s: again %s: %.1f times faster", whole, scheme, again, times)
	return times
}

// held holds a way to check against Grype, or only shows it.
func held(t *testing.T, rounds int, name string, shown bool, way, grype func() sample) {
	t.Helper()
	gate, peer, wall, cpu := race(t, rounds, way, grype)
	memory := float64(gate.peak) / float64(peer.peak)
	t.Logf("%-12s %s", name, gate)
	t.Logf("grype alone  %s", peer)
	t.Logf("gate/grype   %.2f of the wall-clock time, %.2f of the processor time, %.2f of the memory", wall, cpu, memory)
	if shown {
		return
	}
	if wall > mostOfGrypeTime || cpu > mostOfGrypeProcessor || memory > mostOfGrypeMemory {
		t.Errorf("%s takes more than %.1f of Grype's time, %.1f of its processor time or %.1f of its memory", name, mostOfGrypeTime, mostOfGrypeProcessor, mostOfGrypeMemory)
	}
}

// grypeBench is what the measurements share.
type grypeBench struct {
	gate, grype, work, file, database string
	env                               []string
}

func newGrypeBench(t *testing.T) grypeBench {
	t.Helper()
	b := grypeBench{gate: needBench(t), grype: os.Getenv("GATE_GRYPE"), work: t.TempDir()}
	if b.grype == "" || !haveDocker() {
		t.Skip("no Grype command line, or no Engine to take an image from")
	}
	archive := os.Getenv("GATE_BENCH_DB")
	if archive == "" {
		t.Skip("GATE_BENCH_DB names no database archive")
	}
	// What is kept for later runs is kept of a commit.
	r := (&bases{home: b.work}).repository(t)
	r.commit(t, tree{"README": "An image that somebody else builds.\n"})
	t.Chdir(r.dir)
	b.file = filepath.Join(b.work, "Dockerfile")
	if err := os.WriteFile(b.file, []byte("FROM scratch\nADD rootfs.tar /\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.env = []string{
		"GRYPE_DB_CACHE_DIR=" + filepath.Join(b.work, "db"), "GRYPE_DB_AUTO_UPDATE=false",
		"GRYPE_DB_VALIDATE_AGE=false", "GRYPE_CHECK_FOR_APP_UPDATE=false",
	}
	began := time.Now()
	measure(t, b.env, b.grype, "db", "import", archive)
	t.Logf("database: imported and indexed in %.1f s", time.Since(began).Seconds())
	b.database = filepath.Join(b.work, "db", "6")
	return b
}

// run is one run of gate. What these images lack is known and allowed.
func (b grypeBench) run(t *testing.T, args ...string) sample {
	t.Helper()
	return measure(t, nil, b.gate, append(args, "--db", b.database, "--max-db-age", "0", "--format", "json", "--exit-zero",
		"--allow", "distro-eol", "--allow", "unidentified-executables", "--allow", "unreadable-file")...)
}

// image saves Debian with a layer of so many bytes of this machine's files.
func (b grypeBench) image(t *testing.T, size int64) string {
	t.Helper()
	name := "debian:bookworm-slim"
	if size > 0 {
		name = "gate-bench:filled"
		folder := t.TempDir()
		fill(t, filepath.Join(folder, "fill.tar"), size)
		if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM debian:bookworm-slim\nADD fill.tar /opt/\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		docker(t, "build", "--quiet", "--tag", name, folder)
		defer docker(t, "rmi", "--force", name)
	}
	archive := filepath.Join(b.work, "image.tar")
	docker(t, "save", "-o", archive, name)
	return archive
}

// errFull ends the walk of fill.
var errFull = errors.New("there are enough files")

// fill writes an archive of this machine's programs and libraries, up to a size.
func fill(t *testing.T, archive string, size int64) {
	t.Helper()
	out, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	tape := tar.NewWriter(out)
	for _, root := range []string{"/usr/lib", "/usr/share", "/usr/bin", "/usr/local"} {
		err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return nil //nolint:nilerr // What can't be read is left out: any files will do.
			}
			written, err := add(tape, path)
			if size -= written; err == nil && size <= 0 {
				return errFull
			}
			return err
		})
		if err != nil {
			break
		}
	}
	if err != nil && !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	if err := errors.Join(tape.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	if size > 0 {
		t.Skipf("this machine lacks %d MB of files to fill an image with", size>>20)
	}
}

func add(tape *tar.Writer, path string) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	if err := tape.WriteHeader(&tar.Header{Name: path[1:], Mode: int64(info.Mode().Perm()), Size: info.Size()}); err != nil {
		return 0, err
	}
	return io.CopyN(tape, file, info.Size())
}
