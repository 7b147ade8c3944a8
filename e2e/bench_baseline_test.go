package e2e_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What comparing may cost at most: by building the base, as a ratio of the check
// by itself; from what was kept, on top of it.
const (
	mostOfBuild = 1.25
	mostOfKept  = 300 * time.Millisecond
)

// TestBenchBaseline shows what it costs to compare with the base commit, on top
// of a check of the same Debian image: from what a run of the base kept, and by
// building the base, whose instructions the builder has cached.
func TestBenchBaseline(t *testing.T) {
	bin := needBench(t)
	if !haveDocker() {
		t.Skip("no Docker Engine")
	}
	b := &bases{bin: bin, home: t.TempDir(), temp: t.TempDir()}
	b.database = b.build(t, "../examples/advisories")
	image := func(packages ...string) tree {
		return lock("web", packages...).with(tree{"Dockerfile": "FROM debian:bookworm-slim\nCOPY web/ /web/\nHEALTHCHECK NONE\nUSER 1000\n"})
	}
	r := b.change(t, image(badLodash), image(goodLodash))
	kept := filepath.Join(t.TempDir(), "app.zst")
	r.git(t, "checkout", "--quiet", "main~1")
	t.Chdir(r.dir)
	check := func(args ...string) func() sample {
		return func() sample {
			return measure(t, b.environment(), bin, append([]string{"check", ".", "--exit-zero", "--allow", "distro-eol"}, args...)...)
		}
	}
	check("--keep-baseline", kept)()
	r.git(t, "checkout", "--quiet", "main")
	for _, way := range []string{"kept:" + kept, "build"} {
		compared, plain, wall, cpu := race(t, 5, check("--base", "main~1", "--baseline", way), check())
		name, _, _ := strings.Cut(way, ":")
		t.Logf("%-6s compared %s", name, compared)
		t.Logf("%-6s alone    %s", name, plain)
		more := compared.wall - plain.wall
		t.Logf("%-6s %.2f of the processor time, %.2f of the wall-clock time, %.2f s more", name, cpu, wall, more.Seconds())
		if name == "build" && wall > mostOfBuild {
			t.Errorf("a build of the base takes %.2f times the check's time, more than %.2f", wall, mostOfBuild)
		}
		if name != "build" && more > mostOfKept {
			t.Errorf("what was kept takes %s more, more than %s", more, mostOfKept)
		}
	}
}
