package e2e_test

import (
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan/store"
)

// What a rescan of thousands may take: the time for all, the memory, and how much
// less of the time than Grype's command line needs for each.
const (
	mostRescan  = 5 * time.Minute
	mostMemory  = 1536 << 20
	timesFaster = 20
)

// TestBenchRescan scans a whole fleet again from kept bills of materials, which
// GATE_BENCH_FLEET holds, as a user does: a registry is asked what is released, each
// bill is matched, everything is judged, remembered and reported. It shows a fleet of a
// quarter, of half and of all of them, the same again with nothing changed, and
// Grype's command line over some of the bills.
func TestBenchRescan(t *testing.T) {
	bin := needBench(t)
	bills, err := filepath.Glob(filepath.Join(os.Getenv("GATE_BENCH_FLEET"), "*.json"))
	if err != nil || len(bills) < 100 {
		t.Skip("GATE_BENCH_FLEET names no folder with bills of materials (scripts/bench.sh makes one)")
	}
	slices.Sort(bills)
	b := newGrypeBench(t)
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	digests := pushFleet(t, host, len(bills))
	var all sample
	for _, count := range []int{len(bills) / 4, len(bills) / 2, len(bills)} {
		dir := t.TempDir()
		keepFleet(t, dir, bills[:count], digests)
		policy := "version: 1\nallow: [distro-eol, unknown-distro, unidentified-executables, unreadable-file]\nreleased: [{file: fleet.txt}]\n"
		write(t, filepath.Join(dir, ".gate.yaml"), policy)
		write(t, filepath.Join(dir, "fleet.txt"), references(host, digests[:count]))
		t.Chdir(dir)
		run := func(flags ...string) sample {
			return measure(t, []string{"HOME=" + b.work}, bin, append([]string{"rescan", "--db", b.database, "--max-db-age", "0", "--output", "html=page.html", "--output", "json=rescan.json"}, flags...)...)
		}
		all = run()
		t.Logf("%5d images %s, %.0f a minute", count, all, float64(count)/all.wall.Minutes())
		t.Logf("%5d again  %s", count, run())
	}
	if all.wall > mostRescan || all.peak > mostMemory {
		t.Errorf("%d images take %s, more than %s or %d MB", len(bills), all, mostRescan, mostMemory>>20)
	}
	var peer sample
	const some = 10
	for n := range some {
		one := measure(t, b.env, b.grype, "sbom:"+bills[n*len(bills)/some], "-q", "-o", "json")
		peer.wall, peer.cpu, peer.peak = peer.wall+one.wall/some, peer.cpu+one.cpu/some, max(peer.peak, one.peak)
	}
	t.Logf("grype, of one   %s", peer)
	wall, cpu := float64(peer.wall)*float64(len(bills))/float64(all.wall), float64(peer.cpu)*float64(len(bills))/float64(all.cpu)
	t.Logf("gate is %.1f times faster an image, and takes %.1f times less processor time", wall, cpu)
	if wall < timesFaster {
		t.Logf("that is less than the goal of %d times", timesFaster)
	}
}

// pushFleet pushes small images, and returns their digests.
func pushFleet(t *testing.T, host string, count int) []string {
	t.Helper()
	digests := make([]string, count)
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(8)
	for n := range count {
		group.Go(func() error {
			config, err := empty.Image.ConfigFile()
			if err != nil {
				return err
			}
			config = config.DeepCopy()
			config.OS, config.Architecture, config.Author = "linux", "amd64", fmt.Sprint(n)
			made, err := mutate.ConfigFile(empty.Image, config)
			if err != nil {
				return err
			}
			digest, err := made.Digest()
			if err != nil {
				return err
			}
			digests[n] = digest.String()
			ref, err := name.ParseReference(fmt.Sprintf("%s/fleet/app%d:1.%d", host, n/10, n%10), name.Insecure)
			if err != nil {
				return err
			}
			return remote.Write(ref, made, remote.WithContext(ctx))
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return digests
}

// references are a file that lists the fleet.
func references(host string, digests []string) string {
	var text strings.Builder
	for n := range digests {
		fmt.Fprintf(&text, "%s/fleet/app%d:1.%d\n", host, n/10, n%10)
	}
	return text.String()
}

// keepFleet puts the bills into a store, as earlier rescans would have.
func keepFleet(t *testing.T, dir string, bills, digests []string) {
	t.Helper()
	kept, err := store.Open(t.Context(), filepath.Join(dir, ".gate-store"), gate.RegistryPlan{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = kept.Close() }()
	for n, bill := range bills {
		text, err := os.ReadFile(bill)
		if err == nil {
			err = kept.Put(t.Context(), store.Entry{SBOM: text, Info: store.Info{Digest: digests[n], Platform: "linux/amd64", Format: "syft-json", Origin: "bench"}})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
