package build

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestE2EARunningBuildKitIsUsedByItsAddress(t *testing.T) {
	if os.Getenv("GATE_E2E") != "1" {
		t.Skip("set GATE_E2E=1 to build with real builders")
	}
	programs, err := findPrograms(os.Getenv("GATE_BUILDKITD"), os.Geteuid() == 0)
	if err != nil {
		t.Skip(err)
	}
	d, err := newDaemon(programs, Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.stop() }()
	if err := d.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	own, _, err := d.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = own.Close() }()
	b := &bench{}
	b.Builder, err = Open(t.Context(), gate.BuilderPlan{BuildKitHost: unixScheme + d.socket}, Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if b.Name() != "buildkit" {
		t.Errorf("auto took %s although an address was given", b.Name())
	}
	result := b.one(t, gate.BuildSpec{Context: tree(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY f /f\n", "f": "by-address"})})
	if !b.holds(t, result, "by-address") {
		t.Error("the image has no file")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := d.ask(t.Context()); err != nil {
		t.Errorf("a daemon that is not ours was stopped: %v", err)
	}
}

func TestE2EADaemonOfOurOwnLeavesNothing(t *testing.T) {
	b := realBuilder(t, "daemonless")
	result := b.one(t, gate.BuildSpec{Context: tree(t, map[string]string{"Dockerfile": "FROM " + debian + "\nRUN --network=none echo made > /made\n"}), Contexts: b.contexts})
	dir := b.Builder.(*solver).dir
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", dir, err)
	}
	if _, err := os.Stat(strings.TrimPrefix(result.Ref, "oci-dir:") + "/index.json"); err != nil {
		t.Errorf("the result is gone with the builder: %v", err)
	}
	table, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	for lines := bufio.NewScanner(table); lines.Scan(); {
		if strings.Contains(lines.Text(), dir) {
			t.Errorf("a mount is left: %s", lines.Text())
		}
	}
}
